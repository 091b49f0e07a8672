"""Bedrock goes wrong in every way while keys must be tried: the old key stays, the error is clear, it heals."""

from contextlib import ExitStack

import pytest

from FakeAWS import BedrockControlPlane, answers, derive, make_certificate
from FakeAWS.answers import Answer
from FakeAWS.bedrock import refusal
from Processes.story import Breakable, stage, tell

HTML = Answer(headers={"Content-Type": "text/html"}, body=b"<html>welcome to the hotel network</html>")
# Each fault, and what the message must name.
FAULTS = {
    "hanging": (answers.hang(), "cannot verify the key"),
    "server-error": (lambda _: refusal(500, "InternalServerException", "try again"), "500: InternalServerException"),
    "bad-gateway": (answers.refused(502), "502"),
    "throttled": (lambda _: refusal(429, "ThrottlingException", "Too many requests"), "429: ThrottlingException"),
    "forbidden-by-another": (answers.refused(403), "403"),
    "account": (lambda _: refusal(403, "AccessDeniedException", "Your account is not authorized to invoke this API"
                                  " operation."), "Your account is not authorized"),
    "redirect": (lambda _: Answer(status=302, headers={"Location": "https://localhost:1/"}), "302"),
    "html": (lambda _: HTML, "no list of models"),
    "garbage": (answers.garbage(), "no list of models"),
    "other-json": (answers.body(b'{"modelSummaries": "none"}'), "no list of models"),
    "empty": (answers.body(b""), "no list of models"),
    "truncated": (answers.truncated(), "cannot verify the key"),
    "enormous": (answers.enormous(20), "cannot verify the key"),
    "not-http": (answers.not_http(), "cannot verify the key"),
    # For a refusal, the words of the service; the meaning is tested with the rule itself.
    "refused": (lambda _: refusal(403, "AccessDeniedException", "Bearer Token has expired"), "Bearer Token has expired"),
    "bad-signature": (lambda _: refusal(403, "InvalidSignatureException", "Signature expired: 20260101T000000Z"),
                      "InvalidSignatureException"),
}
CASES = [*FAULTS, "unreachable"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def services(module_ledger, certificate):
    """A Bedrock for each case."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(BedrockControlPlane(module_ledger, certificate=certificate)) for name in CASES}


@pytest.fixture(scope="module")
def stories(services, module_ledger, certificate, tmp_path_factory):
    """Every case in one daemon, at the same time."""
    def settings(name):
        return (f"verify = 'require'\n[keys.{name}.environment]\n"
                f"AWS_ENDPOINT_URL_BEDROCK = '{services[name].url}'\n")

    keys = [Breakable(name, settings(name), lambda name=name, fault=fault: services[name].break_step("models", fault),
                      services[name].heal) for name, (fault, _) in FAULTS.items()]
    with ExitStack() as again:
        down = services["unreachable"]

        def mend():
            address = ("127.0.0.1", int(down.url.rpartition(":")[2]))
            services["again"] = again.enter_context(
                BedrockControlPlane(module_ledger, certificate=certificate, address=address))

        keys.append(Breakable("unreachable", settings("unreachable"), down.__exit__, mend))
        environment = module_ledger.static().environment | {
            "AWS_CA_BUNDLE": str(certificate.authority), "AWS_MAX_ATTEMPTS": "1"}
        with stage(tmp_path_factory.mktemp("verify"), module_ledger, environment) as daemon:
            yield tell(daemon, keys)


@pytest.mark.parametrize("name", CASES)
def test_the_key_is_kept_and_the_error_is_clear(stories, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.failing}"
    assert story.during == story.before
    assert story.failing["state"] == "failing"
    assert FAULTS.get(name, (None, "cannot verify the key"))[1] in story.failing["last_error"]
    assert story.log, "nothing was said in the log"


@pytest.mark.parametrize("name", CASES)
def test_it_recovers_with_a_key_that_was_accepted(stories, services, module_ledger, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.recovered}"
    assert derive(story.after, module_ledger.find).issued > derive(story.before, module_ledger.find).issued
    assert (story.recovered["failures"], story.recovered["last_error"]) == (0, None)
    assert story.after in services["again" if name == "unreachable" else name].check.accepted


def test_nothing_improper_was_sent(stories, services):
    assert [violation for service in services.values() for violation in service.violations] == []


def test_a_hanging_bedrock_ends_in_an_answer_within_the_deadline(stories):
    """The trial gives up before the attempt is killed: what failed is the trial, not the attempt."""
    assert "cannot verify the key" in stories["hanging"].failing["last_error"]
    assert "no answer within" not in stories["hanging"].failing["last_error"]


def test_trouble_that_passes_is_no_failure(make_daemon, static, ledger, certificate):
    with BedrockControlPlane(ledger, certificate=certificate) as service:
        service.break_step("models", answers.refused(503), times=2)
        daemon = make_daemon("[keys.default]\nverify = 'require'\n", static | {
            "AWS_ENDPOINT_URL_BEDROCK": service.url, "AWS_CA_BUNDLE": str(certificate.authority)})
        daemon.start().wait_published()
    assert service.count("models") == 3
    assert daemon.key()["failures"] == 0 and not [line for line in daemon.log if " warning " in line]
