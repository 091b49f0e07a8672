"""`bedrock-keyd long-term` against a fake IAM, on which boto3 sees the same credentials."""

import json
import os
import re
import struct
import subprocess
import time

import boto3
import pytest

from FakeAWS import ContainerEndpoint, answers
from FakeAWS.iam import denied, refused
from FakeAWS.service_credentials import BEDROCK
from Processes import binary, clean_environment, command, find_secrets
from Processes.waiting import wait_for

USER = "bedrock-batch"
CREATE = "CreateServiceSpecificCredential"


@pytest.fixture
def environment(folder, iam, static):
    """Where the commands find credentials, a region and IAM."""
    return clean_environment(folder, **static, **iam.environment)


@pytest.fixture
def long_term(environment, iam, ledger):
    """Runs `long-term`. Nothing but the output of --show may hold a secret."""
    def run(*arguments, **variables):
        outcome = command("long-term", *arguments, env=environment | variables)
        told = outcome.err if "--show" in arguments else outcome.out + outcome.err
        assert find_secrets(told, iam.account.secrets + ledger.secrets()) == []
        return outcome

    return run


@pytest.fixture
def boto(iam, static):
    """boto3's client of the same IAM."""
    return boto3.client(
        "iam", endpoint_url=iam.url, region_name="us-east-1", aws_access_key_id=static["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=static["AWS_SECRET_ACCESS_KEY"])


def listed(boto, **more):
    more = more or {"UserName": USER}
    return boto.list_service_specific_credentials(ServiceName=BEDROCK, **more)["ServiceSpecificCredentials"]


def test_a_key_is_shown_once(long_term, iam, boto):
    outcome = long_term("create", "--user", USER, "--expires", "90d", "--show")
    assert outcome.code == 0, outcome.err
    assert outcome.out.endswith("\n") and iam.account.accepts(outcome.out[:-1])
    [one] = listed(boto)
    assert (one["ExpirationDate"] - one["CreateDate"]).days == 90
    assert one["ServiceSpecificCredentialId"] in outcome.err
    assert one["ExpirationDate"].strftime("%Y-%m-%dT%H:%M:%SZ") in outcome.err


def test_a_key_goes_into_a_new_file(long_term, iam, boto, folder):
    old = os.umask(0)
    try:
        outcome = long_term("create", "--user", USER, "--output", folder / "key")
    finally:
        os.umask(old)
    assert outcome.code == 0, outcome.err
    assert iam.account.accepts((folder / "key").read_text())
    assert (folder / "key").stat().st_mode & 0o7777 == 0o600
    [one] = listed(boto)
    assert outcome.out == one["ServiceSpecificCredentialId"] + "\n" and "ExpirationDate" not in one
    assert [path.name for path in folder.iterdir()] == ["key"]


def test_the_file_is_there_and_closed_before_the_key_is_made(environment, iam, folder):
    iam.break_step(CREATE, answers.slow(1))
    arguments = [binary(), "long-term", "create", "--user", USER, "--output", "key"]
    process = subprocess.Popen(arguments, env=environment, cwd=folder, stdout=subprocess.PIPE, umask=0, text=True)
    wait_for("request", lambda: iam.count(CREATE))
    status = (folder / "key").stat()
    assert (status.st_mode & 0o7777, status.st_size) == (0o600, 0)
    # Whoever gives up now gets the key all the same, since IAM made it.
    process.terminate()
    out, _ = process.communicate(timeout=10)
    assert process.returncode == 0 and out.strip() in iam.account.credentials
    assert iam.account.accepts((folder / "key").read_text())


@pytest.mark.parametrize(("place", "words"), [
    ("there", "it is there already"), ("link", "it is there already"), ("missing/key", "no such file or directory"),
    ("", "--show writes to standard output"), ("-", "--show writes to standard output"), ("/dev/full", "already"),
])
def test_a_file_that_cannot_be_written_is_told_before_the_key_is_made(long_term, iam, folder, place, words):
    (folder / "there").write_text("another key")
    (folder / "link").symlink_to(folder / "nowhere")
    path = folder / place if place.strip("-") else place
    outcome = long_term("create", "--user", USER, "--output", path)
    assert outcome.code in (1, 64) and words in outcome.err and outcome.out == ""
    assert iam.count(CREATE) == 0 and (folder / "there").read_text() == "another key"
    assert sorted(path.name for path in folder.iterdir()) == ["link", "there"]


def test_a_disk_without_room_is_told_before_the_key_is_made(long_term, iam, folder):
    mounted = folder / "full"
    mounted.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", mounted], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs the right to mount a file system: {done.stderr.strip()}")
    try:
        (mounted / "filling").write_bytes(b"x" * 4096)
        outcome = long_term("create", "--user", USER, "--output", mounted / "key")
        assert outcome.code == 1 and "no space left on device" in outcome.err
        assert iam.count(CREATE) == 0 and not (mounted / "key").exists()
    finally:
        subprocess.run(["umount", mounted], check=True)


def test_a_key_that_cannot_be_told_is_deleted_again(environment, iam):
    with open("/dev/full", "w") as full:
        done = subprocess.run([binary(), "long-term", "create", "--user", USER, "--show"], env=environment, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=30)
    assert done.returncode == 1 and "was deleted again" in done.stderr
    assert iam.count(CREATE) == 1 and iam.account.credentials == {}
    iam.prevent("DeleteServiceSpecificCredential", denied("DeleteServiceSpecificCredential"))
    with open("/dev/full", "w") as full:
        done = subprocess.run([binary(), "long-term", "create", "--user", USER, "--show"], env=environment, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=30)
    [id] = iam.account.credentials
    assert done.returncode == 1 and f"delete {id} --user {USER}" in done.stderr


@pytest.mark.parametrize("arguments", [
    ["create", "--user", USER], ["create", "--user", USER, "--show", "--output", "k"], ["create", "--show"],
    ["create", "--user", "a b", "--show"], ["create", "--user", "", "--show"], ["create", "--user", "x" * 65, "--show"],
    ["create", "--user", USER, "--show", "--expires", "0d"], ["create", "--user", USER, "--show", "--expires", "36601d"],
    ["create", "--user", USER, "--show", "--expires", "12h"], ["create", "--user", USER, "--show", "--attach-policy", "a/b"],
    ["list", "--user", USER, "--all"], ["delete", "ACCA", "--yes"], ["delete", "--yes"], ["activate", "A" * 129],
    ["delete", "ACCAEXAMPLEEXAMPLEEXA"], ["reset", "ACCAEXAMPLEEXAMPLEEXA", "--show"],
    ["reset", "ACCAEXAMPLEEXAMPLEEXA", "--yes"], ["deactivate", "ACCAEXAMPLEEXAMPLEEXA"], ["rotate"],
])
def test_a_wrong_command_line_asks_nobody(long_term, iam, arguments):
    outcome = long_term(*arguments)
    assert outcome.code == 64 and outcome.err and outcome.out == "" and iam.requests == []


def test_what_looks_like_a_key_is_not_repeated(long_term, iam):
    key = iam.account.create(USER).secret
    for arguments in (["delete", key, "--yes"], ["list", "--user", key], ["create", "--user", key, "--show"]):
        outcome = long_term(*arguments)
        assert outcome.code == 64 and key[:24] not in outcome.err


def test_a_user_is_made_and_given_the_policy(long_term, iam):
    outcome = long_term("create", "--user", "new", "--create-user", "--attach-policy", "--show")
    assert outcome.code == 0, outcome.err
    assert iam.account.users["new"].policies == ["arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess"]
    assert iam.account.accepts(outcome.out.strip())
    # The same again: what is there stays, and another policy is added.
    own = "arn:aws:iam::111122223333:policy/own"
    outcome = long_term("create", "--user", "new", "--create-user", "--attach-policy", own, "--show")
    assert outcome.code == 0 and "there already" in outcome.err and len(iam.account.credentials) == 2
    assert iam.account.users["new"].policies[1:] == [own]


def test_without_being_asked_no_user_and_no_policy_is_made(long_term, iam):
    outcome = long_term("create", "--user", "nobody", "--show")
    assert outcome.code == 1 and "NoSuchEntity" in outcome.err and "--create-user" in outcome.err
    assert long_term("create", "--user", USER, "--show").code == 0
    assert list(iam.account.users) == [USER] and iam.account.users[USER].policies == []


def test_policies_are_those_of_the_partition(long_term, iam):
    outcome = long_term("create", "--user", USER, "--attach-policy", "--show", "--region", "cn-north-1")
    assert outcome.code == 0, outcome.err
    assert iam.account.users[USER].policies == ["arn:aws-cn:iam::aws:policy/AmazonBedrockLimitedAccess"]
    assert "/cn-north-1/iam/aws4_request" in iam.requests[-1].headers["authorization"]


def test_a_user_that_is_not_known_everywhere_yet_is_waited_for(long_term, iam):
    iam.prevent("AttachUserPolicy", refused("NoSuchEntity", "cannot be found", 404), times=1)
    outcome = long_term("create", "--user", "new", "--create-user", "--attach-policy", "--show")
    assert outcome.code == 0 and iam.count("AttachUserPolicy") == 2
    iam.prevent("AttachUserPolicy", refused("NoSuchEntity", "cannot be found", 404), times=1)
    assert long_term("create", "--user", "new", "--create-user", "--attach-policy", "--show").code == 1


def test_a_list_of_all_pages(long_term, iam, boto):
    iam.page = 3
    for number in range(8):
        iam.account.create(iam.account.add_user(f"user-{number}").name, days=number + 1)
    iam.account.create(USER, "codecommit.amazonaws.com")
    found = json.loads(long_term("list", "--all", "--json").out)
    iam.page = 100
    assert [one["id"] for one in found] == [one["ServiceSpecificCredentialId"] for one in
                                            listed(boto, AllUsers=True)]
    assert all(set(one) == {"id", "user", "status", "created", "expires", "ours"} for one in found)
    assert json.loads(long_term("list", "--user", USER, "--json").out) == []
    assert long_term("list", "--user", USER).out == ""


def test_a_list_tells_status_and_end(long_term, iam, boto):
    first, second = iam.account.create(USER, days=30), iam.account.create(USER)
    first.created, first.expires = first.created - 90 * 86400, first.created - 60 * 86400
    second.active = False
    lines = long_term("list", "--user", USER).out.splitlines()
    assert lines[0].split() == ["ID", "USER", "STATUS", "CREATED", "EXPIRES", "OURS"]
    assert [line.split()[:3] for line in lines[1:]] == [[first.id, USER, "Expired"], [second.id, USER, "Inactive"]]
    assert lines[2].split()[4] == "never"
    times = [one["ExpirationDate"].strftime("%Y-%m-%dT%H:%M:%SZ") for one in listed(boto)[:1]]
    assert [line.split()[4] for line in lines[1:2]] == times
    found = json.loads(long_term("list", "--user", USER, "--json").out)
    assert [(one["status"], one["expires"]) for one in found] == [("Expired", times[0]), ("Inactive", None)]


def rotation_state(*ids):
    """The state of a rotation that knows these credentials as its own, to be deleted: fields with their lengths."""
    def field(value):
        content = value.encode() if isinstance(value, str) else struct.pack("<q", value)
        return struct.pack("<I", len(content)) + content

    fields = ["bedrock-keyd rotation 1", USER, 0, 0, 0, 0, len(ids), *ids, 0, 0]
    return b"".join(map(field, fields))


def test_a_list_tells_what_the_daemon_made(long_term, iam, folder):
    ids = [iam.account.create(USER).id for _ in range(2)]
    state = folder / "state"

    def ours():
        found = json.loads(long_term("list", "--user", USER, "--json", STATE_DIRECTORY=str(state)).out)
        return {one["id"]: one["ours"] for one in found}

    assert ours() == {ids[0]: False, ids[1]: False}
    (state / "batch").mkdir(parents=True)
    assert ours() == {ids[0]: False, ids[1]: False}
    (state / "batch/rotation").write_bytes(rotation_state(ids[1]))
    assert ours() == {ids[0]: False, ids[1]: True}
    lines = long_term("list", "--user", USER, STATE_DIRECTORY=str(state)).out.splitlines()
    assert sorted(line.split()[-1] for line in lines[1:]) == ["no", "yes"]
    # What cannot be read tells nothing.
    (state / "batch/rotation").write_bytes(b"another version")
    assert ours() == {ids[0]: None, ids[1]: None}


def test_without_a_user_it_is_the_callers_own(long_term, iam, ledger, static):
    outcome = long_term("list")
    assert outcome.code == 1 and "--user" in outcome.err
    iam.own(ledger.find(static["AWS_ACCESS_KEY_ID"]), USER)
    id = iam.account.create(USER).id
    assert id in long_term("list").out
    assert long_term("deactivate", id, "--yes").code == 0 and not iam.account.credentials[id].active


def test_a_key_is_switched_reset_and_deleted(long_term, iam, boto, folder):
    one = iam.account.create(USER)
    key, words = one.secret, ["--user", USER, "--yes"]
    outcome = long_term("deactivate", one.id, *words)
    assert outcome.code == 0 and "is inactive" in outcome.out and listed(boto)[0]["Status"] == "Inactive"
    assert long_term("activate", one.id, "--user", USER).code == 0 and iam.account.accepts(key)
    outcome = long_term("reset", one.id, *words, "--output", folder / "key")
    new = (folder / "key").read_text()
    assert outcome.code == 0 and outcome.out.strip() == one.id
    assert iam.account.accepts(new) and not iam.account.accepts(key)
    assert long_term("reset", one.id, *words, "--show").out.strip() == one.secret != new
    assert long_term("delete", one.id, *words).code == 0 and listed(boto) == []
    outcome = long_term("delete", one.id, *words)
    assert outcome.code == 1 and "NoSuchEntity" in outcome.err and "list --all" in outcome.err


def test_an_id_of_another_user_is_not_found(long_term, iam):
    iam.account.add_user("other")
    id = iam.account.create("other").id
    assert long_term("delete", id, "--user", USER, "--yes").code == 1 and id in iam.account.credentials


DENIAL = "with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-e/p-e"


@pytest.mark.parametrize(("action", "answer", "words"), [
    (CREATE, refused("LimitExceeded", "Cannot exceed quota", 409), ["LimitExceeded", "two Bedrock keys at most", "delete"]),
    (CREATE, refused("NotSupportedService", "no such service", 404), ["NotSupportedService", "short-term keys"]),
    (CREATE, denied(CREATE), ["AccessDenied", f"allow iam:{CREATE}"]),
    (CREATE, denied(CREATE, DENIAL), ["service control policy", "iam:ServiceSpecificCredentialAgeDays",
                                      "iam:ServiceSpecificCredentialServiceName"]),
    ("CreateUser", denied("CreateUser"), ["allow iam:CreateUser"]),
    ("AttachUserPolicy", denied("AttachUserPolicy"), ["allow iam:AttachUserPolicy"]),
    ("AttachUserPolicy", refused("NoSuchEntity", "no such policy", 404), ["ARN"]),
])
def test_a_refusal_names_the_remedy_and_changes_nothing(long_term, iam, folder, action, answer, words):
    iam.prevent(action, answer)
    outcome = long_term("create", "--user", USER, "--create-user", "--attach-policy", "--expires", "400d",
                        "--output", folder / "key")
    assert outcome.code == 1 and all(word in outcome.err for word in words), outcome.err
    assert iam.account.credentials == {} and not (folder / "key").exists()
    assert len(outcome.err.splitlines()) == outcome.err.count("user bedrock-batch is there") + 1 + (action == CREATE)


@pytest.mark.parametrize(("verb", "action"), [
    ("list", "ListServiceSpecificCredentials"), ("deactivate", "UpdateServiceSpecificCredential"),
    ("activate", "UpdateServiceSpecificCredential"), ("delete", "DeleteServiceSpecificCredential"),
])
def test_a_denial_names_the_missing_permission(long_term, iam, verb, action):
    iam.prevent(action, denied(action))
    words = ["--user", USER] + (["--yes"] if verb in ("deactivate", "delete") else [])
    outcome = long_term(verb, *([] if verb == "list" else ["ACCAEXAMPLEEXAMPLEEXA"]), *words)
    assert outcome.code == 1 and f"allow iam:{action}" in outcome.err


def test_credentials_of_a_profile(long_term, iam, folder, ledger):
    other = ledger.static()
    iam.own(other, USER)
    id = iam.account.create(USER).id
    (folder / "config").write_text(
        f"[profile other]\nregion = eu-west-3\naws_access_key_id = {other.access_key_id}\n"
        f"aws_secret_access_key = {other.secret_access_key}\n")
    outcome = long_term("list", "--profile", "other", AWS_CONFIG_FILE=str(folder / "config"))
    assert outcome.code == 0 and id in outcome.out


def test_without_credentials_it_is_a_matter_of_configuration(long_term):
    outcome = long_term("list", "--user", USER, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert outcome.code == 78 and "credentials" in outcome.err


def test_temporary_credentials_sign_too(long_term, iam, ledger):
    with ContainerEndpoint(ledger) as container:
        outcome = long_term("list", "--user", USER, "--json", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
                            **container.environment)
    assert (outcome.code, outcome.out) == (0, "[]\n")
    assert iam.requests[-1].headers["x-amz-security-token"]


def test_a_new_key_can_be_inspected(long_term, environment, folder):
    assert long_term("create", "--user", USER, "--output", folder / "key").code == 0
    outcome = command("inspect", folder / "key", env=environment)
    assert outcome.code == 0 and f"{USER}-at-111122223333" in outcome.out and "long-term" in outcome.out


def test_the_clock_of_a_credential_is_iams(long_term, iam):
    outcome = long_term("create", "--user", USER, "--expires", "1d", "--show")
    end = re.search(r"expires (\S+Z)", outcome.err)[1]
    assert end == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(next(iter(iam.account.credentials.values())).expires)))
