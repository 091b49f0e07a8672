"""The addresses that the services have in AWS: instance metadata and ECS's relative URI, in a network namespace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from Processes import clean_environment
from Processes.binaries import binary, tool

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to make a network namespace")


@pytest.fixture
def beside_services(folder):
    """Runs bedrock-keyd in a namespace where both services are; what FakeAWS.link_local tells of it."""
    def run(*arguments, **environment):
        variables = clean_environment(folder, PYTHONPATH=Path(__file__).parents[1], **environment)
        done = subprocess.run(
            [tool("unshare"), "--net", sys.executable, "-m", "FakeAWS.link_local", binary(), *arguments],
            env=variables, capture_output=True, text=True, timeout=90,
        )
        if "peration not permitted" in done.stderr:
            pytest.skip(f"needs network namespaces, which are refused here: {done.stderr.splitlines()[0]}")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return run


def test_the_relative_uri_of_ecs(beside_services):
    told = beside_services("credentials", AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v1/credentials")
    assert told["code"] == 0, told["err"]
    assert [json.loads(told["out"])] == told["issued"]
    assert told["violations"] == [] and told["steps"] == ["container:credentials"]


def test_instance_metadata_is_found_without_any_setting(beside_services):
    told = beside_services("credentials", AWS_EC2_METADATA_DISABLED="false")
    assert told["code"] == 0, told["err"]
    assert [json.loads(told["out"])] == told["issued"]
    assert told["violations"] == []
    assert told["steps"] == ["instance:token", "instance:role", "instance:credentials"]


def test_instance_metadata_can_be_disabled(beside_services):
    told = beside_services("credentials", AWS_EC2_METADATA_DISABLED="true")
    assert told["code"] == 78 and told["steps"] == []


def test_they_are_never_asked_through_a_proxy(beside_services):
    proxies = {name: "http://192.0.2.1:3128" for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY")}
    told = beside_services("credentials", AWS_EC2_METADATA_DISABLED="false", **proxies)
    assert told["code"] == 0 and told["violations"] == []


def test_without_a_network_nothing_is_configured(folder):
    """On a machine outside AWS instance metadata does not answer: that is no broken configuration."""
    done = subprocess.run(
        [tool("unshare"), "--net", binary(), "credentials"], capture_output=True, text=True, timeout=30,
        env=clean_environment(folder, AWS_EC2_METADATA_DISABLED="false"),
    )
    if "peration not permitted" in done.stderr:
        pytest.skip("needs network namespaces, which are refused here")
    assert done.returncode == 78 and done.stdout == ""
