"""IAM goes wrong in every way: no key is made twice, none is lost in silence, what can be tried again is."""

import socket

import pytest

from FakeAWS import ContainerEndpoint, answers, make_certificate
from FakeAWS.iam import refused, throttled
from Processes import clean_environment, command, find_secrets

USER = "bedrock-batch"
CREATE, LIST, DELETE = (f"{verb}ServiceSpecificCredential" for verb in ("Create", "List", "Delete"))
LIST += "s"
BROKEN = refused("ServiceFailure", "an unknown error", 500)
# What breaks an answer on its way back, after the request was applied.
AFTER = {
    "lost": answers.lost(), "truncated": answers.truncated(), "garbage": answers.garbage(),
    "not-http": answers.not_http(), "malformed": answers.body(b"<a><b></a>"), "empty": answers.body(b""),
    "other": answers.body(b"<CreateServiceSpecificCredentialResponse/>"), "enormous": answers.enormous(3),
    "server-error": answers.refused(500), "bad-gateway": answers.refused(502),
}


@pytest.fixture
def long_term(folder, iam, static, ledger):
    """Runs `long-term`, without a secret in what it says."""
    environment = clean_environment(folder, **static, **iam.environment)

    def run(*arguments, **variables):
        outcome = command("long-term", *arguments, env=environment | variables, timeout=60)
        assert find_secrets(outcome.out + outcome.err, iam.account.secrets + ledger.secrets()) == []
        return outcome

    return run


def create(long_term, folder, **variables):
    return long_term("create", "--user", USER, "--output", folder / "key", **variables)


@pytest.mark.parametrize("fault", AFTER)
def test_a_key_that_may_have_been_made_is_not_made_again(long_term, iam, folder, fault):
    iam.break_step(CREATE, AFTER[fault])
    outcome = create(long_term, folder)
    assert outcome.code == 1 and outcome.out == "" and not (folder / "key").exists()
    assert iam.count(CREATE) == 1 and len(iam.account.credentials) == 1
    assert "cannot create a key for user bedrock-batch" in outcome.err
    assert "may have been made all the same" in outcome.err and "long-term list" in outcome.err


@pytest.mark.parametrize("fault", AFTER)
def test_a_reset_that_may_have_happened_is_not_repeated(long_term, iam, folder, fault):
    id = iam.account.create(USER).id
    iam.break_step("ResetServiceSpecificCredential", AFTER[fault])
    outcome = long_term("reset", id, "--user", USER, "--yes", "--output", folder / "key")
    assert outcome.code == 1 and iam.count("ResetServiceSpecificCredential") == 1
    assert "may be dead all the same" in outcome.err and not (folder / "key").exists()


def test_a_connection_that_served_before_is_not_used_for_a_key(long_term, iam, folder):
    """libcurl repeats a request by itself where an older connection breaks: a key would be made twice."""
    iam.break_step(CREATE, answers.lost())
    outcome = long_term("create", "--user", USER, "--create-user", "--output", folder / "key")
    assert outcome.code == 1 and [request.step for request in iam.requests] == ["CreateUser", CREATE]


def test_a_key_waits_while_iam_is_busy(long_term, iam, folder):
    iam.prevent(CREATE, throttled(), times=2)
    outcome = create(long_term, folder)
    assert outcome.code == 0 and iam.count(CREATE) == 3
    assert iam.account.accepts((folder / "key").read_text()) and len(iam.account.credentials) == 1


def test_iam_stays_busy(long_term, iam, folder):
    iam.prevent(CREATE, throttled())
    outcome = create(long_term, folder, AWS_MAX_ATTEMPTS="2")
    assert outcome.code == 1 and iam.count(CREATE) == 2 and "Throttling" in outcome.err
    assert iam.account.credentials == {} and "all the same" not in outcome.err


def test_a_server_error_before_anything_is_told_as_what_it_is(long_term, iam, folder):
    """Nobody can tell a 500 before from one after: the key is not asked for again."""
    iam.prevent(CREATE, BROKEN)
    outcome = create(long_term, folder)
    assert outcome.code == 1 and iam.count(CREATE) == 1 and "may have been made" in outcome.err


@pytest.mark.parametrize("fault", ["lost", "truncated", "malformed", "server-error", "bad-gateway", "not-http"])
def test_what_can_be_repeated_is(long_term, iam, fault):
    id = iam.account.create(USER).id
    for step, arguments in ((LIST, ["list"]), ("UpdateServiceSpecificCredential", ["deactivate", id, "--yes"]),
                            (DELETE, ["delete", id, "--yes"])):
        iam.break_step(step, AFTER[fault], times=1)
        outcome = long_term(*arguments, "--user", USER)
        assert outcome.code == 0, outcome.err
        assert iam.count(step) == 2
    assert iam.account.credentials == {}


@pytest.mark.parametrize("fault", AFTER)
def test_a_list_that_never_comes_is_an_error(long_term, iam, fault):
    iam.break_step(LIST, AFTER[fault])
    outcome = long_term("list", "--all", AWS_MAX_ATTEMPTS="1")
    assert outcome.code == 1 and "cannot list the keys of all users" in outcome.err and outcome.out == ""


def test_a_page_that_repeats_itself_ends(long_term, iam):
    iam.break_step(LIST, lambda proper: answers.Answer(
        body=b"<R><ListServiceSpecificCredentialsResult><IsTruncated>true</IsTruncated><Marker>m</Marker>"
             b"</ListServiceSpecificCredentialsResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></R>"))
    outcome = long_term("list", "--all")
    assert outcome.code == 1 and iam.count(LIST) == 2


def test_nobody_listens(long_term, folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outcome = create(long_term, folder, AWS_ENDPOINT_URL_IAM=f"http://127.0.0.1:{port}", AWS_MAX_ATTEMPTS="2")
    assert outcome.code == 1 and not (folder / "key").exists()
    # Nothing was sent, so nothing can have been made.
    assert "may have been made" not in outcome.err


def test_a_server_that_is_not_trusted_gets_nothing(long_term, iam, folder, ledger, tmp_path):
    with ContainerEndpoint(ledger, certificate=make_certificate(tmp_path)) as other:
        outcome = create(long_term, folder, AWS_ENDPOINT_URL_IAM=other.url)
        assert other.requests == []
    assert outcome.code == 1 and "AWS_CA_BUNDLE" in outcome.err and "may have been made" not in outcome.err
    assert not (folder / "key").exists()


def test_an_iam_that_hangs_is_left_after_half_a_minute(long_term, iam, folder):
    iam.break_step(CREATE, answers.hang())
    outcome = create(long_term, folder)
    assert outcome.code == 1 and iam.count(CREATE) == 1 and "may have been made" in outcome.err
    assert not (folder / "key").exists()
