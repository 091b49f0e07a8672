"""IAM Identity Center and AWS Sign-In against botocore's own providers, and proofs that are none."""

import time
import uuid
from unittest.mock import patch

import botocore.session
import pytest
from awscrt.crypto import EC, ECType
from botocore.credentials import LoginCredentialFetcher, _build_dpop_header

from FakeAWS import CredentialLedger
from FakeAWS.dpop import ProofRefused, ProofVerifier
from FakeAWS.identity_center import IdentityCenter
from FakeAWS.signin import PROOF_KEY, SESSION, SignIn

URL = "https://us-east-1.signin.aws.amazon.com/v1/token"
KEY = LoginCredentialFetcher._load_private_key({"dpopKey": PROOF_KEY})


@pytest.fixture
def ledger():
    return CredentialLedger()


def resolve(home, config, environment):
    (home / "config").write_text(config)
    variables = environment | {"AWS_CONFIG_FILE": str(home / "config"), "HOME": str(home), "AWS_MAX_ATTEMPTS": "1",
                               "AWS_LOGIN_CACHE_DIRECTORY": str(home / "login")}
    with (
        patch.dict("os.environ", variables, clear=True),
        patch("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", str(home / "sso")),
        patch("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", str(home / "sso")),
    ):
        return botocore.session.Session().get_credentials().get_frozen_credentials()


@pytest.mark.parametrize("left", [3600, -60])
def test_botocore_gets_role_credentials(ledger, tmp_path, left):
    with IdentityCenter(ledger) as service:
        service.write_cache(tmp_path / "sso", left)
        found = resolve(tmp_path, service.profile(), service.environment)
        assert (service.count("role"), service.count("token")) == (1, int(left < 0))
    assert ledger.find(found.access_key).session_token == found.token
    assert service.violations == []


def test_botocore_renews_a_login(ledger, tmp_path):
    with SignIn(ledger) as service:
        service.write_cache(tmp_path / "login", left=-60)
        config = f"[default]\nlogin_session = {SESSION}\nregion = us-east-1\n"
        first = resolve(tmp_path, config, service.environment)
        again = resolve(tmp_path, config, service.environment)
    assert first == again and ledger.find(first.access_key).session_token == first.token
    assert service.count("token") == 1 and service.violations == [] and service.reuses == 0


def verifier():
    return ProofVerifier(PROOF_KEY, time.time)


def test_a_proof_counts_once():
    proof = _build_dpop_header(KEY, URL)
    service = verifier()
    service.verify(proof, "POST", URL)
    with pytest.raises(ProofRefused, match="used before"):
        service.verify(proof, "POST", URL)


@pytest.mark.parametrize("make, words", [
    (lambda: "", "compact form"), (lambda: "a.b", "compact form"),
    (lambda: _build_dpop_header(KEY, URL + "/"), "the proof is for"),
    (lambda: _build_dpop_header(KEY, URL, ts=int(time.time()) - 3600), "the time"),
    (lambda: _build_dpop_header(KEY, URL, uid=str(uuid.uuid1())), "the id"),
    (lambda: _build_dpop_header(EC.new_generate(ECType.P_256), URL), "another key"),
    (lambda: _build_dpop_header(KEY, URL)[:-8] + "AAAAAAAA", "does not match"),
    (lambda: _build_dpop_header(KEY, URL)[:-8], "another length"),
])
def test_other_proofs_are_refused(make, words):
    with pytest.raises(ProofRefused, match=words):
        verifier().verify(make(), "POST", URL)
