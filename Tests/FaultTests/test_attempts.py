"""What one attempt at each provider comes to under each fault: the reason that is counted, how often the service was
asked, and the deadline."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from FakeAWS import Answer, CredentialLedger, answers
from FaultTests.http_providers import FAULTS, MORE_ATTEMPTS, PROVIDERS
from Processes import Daemon, find_secrets
from Processes.metrics import failures

ATTEMPT_TIMEOUT = 4
# What the keeper and the issuer take besides, on a machine that is busy.
LATE = 2.5
CASES = [(provider, fault) for provider in PROVIDERS for fault in FAULTS]
PASSING = [(provider, fault) for provider in PROVIDERS for fault in ("server-error", "throttled", "not-http", "truncated")]


@dataclass(frozen=True)
class Attempt:
    """The end of `run --once`: its exit code, the reasons that were counted, the error, the seconds it took, and when
    the service was asked."""

    code: int
    reasons: dict[str, int]
    error: str
    seconds: float
    times: list[float]


def attempt(folder, name, prepare=lambda service: None, closed=False, **variables) -> Attempt:
    """Runs one attempt; `prepare` breaks the service, closed: nobody listens where it was."""
    provider, ledger = PROVIDERS[name], CredentialLedger()
    folder.mkdir()
    with provider.make(ledger) as service:
        prepare(service)
        settings = provider.settings(service, "default", folder)
        environment = {"AWS_EC2_METADATA_DISABLED": "false", **MORE_ATTEMPTS,
                       **provider.environment(service, folder), **variables}
        if not closed:
            return _run(folder, environment, settings, ledger, lambda: service.times(provider.step))
    return _run(folder, environment, settings, ledger, list)


def _run(folder, environment, settings, ledger, times) -> Attempt:
    metrics = folder / "metrics"
    daemon = Daemon(folder, f"[daemon]\nattempt_timeout = '{ATTEMPT_TIMEOUT}s'\nmetrics_file = '{metrics}'\n"
                            f"[keys.default]\nregion = 'eu-west-1'\n{settings}", environment)
    started = time.monotonic()
    code = daemon.start("--once").wait_exit(30)
    seconds = time.monotonic() - started
    assert find_secrets(f"{daemon.text}\n{daemon.status()}", ledger.secrets()) == []
    return Attempt(code, failures(metrics, "default"), daemon.key()["last_error"] or "", seconds, times())


@pytest.fixture(scope="module")
def attempts(tmp_path_factory):
    """Every fault at every provider, and services that are not there; eight at a time."""
    folder = tmp_path_factory.mktemp("attempts")

    def broken(case):
        provider, fault = case
        return attempt(folder / f"{provider}-{fault}", provider,
                       lambda service: service.break_step(PROVIDERS[provider].step, FAULTS[fault].fault))

    def passing(case):
        provider, fault = case
        return attempt(folder / f"{provider}-passing-{fault}", provider, lambda service: service.break_step(
            PROVIDERS[provider].step, FAULTS[fault].fault, times=1))

    with ThreadPoolExecutor(8) as pool:
        ends = [pool.map(work, cases) for work, cases in ((broken, CASES), (passing, PASSING))]
        absent = pool.map(lambda name: attempt(folder / f"{name}-absent", name, closed=True), PROVIDERS)
        expired = pool.map(lambda name: attempt(folder / f"{name}-expired", name,
                                                lambda service: setattr(service, "lifetime", -60)), PROVIDERS)
        return {"broken": dict(zip(CASES, ends[0])), "passing": dict(zip(PASSING, ends[1])),
                "absent": dict(zip(PROVIDERS, absent)), "expired": dict(zip(PROVIDERS, expired))}


@pytest.mark.parametrize("provider, fault", CASES)
def test_the_reason_the_count_and_the_deadline(attempts, provider, fault):
    end, case, row = attempts["broken"][provider, fault], FAULTS[fault], PROVIDERS[provider]
    expected = {"once": 1, "hanging": row.hanging, "attempts": row.attempts}[case.asked]
    assert end.reasons == ({case.reason: 1} if case.reason else {}), end.error
    assert end.code == (1 if case.reason else 0) and case.words in end.error
    assert len(end.times) == expected
    assert end.seconds < ATTEMPT_TIMEOUT + LATE


@pytest.mark.parametrize("provider, fault", PASSING)
def test_trouble_that_passes_is_asked_again(attempts, provider, fault):
    end = attempts["passing"][provider, fault]
    assert (end.code, end.reasons, len(end.times)) == (0, {}, 2), end.error


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_listens(attempts, provider):
    end = attempts["absent"][provider]
    assert (end.code, end.reasons) == (1, {"unreachable": 1}) and end.seconds < ATTEMPT_TIMEOUT + LATE


@pytest.mark.parametrize("provider", PROVIDERS)
def test_credentials_that_are_over_are_a_failed_attempt(attempts, provider):
    end = attempts["expired"][provider]
    assert (end.code, end.reasons) == (1, {"unreachable": 1}) and "expired at" in end.error


@pytest.mark.parametrize("provider", ["role", "web-identity"])
def test_retry_after_is_heeded(attempts, provider):
    times = attempts["broken"][provider, "throttled"].times
    assert all(later - before >= 1 for before, later in zip(times, times[1:]))


def test_who_is_told_to_come_back_after_the_deadline_gives_up(folder):
    end = attempt(folder / "later", "role", lambda service: service.break_step(
        "call", lambda _: Answer(429, headers={"Retry-After": "60"})))
    assert (end.reasons, len(end.times)) == ({"throttled": 1}, 1) and end.seconds < LATE


@pytest.mark.parametrize("settings, expected", [
    ({"AWS_MAX_ATTEMPTS": "1"}, 1), ({"AWS_MAX_ATTEMPTS": "2"}, 2), ({"AWS_RETRY_MODE": "legacy"}, 5),
    ({"AWS_RETRY_MODE": "adaptive"}, 3), ({"AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "2"}, 2),
])
def test_the_number_of_attempts_is_a_setting(folder, settings, expected):
    end = attempt(folder / "attempts", "role", lambda service: service.break_step("call", answers.refused(500)),
                  **settings)
    assert len(end.times) == expected and end.reasons == {"unreachable": 1}


def test_the_profile_may_set_it_too(folder):
    def prepare(service):
        service.break_step("call", answers.refused(500))

    for name, line, expected in [("a", "max_attempts = 2", 2), ("b", "retry_mode = legacy", 5)]:
        config = folder / f"{name}.config"
        config.write_text(f"[default]\nrole_arn = arn:aws:iam::111122223333:role/app\n"
                          f"web_identity_token_file = {folder}/{name}/token\nregion = eu-west-1\n{line}\n")
        end = attempt(folder / name, "web-identity", prepare, AWS_CONFIG_FILE=str(config))
        assert len(end.times) == expected
