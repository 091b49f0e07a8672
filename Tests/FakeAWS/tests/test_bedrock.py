"""The fake Bedrock against boto3: the keys of AWS's own generator work, and refusals are read as the service's."""

import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from FakeAWS import BedrockControlPlane, CredentialLedger, answers, make_certificate
from FakeAWS.oracle import generate

REGION = "eu-west-1"
LONG_TERM = "ABSKYmVkcm9jazpzZWNyZXQ="


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def ledger():
    return CredentialLedger()


@pytest.fixture
def bedrock(ledger, certificate):
    def find(key):
        return "arn:aws:iam::111122223333:user/batch" if key == LONG_TERM else None

    with BedrockControlPlane(ledger, REGION, find, certificate=certificate) as service:
        yield service


@pytest.fixture
def ask(bedrock, certificate, monkeypatch):
    """What boto3 gets for a key: the ids of the models, or the code and message of the refusal."""
    def list_models(key):
        monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", key)
        client = boto3.session.Session().client(
            "bedrock", region_name=REGION, endpoint_url=bedrock.url, verify=str(certificate.authority),
            config=Config(retries={"total_max_attempts": 1}))
        try:
            return [model["modelId"] for model in client.list_foundation_models()["modelSummaries"]]
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]

    return list_models


def refused(message):
    return 403, {"Code": "AccessDeniedException", "Message": message}


def test_keys_of_the_generator_and_live_long_term_keys_work(ledger, bedrock, ask):
    for key in (generate(ledger.session(3600), REGION, 900, int(time.time())),
                generate(ledger.static(), REGION, 900, int(time.time())), LONG_TERM):
        assert ask(key) == ["amazon.nova-lite-v1:0"]
        assert bedrock.check.accepted[-1] == key
    assert bedrock.violations == [] and bedrock.check.refused == []


@pytest.mark.parametrize("make, message", [
    (lambda ledger, now: "AKIDEXAMPLE", "Invalid API Key format: Must start with pre-defined prefix"),
    (lambda ledger, now: LONG_TERM + "x", "Authentication failed: Please make sure your API Key is valid."),
    (lambda ledger, now: generate(CredentialLedger().static(), REGION, 900, now),
     "Authentication failed: Please make sure your API Key is valid."),
    (lambda ledger, now: generate(ledger.static(), "eu-west-2", 900, now),
     "Authentication failed: Please make sure your API Key is valid."),
    (lambda ledger, now: generate(ledger.static(), REGION, 900, now + 600),
     "Authentication failed: Please make sure your API Key is valid."),
    (lambda ledger, now: generate(ledger.session(-5), REGION, 900, now),
     "Authentication failed: Please make sure your API Key is valid."),
    (lambda ledger, now: generate(ledger.static(), REGION, 900, now - 1000), "Bearer Token has expired"),
], ids=["no-key", "dead-long-term", "foreign", "region", "future", "ended-credentials", "expired"])
def test_other_keys_are_refused(ledger, bedrock, ask, make, message):
    key = make(ledger, int(time.time()))
    assert ask(key) == refused(message)
    assert bedrock.check.refused == [key] and bedrock.check.accepted == []


@pytest.mark.parametrize("kind, words", [
    ("missing", "because no identity-based policy allows the bedrock:CallWithBearerToken action"),
    ("explicit", "with an explicit deny in an identity-based policy"),
    ("organization", "with an explicit deny in a service control policy: arn:aws:organizations::"),
])
def test_a_policy_switches_keys_off(ledger, bedrock, ask, kind, words):
    bedrock.check.denied["bedrock:CallWithBearerToken"] = kind
    status, error = ask(LONG_TERM)
    assert (status, error["Code"]) == (403, "AccessDeniedException")
    assert "user/batch is not authorized to perform: bedrock:CallWithBearerToken on resource: * " in error["Message"]
    assert words in error["Message"]


def test_a_good_key_may_lack_the_right_to_list(ledger, bedrock, ask):
    bedrock.check.denied["bedrock:ListFoundationModels"] = "missing"
    key = generate(ledger.static(), REGION, 900, int(time.time()))
    assert "perform: bedrock:ListFoundationModels on resource" in ask(key)[1]["Message"]
    assert bedrock.check.accepted == [key]


def test_faults_are_delivered(bedrock, ask):
    bedrock.break_step("models", answers.refused(503), times=1)
    assert ask(LONG_TERM)[0] == 503
    assert ask(LONG_TERM) == ["amazon.nova-lite-v1:0"]
