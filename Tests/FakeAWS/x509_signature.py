"""The server's side of AWS4-X509-RSA-SHA256 and AWS4-X509-ECDSA-SHA256, derived anew from the documentation.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
"""

import base64
import binascii
import hashlib
import re
import time
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from .service import Request

_AUTHORIZATION = re.compile(
    r"(AWS4-X509-(?:RSA|ECDSA)-SHA256) Credential=(\d+)/(\d{8})/([^/]+)/rolesanywhere/aws4_request, "
    r"SignedHeaders=([^,]+), Signature=([0-9a-f]+)")
_LONGEST_CHAIN = 5


class Refused(Exception):
    """Why the service refuses. is_violation: a client of ours must never send such a thing."""

    def __init__(self, message: str, code: str = "AccessDeniedException", status: int = 403, is_violation: bool = False):
        super().__init__(message)
        self.code = code
        self.status = status
        self.is_violation = is_violation


def signer_of(request: Request, region: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that signed, and the intermediates sent with it. Raises Refused where the signature is not its."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match:
        raise _violation("the Authorization header is none of a certificate's")
    algorithm, serial, date, scoped, names, signature = match.groups()
    certificate, *rest = _certificates(request.headers.get("x-amz-x509", ""))
    chain = _certificates(request.headers["x-amz-x509-chain"]) if "x-amz-x509-chain" in request.headers else []
    signed = names.split(";")
    needed = {"content-type", "host", "x-amz-date", "x-amz-x509"} | ({"x-amz-x509-chain"} if chain else set())
    if rest or len(chain) > _LONGEST_CHAIN:
        raise _violation("there are too many certificates")
    if signed != sorted(signed) or not needed <= set(signed):
        raise _violation(f"the signed headers are {names}")
    if int(serial) != certificate.serial_number or serial != str(int(serial)):
        raise _violation("the serial number is not the certificate's")
    if scoped != region or not request.headers["x-amz-date"].startswith(date):
        raise _violation("the credential scope has another region or date")
    text = _string_to_sign(algorithm, request, signed, f"{date}/{region}/rolesanywhere/aws4_request")
    _verify(certificate, algorithm, bytes.fromhex(signature), text.encode())
    return certificate, chain


def chain_problem(certificate: x509.Certificate, chain: list[x509.Certificate], anchor: x509.Certificate,
                  ahead: float = 0) -> str | None:
    """What the service says of a certificate that the trust anchor does not vouch for now; None where it does."""
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if certificate.version != x509.Version.v3 or constraints.ca or not usage.digital_signature:
        return "Untrusted certificate. Insufficient certificate"
    now = datetime.fromtimestamp(time.time() + ahead, timezone.utc)
    current, left = certificate, list(chain)
    while True:
        if not current.not_valid_before_utc <= now < current.not_valid_after_utc:
            return "Untrusted certificate. Certificate is not valid at this time"
        issuer = next((one for one in [anchor, *left] if _issued(current, one)), None)
        if issuer is anchor:
            return None
        if issuer is None:
            return "Untrusted signing certificate"
        left.remove(issuer)
        current = issuer


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def _string_to_sign(algorithm: str, request: Request, signed: list[str], scope: str) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~"))
                   for name, value in parse_qsl(request.query, keep_blank_values=True))
    lines = [f"{name}:{' '.join(request.headers[name].split())}" for name in signed]
    canonical = "\n".join([
        request.method, quote(request.path, safe="/-_.~"), "&".join(f"{name}={value}" for name, value in pairs), *lines,
        "", ";".join(signed), hashlib.sha256(request.body).hexdigest()])
    return "\n".join([algorithm, request.headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])


def _verify(certificate: x509.Certificate, algorithm: str, signature: bytes, text: bytes) -> None:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm == "AWS4-X509-RSA-SHA256":
            return key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(key, ec.EllipticCurvePublicKey) and algorithm == "AWS4-X509-ECDSA-SHA256":
            return key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise _violation("the signature does not match") from None
    raise _violation(f"{algorithm} is not the algorithm of the certificate's key")


def _certificates(header: str) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in header.split(",")]
    except (binascii.Error, ValueError):
        raise _violation("a header of certificates cannot be read") from None


def _violation(message: str) -> Refused:
    return Refused(message, is_violation=True)
