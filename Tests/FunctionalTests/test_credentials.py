"""`bedrock-keyd credentials`: the credentials in credential_process form, and the two ways of having none."""

import json
import os
import pty

import pytest

from FakeAWS import answers
from Processes import clean_environment, command, find_secrets
from Processes.binaries import binary


@pytest.fixture
def credentials(folder):
    """Runs `credentials` with these variables."""
    return lambda *arguments, **env: command("credentials", *arguments, env=clean_environment(folder, **env))


def test_from_the_environment(credentials, ledger):
    for issued in (ledger.static(), ledger.session(3600)):
        outcome = credentials(**issued.environment)
        assert outcome.code == 0, outcome.err
        assert json.loads(outcome.out) == issued.process_output


def test_from_instance_metadata(credentials, instance_metadata):
    outcome = credentials(**instance_metadata.environment)
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    assert found == instance_metadata.ledger.find(found["AccessKeyId"]).process_output


def test_nothing_configured_is_78_and_names_what_was_tried(credentials):
    outcome = credentials()
    assert outcome.code == 78 and outcome.out == ""
    assert "environment" in outcome.err


def test_a_region_alone_is_nothing_configured(credentials):
    assert credentials(AWS_REGION="eu-west-1").code == 78


def test_a_key_id_without_its_secret_is_broken(credentials, ledger):
    outcome = credentials(AWS_ACCESS_KEY_ID=ledger.static().access_key_id)
    assert outcome.code == 1 and "AWS_SECRET_ACCESS_KEY" in outcome.err


@pytest.mark.parametrize("step, fault", [
    ("credentials", answers.refused(500)), ("credentials", answers.garbage()), ("role", answers.refused(403)),
])
def test_broken_instance_metadata_is_1(credentials, instance_metadata, step, fault):
    instance_metadata.break_step(step, fault)
    outcome = credentials(**instance_metadata.environment, AWS_MAX_ATTEMPTS="1")
    assert outcome.code == 1 and outcome.out == "" and outcome.err.strip()


def test_a_code_other_than_success_is_1_and_said(credentials, instance_metadata):
    instance_metadata.code = "AssumeRoleUnauthorizedAccess"
    outcome = credentials(**instance_metadata.environment)
    assert outcome.code == 1 and "AssumeRoleUnauthorizedAccess" in outcome.err


def test_a_token_that_never_comes_hints_at_the_hop_limit(credentials, instance_metadata):
    """The answer to the PUT has a limited number of hops: from a container it may never arrive."""
    instance_metadata.break_step("token", answers.hang())
    outcome = credentials(**instance_metadata.environment, AWS_METADATA_SERVICE_NUM_ATTEMPTS="1")
    assert outcome.code == 1 and "hop" in outcome.err


def test_the_timeout_of_instance_metadata_can_be_set(credentials, instance_metadata):
    instance_metadata.break_step("credentials", answers.slow(2))
    assert credentials(**instance_metadata.environment, AWS_METADATA_SERVICE_TIMEOUT="1").code == 1
    assert credentials(**instance_metadata.environment, AWS_METADATA_SERVICE_TIMEOUT="5").code == 0


def test_a_failure_that_passes_is_tried_again(credentials, instance_metadata):
    instance_metadata.break_step("credentials", answers.refused(500), times=1)
    outcome = credentials(**instance_metadata.environment, AWS_METADATA_SERVICE_NUM_ATTEMPTS="3")
    assert outcome.code == 0 and instance_metadata.count("credentials") == 2


def test_a_failing_credential_process_is_1_with_its_words(credentials, folder):
    (folder / "config").write_text("[profile p]\ncredential_process = sh -c 'echo vault is sealed >&2; exit 3'\n")
    outcome = credentials("--profile", "p", AWS_CONFIG_FILE=folder / "config")
    assert outcome.code == 1 and "3" in outcome.err and outcome.out == ""


def test_a_broken_file_is_1_and_named(credentials, folder):
    (folder / "config").write_text("[profile p\nregion = x\n")
    outcome = credentials("--profile", "p", AWS_CONFIG_FILE=folder / "config")
    assert outcome.code == 1 and f"{folder}/config:1" in outcome.err


def test_the_profile_that_is_asked_for_must_exist(credentials, folder, ledger):
    static = ledger.static()
    (folder / "credentials").write_text(
        f"[production]\naws_access_key_id={static.access_key_id}\naws_secret_access_key={static.secret_access_key}\n"
    )
    outcome = credentials("--profile", "prodution", AWS_SHARED_CREDENTIALS_FILE=folder / "credentials")
    assert outcome.code in (1, 78) and "prodution" in outcome.err and outcome.out == ""


def on_a_terminal(folder, environment, *arguments):
    """Exit status and output of a command whose standard streams are a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(binary(), ["bedrock-keyd", *arguments], clean_environment(folder, **environment))
    output = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        output += part
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()


def test_a_terminal_sees_them_only_with_show(folder, ledger):
    environment = ledger.session(3600).environment
    code, output = on_a_terminal(folder, environment, "credentials")
    assert code != 0 and "--show" in output and find_secrets(output, ledger.secrets()) == []
    code, output = on_a_terminal(folder, environment, "credentials", "--show")
    assert code == 0 and environment["AWS_SECRET_ACCESS_KEY"] in output
