"""`inspect` on the daemon's keys, on files and on standard input; nothing it says lets one use the key."""

import base64
import json
import subprocess
import time

import pytest

from FakeAWS.oracle import generate
from Processes import binary


@pytest.fixture
def running(make_daemon, ledger):
    """A daemon whose credentials are a session's, and these credentials."""
    credentials = ledger.session(3600)
    daemon = make_daemon(environment=credentials.environment | {"AWS_REGION": "eu-west-1"}).start().wait_published()
    return daemon, credentials


def inspect_input(daemon, text, *options):
    """`inspect -` on a text: code, output, errors."""
    done = subprocess.run([binary(), "inspect", "-", *options], input=text, env=daemon.full_environment, cwd="/",
                          capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


def test_a_published_key(running):
    daemon, credentials = running
    outcome = daemon.run("inspect", "--json")
    assert outcome.code == 0
    said = json.loads(outcome.out)
    status = daemon.key()
    assert said["access_key_id"] == credentials.access_key_id
    assert (said["type"], said["family"], said["region"]) == ("short-term", "bedrock", "eu-west-1")
    assert (said["issued"], said["live"], said["temporary_credentials"]) == (status["issued"], True, True)
    known = status["expires"] if status["expires_known"] else None
    assert said["real_expires"] == known
    assert 0 < said["left"] <= 43200


@pytest.mark.parametrize("output", ["env", "token", "record"])
def test_files_and_standard_input_tell_the_same(running, output):
    daemon, _ = running
    path = daemon.file(output=output)
    by_name = {name: value for name, value in json.loads(daemon.run("inspect", "--json").out).items() if name != "left"}
    for outcome in (daemon.run("inspect", path, "--json").out,
                    inspect_input(daemon, path.read_bytes().decode("latin-1"), "--json")[1]):
        said = {name: value for name, value in json.loads(outcome).items() if name != "left"}
        assert said == by_name


def test_lines_hold_no_secret(running):
    daemon, credentials = running
    key = daemon.token()
    said = daemon.run("inspect").out + daemon.run("inspect", "--json").out
    assert credentials.access_key_id in said and "signature:" in said
    request = base64.b64decode(key.removeprefix("bedrock-api-key-")).decode()
    signature = request.split("X-Amz-Signature=")[1][:64]
    for secret in (key, credentials.secret_access_key, credentials.session_token, signature):
        assert secret not in said


def test_offline_without_a_daemon(daemon, ledger):
    """Nothing is known of it but what it tells: permanent credentials end with the key, temporary ones nobody knows."""
    now = int(time.time())
    for credentials, real in ((ledger.static(), True), (ledger.session(3600), False)):
        key = generate(credentials, "us-west-2", 7200, now)
        code, out, _ = inspect_input(daemon, key, "--json")
        said = json.loads(out)
        assert (code, said["region"], said["live"]) == (0, "us-west-2", True)
        assert said["real_expires"] == (said["expires"] if real else None)
        assert 7100 < said["left"] <= 7200


def test_a_dead_key_is_well_formed(daemon, ledger):
    key = generate(ledger.static(), "us-west-2", 60, int(time.time()) - 3600)
    code, out, _ = inspect_input(daemon, key)
    assert code == 0 and "nothing, it is dead" in out


def test_a_long_term_key(daemon):
    code, out, _ = inspect_input(daemon, "ABSKQmVkcm9ja0FQSUtleS1hYjFjLWF0LTExMTEyMjIyMzMzMzpjMlZqY21WMA==", "--json")
    said = json.loads(out)
    assert (code, said["type"], said["account"]) == (0, "long-term", "111122223333")
    assert said["service_user_name"] == "BedrockAPIKey-ab1c-at-111122223333" and said["live"] is None


@pytest.mark.parametrize("text", [
    "", "hello", "bedrock-api-key-", "bedrock-api-key-aGVsbG8=", "ABSKaGVsbG8=", "\0" * 100])
def test_what_is_no_key(daemon, text):
    code, out, errors = inspect_input(daemon, text)
    assert (code, out) == (1, "")
    assert errors == "bedrock-keyd: cannot inspect standard input: there is no well-formed Bedrock API key in it\n"


def test_a_key_as_an_argument_is_not_repeated(daemon, ledger):
    key = generate(ledger.static(), "us-west-2", 60, int(time.time()))
    outcome = daemon.run("inspect", key)
    assert (outcome.code, outcome.out) == (1, "")
    assert key not in outcome.err and "standard input" in outcome.err


def test_files_that_cannot_be_read(daemon, folder):
    assert daemon.run("inspect", f"{folder}/none").code == 1
    assert "cannot read" in daemon.run("inspect", f"{folder}/").err
    assert "no key's name" in daemon.run("inspect", "a.b").err
