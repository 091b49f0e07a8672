"""The fake IAM Roles Anywhere against AWS's own client for it, and against requests that were altered."""

import json
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
from botocore.awsrequest import AWSRequest
from iam_rolesanywhere_session import IAMRolesAnywhereSession, IAMRolesAnywhereSigner

from FakeAWS import CredentialLedger
from FakeAWS.authority import Authority, certificate_text, key_text, make_key
from FakeAWS.certificates import make_certificate
from FakeAWS.roles_anywhere import ROLE, RolesAnywhere

KINDS = ["rsa-2048", "rsa-3072", "p-256", "p-384"]


@pytest.fixture
def service():
    with RolesAnywhere(CredentialLedger()) as service:
        yield service


def send(service, key, certificate, chain=(), body=None, query=None, alter=lambda request: None):
    """One request as AWS's signer makes it, altered afterwards; the status, and the answer."""
    body = {"durationSeconds": 900} if body is None else body
    query = {"profileArn": service.arn("profile"), "roleArn": ROLE, "trustAnchorArn": service.arn("trust-anchor")} \
        if query is None else query
    request = AWSRequest(method="POST", url=f"{service.url}/sessions{'?' if query else ''}{urlencode(query)}",
                         data=json.dumps(body))
    signer = IAMRolesAnywhereSigner(certificate_text(certificate).encode(), key_text(key).encode(),
                                    certificate_text(*chain).encode() if chain else None, region=service.region)
    signer.add_auth(request)
    alter(request)
    raw = request.prepare()
    body = raw.body.encode() if isinstance(raw.body, str) else raw.body
    call = urllib.request.Request(raw.url, body, dict(raw.headers.items()), method="POST")
    try:
        with urllib.request.urlopen(call, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["message"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_awss_client_signs_is_accepted(tmp_path, kind):
    ledger, authority, key = CredentialLedger(), Authority(), make_key(kind)
    tls = make_certificate(tmp_path)
    with RolesAnywhere(ledger, authority, certificate=tls) as service:
        client = IAMRolesAnywhereSession(
            profile_arn=service.arn("profile"), role_arn=ROLE, trust_anchor_arn=service.arn("trust-anchor"),
            certificate=certificate_text(authority.issue(key)).encode(), private_key=key_text(key).encode(),
            region=service.region, endpoint=service.url.removeprefix("https://"), verify=str(tls.authority))
        found = client.get_refreshable_credentials().get_frozen_credentials()
    issued = ledger.find(found.access_key)
    assert (found.secret_key, found.token) == (issued.secret_access_key, issued.session_token)
    assert service.violations == [] and service.durations == [3600]


def test_intermediates_lead_to_the_trust_anchor(service):
    middle = Authority("middle", service.authority)
    low = Authority("low", middle)
    key = make_key("p-256")
    certificate = low.issue(key)
    assert send(service, key, certificate, [low.certificate, middle.certificate])[0] == 201
    assert send(service, key, certificate, [middle.certificate, low.certificate])[0] == 201
    for chain in ([low.certificate], [middle.certificate], []):
        assert send(service, key, certificate, chain) == (403, "Untrusted signing certificate")
    assert service.violations == [] and len(service.signers) == 2


@pytest.mark.parametrize("settings, words", [
    ({"lifetime": -1}, "not valid at this time"), ({"start": 600}, "not valid at this time"),
    ({"digital_signature": False}, "Insufficient certificate"), ({"is_authority": True}, "Insufficient certificate"),
])
def test_certificates_that_cannot_sign_are_refused(service, settings, words):
    key = make_key("p-256")
    status, message = send(service, key, service.authority.issue(key, **settings))
    assert status == 403 and words in message and service.violations == []


def test_a_stranger_is_not_trusted(service):
    key = make_key("p-256")
    assert send(service, key, Authority().issue(key))[1] == "Untrusted signing certificate"


def test_resources_and_roles_are_checked(service):
    key = make_key("p-256")
    certificate = service.authority.issue(key)
    good = {"profileArn": service.arn("profile"), "roleArn": ROLE, "trustAnchorArn": service.arn("trust-anchor")}
    assert send(service, key, certificate, body=good | {"durationSeconds": 900}, query={})[0] == 201
    assert send(service, key, certificate, query=good | {"profileArn": "arn:x"})[0] == 404
    assert send(service, key, certificate, query=good | {"roleArn": ROLE + "2"}) == (
        403, f"Unable to assume role for {ROLE}2.")
    assert send(service, key, certificate, query={})[0] == 404
    assert service.violations == []
    assert send(service, key, certificate, body={"durationSeconds": 60})[0] == 400
    assert send(service, key, certificate, body={"durationSeconds": "900"})[0] == 400
    assert len(service.violations) == 2


def _replace(name, change):
    def alter(request):
        value = request.headers[name]
        del request.headers[name]
        request.headers[name] = change(value)
    return alter


ALTERATIONS = {
    "signature": _replace("Authorization", lambda text: text[:-2] + ("00" if text[-2:] != "00" else "11")),
    "serial": _replace("Authorization", lambda text: text.replace("Credential=", "Credential=1")),
    "padded-serial": _replace("Authorization", lambda text: text.replace("Credential=", "Credential=0")),
    "region": _replace("Authorization", lambda text: text.replace("eu-central-1", "us-east-1")),
    "algorithm": _replace("Authorization", lambda text: text.replace("ECDSA", "RSA")),
    "unsigned": _replace("Authorization", lambda text: text.replace(";x-amz-x509", "")),
    "type": _replace("Content-Type", lambda _: "application/json"),
    "date": _replace("X-Amz-Date", lambda text: text[:-2] + ("0Z" if text[-2] != "0" else "1Z")),
    "certificate": _replace("X-Amz-X509", lambda text: text[:-8]),
    "two-certificates": _replace("X-Amz-X509", lambda text: f"{text},{text}"),
    "body": lambda request: setattr(request, "data", b'{"durationSeconds":901}'),
    "query": lambda request: setattr(request, "url", request.url + "&a=b"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_request_is_a_violation(service, name):
    key = make_key("p-256")
    status, _ = send(service, key, service.authority.issue(key), alter=ALTERATIONS[name])
    assert status == 403 and len(service.violations) == 1


def test_an_old_signature_is_refused(service):
    key = make_key("p-256")
    service.ahead = 600
    status, message = send(service, key, service.authority.issue(key))
    assert status == 403 and message.startswith("Signature expired: ")
