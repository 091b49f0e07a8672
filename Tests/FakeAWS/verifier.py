"""AWS's side of a short-term API key: decodes it and derives its signature anew, with the standard library alone.

The service is `bedrock` or, for a key of Claude Platform on AWS, `aws-external-anthropic`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote

from .credential_ledger import IssuedCredentials

PREFIX = "bedrock-api-key-"
KEY_PATTERN = re.compile(r"(?:bedrock|aws-external-anthropic)-api-key-[A-Za-z0-9+/]+={0,2}")
_LONGEST_LIFE = 43200
_NAMES = {
    "Action", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token",
    "X-Amz-SignedHeaders", "X-Amz-Signature", "Version",
}


class KeyRefused(Exception):
    """Bedrock would refuse this key. The reason never holds a secret."""


@dataclass(frozen=True)
class DerivedKey:
    """What a genuine key says. Times are seconds since 1970; expires counts the credentials' end too."""

    access_key_id: str
    region: str
    issued: int
    lifetime: int
    expires: float


def derive(key: str, find: Callable[[str], IssuedCredentials | None], service: str = "bedrock") -> DerivedKey:
    """Verifies a key. `find` gives the credentials of an access key id. Raises KeyRefused."""
    query, values = _decode(key, service)
    access_key_id, region = _scope(values["X-Amz-Credential"], values["X-Amz-Date"], service)
    credentials = find(access_key_id)
    if credentials is None:
        raise KeyRefused(f"the access key id {access_key_id} was never handed out")
    if values.get("X-Amz-Security-Token") != (credentials.session_token or None):
        raise KeyRefused("X-Amz-Security-Token is not the session token of these credentials")
    expected = sign(query, values, credentials.secret_access_key, region, service)
    if not hmac.compare_digest(expected, values["X-Amz-Signature"]):
        raise KeyRefused("the signature does not match")
    issued = _timestamp(values["X-Amz-Date"])
    lifetime = int(values["X-Amz-Expires"])
    end = issued + lifetime
    return DerivedKey(access_key_id, region, issued, lifetime, min(end, credentials.expires or end))


def sign(query: str, values: dict[str, str], secret: str, region: str, service: str) -> str:
    """The signature that belongs to this query (its own signature and Version are not part of it)."""
    signed = sorted(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in parse_qsl(query, keep_blank_values=True) if name not in ("X-Amz-Signature", "Version")
    )
    empty = hashlib.sha256(b"").hexdigest()
    canonical = "\n".join(["POST", "/", "&".join(signed), f"host:{_host(service)}", "", "host", empty])
    date = values["X-Amz-Date"]
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for part in (date[:8], region, service, "aws4_request", text):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def _host(service: str) -> str:
    return f"{service}.amazonaws.com"


def _decode(key: str, service: str) -> tuple[str, dict[str, str]]:
    prefix = f"{service}-api-key-"
    if not key.startswith(prefix):
        raise KeyRefused(f"it does not start with {prefix}")
    try:
        text = base64.b64decode(key[len(prefix):], validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise KeyRefused(f"it is not base64 of text: {error}") from None
    start, _, query = text.partition("?")
    if start != _host(service) + "/":
        raise KeyRefused(f"it is for {start!r}, not for {_host(service)}/")
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    values = dict(pairs)
    if len(values) != len(pairs) or not values.keys() <= _NAMES:
        raise KeyRefused(f"unexpected parameters: {sorted(name for name, _ in pairs)}")
    if _NAMES - {"X-Amz-Security-Token"} - values.keys():
        raise KeyRefused(f"missing parameters: {sorted(_NAMES - values.keys())}")
    fixed = {"Action": "CallWithBearerToken", "Version": "1", "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
             "X-Amz-SignedHeaders": "host"}
    for name, value in fixed.items():
        if values[name] != value:
            raise KeyRefused(f"{name} is {values[name]!r}, not {value!r}")
    if not values["X-Amz-Expires"].isdigit() or not 1 <= int(values["X-Amz-Expires"]) <= _LONGEST_LIFE:
        raise KeyRefused(f"X-Amz-Expires is {values['X-Amz-Expires']!r}")
    if not query.endswith("&Version=1"):
        raise KeyRefused("Version is not the last parameter")
    return query, values


def _scope(credential: str, date: str, service: str) -> tuple[str, str]:
    parts = credential.split("/")
    if len(parts) != 5 or parts[3:] != [service, "aws4_request"] or parts[1] != date[:8]:
        raise KeyRefused("X-Amz-Credential has a wrong credential scope")
    return parts[0], parts[2]


def _timestamp(text: str) -> int:
    try:
        return int(datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp())
    except ValueError:
        raise KeyRefused(f"X-Amz-Date is {text!r}") from None
