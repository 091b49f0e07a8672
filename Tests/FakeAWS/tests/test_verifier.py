"""The verifier against AWS's generator: it accepts what that makes, and nothing that was altered."""

import base64
import random
import time

import pytest

from FakeAWS import CredentialLedger, IssuedCredentials, KeyRefused, derive
from FakeAWS.oracle import generate
from FakeAWS.verifier import PREFIX

NOW = 1_760_000_000


@pytest.fixture
def ledger():
    return CredentialLedger()


def test_accepts_keys_of_the_generator(ledger):
    for credentials in (ledger.static(), ledger.session(3600), ledger.session(60, token_length=4096)):
        key = generate(credentials, "ap-southeast-2", 43200, NOW)
        derived = derive(key, ledger.find)
        assert (derived.access_key_id, derived.region) == (credentials.access_key_id, "ap-southeast-2")
        assert (derived.issued, derived.lifetime) == (NOW, 43200)


def test_expires_with_the_credentials_or_by_itself(ledger):
    now = int(time.time())
    short = ledger.session(600)
    assert derive(generate(short, "us-east-1", 43200, now), ledger.find).expires == short.expires
    assert derive(generate(short, "us-east-1", 60, now), ledger.find).expires == now + 60


def test_awkward_session_tokens(ledger):
    draw = random.Random(7)
    for number in range(50):
        token = "".join(draw.choice("aZ9/+=%&?# ~-_.") for _ in range(draw.randint(1, 300)))
        credentials = ledger.add(IssuedCredentials(f"ASIATEST{number:012d}", "secret/+" * 5, token, None))
        assert derive(generate(credentials, "eu-west-1", 900, NOW), ledger.find).region == "eu-west-1"


@pytest.mark.parametrize("old, new", [
    ("eu-west-1", "eu-west-2"), ("X-Amz-Expires=900", "X-Amz-Expires=901"), ("Version=1", "Version=2"),
    ("&Version=1", ""), ("bedrock.amazonaws.com/", "bedrock.example.com/"), ("CallWith", "CallWithout"),
    ("&Version=1", "&X-Amz-Extra=1&Version=1"), ("Date=2", "Date=1"),
])
def test_refuses_what_was_altered(ledger, old, new):
    key = generate(ledger.session(3600), "eu-west-1", 900, NOW)
    text = base64.b64decode(key.removeprefix(PREFIX)).decode()
    altered = text.replace(old, new)
    assert altered != text
    with pytest.raises(KeyRefused):
        derive(PREFIX + base64.b64encode(altered.encode()).decode(), ledger.find)


@pytest.mark.parametrize("key", ["", "ABSKsomething", PREFIX, PREFIX + "AAAA", PREFIX + "not base64!"])
def test_refuses_what_is_no_key(ledger, key):
    with pytest.raises(KeyRefused):
        derive(key, ledger.find)


def test_refuses_foreign_credentials_and_foreign_session_tokens(ledger):
    credentials = ledger.session(3600)
    key = generate(credentials, "eu-west-1", 900, NOW)
    with pytest.raises(KeyRefused):
        derive(key, CredentialLedger().find)
    ledger.add(IssuedCredentials(credentials.access_key_id, credentials.secret_access_key, "another", None))
    with pytest.raises(KeyRefused):
        derive(key, ledger.find)
