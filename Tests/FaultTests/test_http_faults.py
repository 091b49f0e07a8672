"""Services that credentials come from go wrong in every way: the key stays, the error is clear, it heals."""

from contextlib import ExitStack

import pytest

from FakeAWS import answers, derive
from FaultTests.http_providers import FAULTS, PROVIDERS
from Processes.story import Breakable, stage, tell

CASES = {f"{provider}-{fault}": (provider, fault) for provider in PROVIDERS for fault, case in FAULTS.items()
         if case.reason}
EXPIRED = {f"{provider}-expired": provider for provider in PROVIDERS}
OTHERS = {"instance-token-forbidden": "instance", "instance-code": "instance"}
NAMES = [*CASES, *EXPIRED, *OTHERS]


@pytest.fixture(scope="module")
def services(module_ledger):
    """One service for each case."""
    kinds = {name: provider for name, (provider, _) in CASES.items()} | EXPIRED | OTHERS
    with ExitStack() as stack:
        yield {name: stack.enter_context(PROVIDERS[kind].make(module_ledger)) for name, kind in kinds.items()}


@pytest.fixture(scope="module")
def stories(services, module_ledger, tmp_path_factory):
    """Every case in one daemon, at the same time."""
    def breakable(name, kind, break_it, mend_it):
        folder = tmp_path_factory.mktemp(name)
        variables = PROVIDERS[kind].environment(services[name], folder)
        lines = "".join(f"{variable} = '{value}'\n" for variable, value in variables.items())
        tables = PROVIDERS[kind].settings(services[name], name, folder)
        return Breakable(name, f"[keys.{name}.environment]\n{lines}{tables}", break_it, mend_it)

    def broken(name, kind, step, fault):
        service = services[name]
        return breakable(name, kind, lambda: service.break_step(step, fault), service.heal)

    def altered(name, kind, attribute, value, proper):
        service = services[name]
        return breakable(name, kind, lambda: setattr(service, attribute, value),
                         lambda: setattr(service, attribute, proper))

    keys = [broken(name, kind, PROVIDERS[kind].step, FAULTS[fault].fault) for name, (kind, fault) in CASES.items()]
    keys += [altered(name, kind, "lifetime", -60, 3600) for name, kind in EXPIRED.items()]
    keys += [broken("instance-token-forbidden", "instance", "token", answers.refused(403)),
             altered("instance-code", "instance", "code", "AccessDenied", "Success")]
    environment = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_MAX_ATTEMPTS": "1"}
    with stage(tmp_path_factory.mktemp("http"), module_ledger, environment) as daemon:
        yield tell(daemon, keys)


@pytest.mark.parametrize("name", NAMES)
def test_the_key_is_kept_and_the_error_is_clear(stories, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.failing}"
    assert story.during == story.before
    assert story.failing["state"] == "failing" and story.failing["last_error"]
    assert story.log, "nothing was said in the log"
    assert story.reasons == [FAULTS[CASES[name][1]].reason] if name in CASES else len(story.reasons) == 1
    assert (FAULTS[CASES[name][1]].words if name in CASES else "") in story.failing["last_error"]


@pytest.mark.parametrize("name", NAMES)
def test_it_recovers_at_the_next_attempt(stories, module_ledger, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.recovered}"
    old, new = derive(story.before, module_ledger.find), derive(story.after, module_ledger.find)
    assert new.issued > old.issued and new.access_key_id != old.access_key_id
    assert (story.recovered["failures"], story.recovered["last_error"]) == (0, None)


def test_nothing_improper_was_sent(stories, services):
    assert [violation for service in services.values() for violation in service.violations] == []


def test_the_code_of_instance_metadata_is_named(stories):
    assert "AccessDenied" in stories["instance-code"].failing["last_error"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_enormous_answer_is_not_taken_in(stories, services, provider):
    """The client hung up long before the end of each."""
    service = services[f"{provider}-enormous"]
    assert service.bytes_sent < service.count(PROVIDERS[provider].step) * (25 << 20)
