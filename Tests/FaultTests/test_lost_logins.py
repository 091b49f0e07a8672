"""What could cost a person's login: answers that are lost or poor after the refresh token changed, and locks that stay."""

import subprocess

import pytest

from FakeAWS import answers
from FakeAWS.signin import SESSION, SignIn
from Processes import clean_environment, command, find_secrets
from Processes.binaries import binary
from Processes.daemon import Daemon
from Processes.waiting import wait_for


@pytest.fixture
def signin(ledger):
    """AWS Sign-In; each use of the refresh token makes another one."""
    with SignIn(ledger) as service:
        yield service
    assert service.violations == []


@pytest.fixture
def home(folder, signin):
    """A home folder with a login whose credentials are over."""
    signin.write_cache(folder / ".aws/login/cache", left=-60)
    (folder / ".aws/config").write_text(f"[default]\nlogin_session = {SESSION}\nregion = eu-west-1\n")
    return folder


@pytest.fixture
def credentials(home, signin, ledger):
    """Runs `credentials`; no message may hold a secret."""
    def run():
        outcome = command("credentials", env=clean_environment(home, **signin.environment))
        assert find_secrets(outcome.err, ledger.secrets()) == []
        return outcome

    return run


def cache(home):
    return next((home / ".aws/login/cache").iterdir()).read_text()


@pytest.mark.parametrize("fault", [answers.truncated(), answers.garbage(), answers.not_http(), answers.refused(503)])
def test_a_lost_answer_is_asked_for_again(credentials, signin, home, fault):
    """The server takes the last refresh token once more; so the same one is what there is to ask with."""
    signin.grace = True
    signin.break_step("token", fault, times=1)
    assert credentials().code == 0
    assert signin.count("token") == 2 and signin.reuses == 0 and signin.refresh_token in cache(home)


def test_an_answer_that_is_lost_for_good_is_said(credentials, signin, home):
    before = cache(home)
    signin.break_step("token", answers.truncated(), times=1)
    outcome = credentials()
    assert outcome.code == 1 and "aws login" in outcome.err
    assert signin.reuses == 1 and cache(home) == before


@pytest.mark.parametrize("life", [0, -60])
def test_the_refresh_token_of_a_poor_answer_is_kept(credentials, signin, home, life):
    signin.expires_in = life
    outcome = credentials()
    assert outcome.code == 1 and "expired at" in outcome.err
    assert signin.refresh_token in cache(home)
    signin.expires_in = None
    assert credentials().code == 0 and signin.reuses == 0


def test_who_waits_for_the_lock_gives_up_at_the_deadline(home, signin, ledger):
    """A process that hangs holds the lock; the daemon's attempt ends in time, and says what it waited for."""
    signin.grace = True
    signin.break_step("token", answers.hang())
    environment = clean_environment(home, **signin.environment)
    process = subprocess.Popen([binary(), "credentials"], env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for("request", lambda: signin.count("token") == 1)
    daemon = Daemon(home / "d", "[daemon]\nattempt_timeout = '3s'\n[keys.default]\n",
                    signin.environment | {"HOME": str(home), "AWS_REGION": "eu-west-1"})
    daemon.start()
    try:
        daemon.wait("failure", lambda: daemon.key().get("failures"), 6)
        assert "waiting for the lock" in daemon.key()["last_error"] and signin.count("token") == 1
        process.kill()
        process.wait()
        signin.heal()
        daemon.wait_published(timeout=8)
        assert signin.reuses == 0
    finally:
        process.kill()
        daemon.kill()
    assert find_secrets(daemon.text, ledger.secrets()) == []
