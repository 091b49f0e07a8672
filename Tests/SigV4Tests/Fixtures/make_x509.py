#!/usr/bin/env python3
"""Writes x509.json: what AWS's own signer for IAM Roles Anywhere makes of a request, and files to read keys from.

Run it in the venv of Tests/requirements.txt: PYTHONPATH=Tests make_x509.py. All keys are thrown away: they sign for
nobody. The certificates are valid for 1,000 years so that no test depends on its day.
"""

import json
from datetime import datetime, timezone
from pathlib import Path
from unittest.mock import patch

from botocore.awsrequest import AWSRequest
from iam_rolesanywhere_session import IAMRolesAnywhereSigner, iam_rolesanywhere_session

from FakeAWS.authority import PKCS8, TRADITIONAL, Authority, certificate_text, key_text, make_key

REGION = "eu-central-1"
URL = f"https://rolesanywhere.{REGION}.amazonaws.com/sessions?profileArn=arn%3Aaws%3A%2F~b&roleArn=a%20b%3D&b=&a=1"
BODY = '{"durationSeconds":3600}'
MOMENT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=timezone.utc)
AGES = 86400 * 365 * 1000
CASES = {
    "rsa-2048 in PKCS#1": ("rsa-2048", TRADITIONAL, 0, None), "rsa-3072 in PKCS#8": ("rsa-3072", PKCS8, 1, 1),
    "rsa-4096 in PKCS#8": ("rsa-4096", PKCS8, 2, 2 ** 159 - 1), "p-256 in SEC 1": ("p-256", TRADITIONAL, 0, 256),
    "p-384 in PKCS#8": ("p-384", PKCS8, 5, 2 ** 64),
}


def vector(name, kind, form, depth, serial):
    authority = root = Authority("root")
    intermediates = []
    for level in range(depth):
        authority = Authority(f"level {level}", authority)
        intermediates.insert(0, authority.certificate)
    key = make_key(kind)
    certificate = authority.issue(key, "edge", start=-AGES / 100, lifetime=AGES, serial=serial)
    texts = {"key": key_text(key, form), "certificate": certificate_text(certificate),
             "intermediates": certificate_text(*intermediates), "root": certificate_text(root.certificate)}
    signer = IAMRolesAnywhereSigner(
        texts["certificate"].encode(), texts["key"].encode(), texts["intermediates"].encode() or None, region=REGION)
    request = AWSRequest(method="POST", url=URL, data=BODY)
    with patch.object(iam_rolesanywhere_session, "datetime") as clock:
        clock.now.return_value = MOMENT
        signer.add_auth(request)
    headers = dict(request.headers)
    # It is no part of what was signed.
    del request.headers["Authorization"]
    canonical = signer.canonical_request(request)
    names = ("X-Amz-Date", "X-Amz-X509", "X-Amz-X509-Chain", "Authorization")
    return texts | {
        "name": name, "headers": [[one, headers[one]] for one in names if one in headers],
        "canonicalRequest": canonical, "stringToSign": signer.string_to_sign(request, canonical)}


def refused():
    """Files that are refused: what they are, and the text."""
    key = make_key("p-256")
    root = Authority("root")
    return {
        "keys": {
            "encrypted PKCS#8": key_text(key, PKCS8, "secret"), "encrypted SEC 1": key_text(key, TRADITIONAL, "secret"),
            "encrypted PKCS#1": key_text(make_key("rsa-2048"), TRADITIONAL, "secret"),
            "ed25519": key_text(make_key("ed25519")), "certificate": certificate_text(root.certificate),
            "damaged": key_text(key).replace("M", "N", 1), "empty": "", "text": "no key at all\n",
        },
        "certificates": {
            "key": key_text(key), "damaged": certificate_text(root.certificate).replace("MII", "AAA", 1),
            "second damaged": certificate_text(root.certificate)
            + certificate_text(root.certificate).replace("MII", "AAA", 1),
            "cut": certificate_text(root.certificate)[:200], "empty": "", "text": "nothing\n",
        },
        "authority": certificate_text(root.certificate),
        "noSignature": certificate_text(root.issue(key, digital_signature=False, lifetime=AGES)),
    }


def main():
    vectors = [vector(name, *case) for name, case in CASES.items()]
    document = {"region": REGION, "url": URL, "body": BODY, "moment": "20260921T141320Z",
                "vectors": vectors, "refused": refused()}
    Path(__file__).with_name("x509.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
