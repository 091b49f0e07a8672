"""Signatures in the Authorization header (Signature Version 4), derived anew with the standard library alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from datetime import datetime, timezone
from urllib.parse import quote

from .credential_ledger import CredentialLedger
from .service import Request

_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?"
    r"Signature=([0-9a-f]{64})")


def signature_problem(request: Request, ledger: CredentialLedger, service: str) -> str | None:
    """What is wrong with a header signature for a service; None where it is genuine."""
    match = _CREDENTIAL.fullmatch(request.headers.get("authorization", ""))
    if not match:
        return "the Authorization header is none of Signature Version 4"
    key_id, date, region, scoped, names, signature = match.groups()
    if scoped != service:
        return f"the credential scope is of {scoped}, not of {service}"
    credentials = ledger.find(key_id)
    if credentials is None:
        return "the access key id was never handed out"
    if request.headers.get("x-amz-security-token") != credentials.session_token:
        return "X-Amz-Security-Token is not the session token of these credentials"
    signed = names.split(";")
    needed = {"host", "x-amz-date"} | ({"x-amz-security-token"} if credentials.session_token else set())
    if not needed <= set(signed) or not request.headers["x-amz-date"].startswith(date):
        return "host, date or token are not signed, or the date is another one"
    lines = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in signed)
    canonical = "\n".join([request.method, quote(request.path, safe="/-_.~"), request.query, lines, names,
                           hashlib.sha256(request.body).hexdigest()])
    scope = f"{date}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + credentials.secret_access_key.encode()
    for part in (date, region, service, "aws4_request", text):
        key = hmac.digest(key, part.encode(), "sha256")
    return None if hmac.compare_digest(key.hex(), signature) else "the signature does not match"


def time_problem(request: Request, ahead: float) -> str | None:
    """What AWS says of a signature whose date is off by more than 5 minutes; None where it is not."""
    form = "%Y%m%dT%H%M%SZ"
    now, text = time.time() + ahead, request.headers["x-amz-date"]
    signed = datetime.strptime(text, form).replace(tzinfo=timezone.utc).timestamp()

    def stamp(moment: float) -> str:
        return datetime.fromtimestamp(moment, timezone.utc).strftime(form)

    if signed < now - 300:
        return f"Signature expired: {text} is now earlier than {stamp(now - 300)} ({stamp(now)} - 5 min.)"
    if signed > now + 300:
        return f"Signature not yet current: {text} is still later than {stamp(now + 300)} ({stamp(now)} + 5 min.)"
    return None
