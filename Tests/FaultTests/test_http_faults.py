"""Instance metadata and the container endpoint go wrong in every way: the key stays, the error is clear, it heals."""

from contextlib import ExitStack

import pytest

from FakeAWS import ContainerEndpoint, InstanceMetadata, answers, derive
from Processes.story import Breakable, stage, tell

FAULTS = {
    "garbage": answers.garbage(),
    "not-json": answers.body(b"<html>welcome to the hotel network</html>"),
    "empty": answers.body(b""),
    "not-http": answers.not_http(),
    "enormous": answers.enormous(50),
    "truncated": answers.truncated(),
    "forbidden": answers.refused(403),
    "not-found": answers.refused(404),
    "throttled": answers.refused(429),
    "server-error": answers.refused(500),
    "hang": answers.hang(),
}
# What the message must name, where the answer itself says it.
NAMED = {"forbidden": "403", "not-found": "404", "throttled": "429", "server-error": "500"}
INSTANCE = {f"instance-{name}": fault for name, fault in FAULTS.items()}
CONTAINER = {f"container-{name}": fault for name, fault in FAULTS.items()}
EXPIRED = ["instance-expired", "container-expired"]
CASES = [*INSTANCE, *CONTAINER, *EXPIRED, "instance-token-forbidden", "instance-code"]


def broken_by(service, name, settings, step, fault):
    return Breakable(name, settings, lambda: service.break_step(step, fault), service.heal)


def instance_settings(name, service):
    return f"[keys.{name}.environment]\nAWS_EC2_METADATA_SERVICE_ENDPOINT = '{service.url}'\n"


def container_settings(name, service):
    uri = service.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    return f"[keys.{name}.environment]\nAWS_CONTAINER_CREDENTIALS_FULL_URI = '{uri}'\n"


@pytest.fixture(scope="module")
def services(module_ledger):
    """One service for each case."""
    def make(name):
        return (InstanceMetadata if name.startswith("instance") else ContainerEndpoint)(module_ledger)

    with ExitStack() as stack:
        yield {name: stack.enter_context(make(name)) for name in CASES}


@pytest.fixture(scope="module")
def stories(services, module_ledger, tmp_path_factory):
    """Every case in one daemon, at the same time."""
    def settings(name):
        describe = instance_settings if name.startswith("instance") else container_settings
        return describe(name, services[name])

    keys = [broken_by(services[name], name, settings(name), "credentials", fault)
            for name, fault in (INSTANCE | CONTAINER).items()]
    for name in EXPIRED:
        service = services[name]
        keys.append(Breakable(name, settings(name), lambda service=service: setattr(service, "lifetime", -60),
                              lambda service=service: setattr(service, "lifetime", 3600)))
    keys.append(broken_by(services["instance-token-forbidden"], "instance-token-forbidden",
                          settings("instance-token-forbidden"), "token", answers.refused(403)))
    coded = services["instance-code"]
    keys.append(Breakable("instance-code", settings("instance-code"), lambda: setattr(coded, "code", "AccessDenied"),
                          lambda: setattr(coded, "code", "Success")))
    environment = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_MAX_ATTEMPTS": "1"}
    with stage(tmp_path_factory.mktemp("http"), module_ledger, environment) as daemon:
        yield tell(daemon, keys)


@pytest.mark.parametrize("name", CASES)
def test_the_key_is_kept_and_the_error_is_clear(stories, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.failing}"
    assert story.during == story.before
    assert story.failing["state"] == "failing" and story.failing["last_error"]
    assert story.log, "nothing was said in the log"
    assert NAMED.get(name.partition("-")[2], "") in story.failing["last_error"]


@pytest.mark.parametrize("name", CASES)
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


@pytest.mark.parametrize("name", ["instance-enormous", "container-enormous"])
def test_an_enormous_answer_is_not_taken_in(stories, services, name):
    """The client hung up long before the end of each."""
    assert services[name].bytes_sent < services[name].count("credentials") * (25 << 20)
