"""`bedrock-keyd mint`: formats, exit codes, and the key itself."""

import json
import re
import subprocess
import time

import pytest

from FakeAWS import derive
from FakeAWS.oracle import generate
from Processes import clean_environment, command
from Processes.binaries import binary, tool


@pytest.fixture
def mint(folder, static):
    """Runs `mint` with static credentials."""
    return lambda *arguments, **extra: command("mint", *arguments, env=clean_environment(folder, **static) | extra)


def test_the_key_alone_is_the_default(mint, ledger):
    for arguments in ([], ["--format", "key"]):
        outcome = mint(*arguments)
        assert outcome.code == 0, outcome.err
        derived = derive(outcome.out.removesuffix("\n"), ledger.find)
        assert (derived.region, derived.lifetime) == ("eu-west-1", 43200)
        assert abs(derived.issued - time.time()) < 10


def test_region_and_lifetime_are_those_asked_for(mint, ledger):
    derived = derive(mint("--region", "us-west-2", "--lifetime", "90s").out.strip(), ledger.find)
    assert (derived.region, derived.lifetime) == ("us-west-2", 90)


@pytest.mark.parametrize("text, seconds", [("1s", 1), ("43200s", 43200), ("720m", 43200), ("12h", 43200), ("5m", 300)])
def test_lives_at_the_limits(mint, ledger, text, seconds):
    assert derive(mint("--lifetime", text).out.strip(), ledger.find).lifetime == seconds


def test_equals_the_generator_of_aws(mint, ledger, static):
    key = mint("--lifetime", "1h").out.strip()
    derived = derive(key, ledger.find)
    assert key == generate(ledger.find(static["AWS_ACCESS_KEY_ID"]), "eu-west-1", 3600, derived.issued)


def test_env_format(mint, ledger):
    lines = mint("--format", "env").out.splitlines()
    keys = [line.removeprefix("AWS_BEARER_TOKEN_BEDROCK=") for line in lines if not line.startswith("#")]
    assert len(keys) == 1
    derive(keys[0], ledger.find)


def test_json_format(mint, ledger):
    made = json.loads(mint("--format", "json", "--lifetime", "10m").out)
    derived = derive(made["token"], ledger.find)
    assert made["expires_at"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(derived.issued + 600))
    assert (made["region"], made["type"]) == ("eu-west-1", "short-term")


def test_expires_with_the_credentials(mint, ledger):
    session = ledger.session(300)
    made = json.loads(mint("--format", "json", **session.environment).out)
    assert made["expires_at"] == session.expiration


@pytest.mark.parametrize("arguments", [
    ["--lifetime", "0s"], ["--lifetime", "43201s"], ["--lifetime", "13h"], ["--lifetime", "-5s"],
    ["--lifetime", "soon"], ["--region", ""], ["--region", "eu west 1"], ["--region", "../eu-west-1"],
    ["--region", "eu-west-1/x"], ["--format", "yaml"], ["--no-such-option"], ["surplus"],
])
def test_refuses_what_cannot_be(mint, arguments):
    outcome = mint(*arguments)
    assert outcome.code in (64, 78), outcome
    assert outcome.out == "" and outcome.err.strip()


def test_an_empty_region_in_the_environment_is_none(mint):
    outcome = mint(AWS_REGION="", AWS_DEFAULT_REGION="")
    assert outcome.code in (64, 78) and "region" in outcome.err and outcome.out == ""


def test_without_credentials_it_is_a_matter_of_configuration(folder):
    outcome = command("mint", "--region", "eu-west-1", env=clean_environment(folder))
    assert outcome.code == 78 and outcome.out == "" and outcome.err.strip()


def test_aws_region_goes_before_aws_default_region(mint, ledger):
    key = mint(AWS_REGION="eu-west-3", AWS_DEFAULT_REGION="eu-west-2").out.strip()
    assert derive(key, ledger.find).region == "eu-west-3"
    key = mint(AWS_REGION="", AWS_DEFAULT_REGION="eu-west-2").out.strip()
    assert derive(key, ledger.find).region == "eu-west-2"


def test_a_bearer_token_in_the_environment_is_ignored(mint, ledger):
    derive(mint(AWS_BEARER_TOKEN_BEDROCK="bedrock-api-key-other").out.strip(), ledger.find)


def test_a_profile_of_the_shared_files(mint, folder, ledger):
    other = ledger.session(3600)
    (folder / "credentials").write_text(
        f"[other]\naws_access_key_id = {other.access_key_id}\naws_secret_access_key = {other.secret_access_key}\n"
        f"aws_session_token = {other.session_token}\n"
    )
    (folder / "config").write_text("[profile other]\nregion = ca-central-1\n")
    files = {"AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"), "AWS_CONFIG_FILE": str(folder / "config")}
    derived = derive(mint("--profile", "other", AWS_REGION="", **files).out.strip(), ledger.find)
    assert (derived.access_key_id, derived.region) == (other.access_key_id, "ca-central-1")


def test_no_secret_in_an_error(mint, static):
    outcome = mint("--region", "not a region", "--lifetime", "12h")
    assert static["AWS_SECRET_ACCESS_KEY"] not in outcome.err


def opened_files(folder, environment, *arguments):
    trace = folder / "trace"
    done = command_under([tool("strace"), "-f", "-e", "trace=open,openat", "-o", str(trace)], environment, *arguments)
    assert done.returncode == 0, done.stderr
    return re.findall(r'"([^"]*)"[^\n]*= \d', trace.read_text())


def command_under(before, environment, *arguments):
    return subprocess.run([*before, binary(), *arguments], env=environment, capture_output=True, text=True, timeout=60)


def test_static_credentials_load_no_libcurl(folder, static, instance_metadata):
    def curl(environment):
        opened = opened_files(folder, environment, "mint", "--region", "eu-west-1")
        return [path for path in opened if "libcurl" in path]

    assert curl(clean_environment(folder, **static)) == []
    # The same look at a run that needs a request proves that it would have been seen.
    assert curl(clean_environment(folder, **instance_metadata.environment))
