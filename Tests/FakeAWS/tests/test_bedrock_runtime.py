"""The fake runtime of Bedrock against boto3, whose model of the service says what an answer must look like."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError

from FakeAWS import CredentialLedger, make_certificate
from FakeAWS.bedrock_runtime import REPLY, BedrockRuntime
from FakeAWS.oracle import generate


@pytest.fixture
def runtime(tmp_path):
    with BedrockRuntime(CredentialLedger(), certificate=make_certificate(tmp_path)) as service:
        yield service


def converse(runtime, tmp_path, monkeypatch, key):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", key)
    client = boto3.client(
        "bedrock-runtime", region_name="eu-west-1", endpoint_url=runtime.url, verify=str(tmp_path / "ca.pem"))
    return client.converse(modelId="a.b:0", messages=[{"role": "user", "content": [{"text": "ping"}]}])


def test_a_genuine_key_is_answered(runtime, tmp_path, monkeypatch):
    key = generate(runtime.check.ledger.static(), "eu-west-1", 60, int(time.time()))
    answer = converse(runtime, tmp_path, monkeypatch, key)
    assert answer["output"]["message"]["content"] == [{"text": REPLY}]
    assert (runtime.accepted, runtime.refused, runtime.violations) == ({"a.b:0": [key]}, [], [])


@pytest.mark.parametrize("region, age", [("us-east-1", 0), ("eu-west-1", 61)])
def test_a_key_of_another_region_and_a_dead_one_are_refused(runtime, tmp_path, monkeypatch, region, age):
    key = generate(runtime.check.ledger.static(), region, 60, int(time.time()) - age)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        converse(runtime, tmp_path, monkeypatch, key)
    assert len(runtime.refused) == 1 and runtime.accepted == {}


def test_a_key_of_credentials_that_nobody_has_is_refused(runtime, tmp_path, monkeypatch):
    key = generate(CredentialLedger().static(), "eu-west-1", 60, int(time.time()))
    with pytest.raises(ClientError, match="API Key is valid"):
        converse(runtime, tmp_path, monkeypatch, key)
