"""Proofs of possession (RFC 9449), verified by the cryptography package."""

import base64
import json
import re
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_PART = re.compile(r"[A-Za-z0-9_-]+")
_TOLERANCE = 60


class ProofRefused(Exception):
    """What is wrong with a proof."""


class ProofVerifier:
    """Takes each proof once, and only those of one private key (PEM). now: the service's clock."""

    def __init__(self, private_key: str, now):
        self._expected = load_pem_private_key(private_key.encode(), None).public_key().public_numbers()
        self._now = now
        self._seen: set[str] = set()

    def verify(self, proof: str, method: str, url: str) -> None:
        """Raises ProofRefused unless it is a proof for this request."""
        parts = proof.split(".")
        if len(parts) != 3 or not all(map(_PART.fullmatch, parts)):
            raise ProofRefused("the DPoP header is no signed token in its compact form")
        header, claims = json.loads(_decoded(parts[0])), json.loads(_decoded(parts[1]))
        self._check_key(header, f"{parts[0]}.{parts[1]}".encode(), _decoded(parts[2]))
        if set(claims) != {"htm", "htu", "iat", "jti"}:
            raise ProofRefused(f"the claims of the proof are {sorted(claims)}")
        if (claims["htm"], claims["htu"]) != (method, url):
            raise ProofRefused(f"the proof is for {claims['htm']} {claims['htu']}, the request is {method} {url}")
        if not isinstance(claims["iat"], int) or abs(claims["iat"] - self._now()) > _TOLERANCE:
            raise ProofRefused("the time of the proof is not that of the request")
        if UUID(claims["jti"]).version != 4 or claims["jti"] in self._seen:
            raise ProofRefused("the id of the proof is no random one, or was used before")
        self._seen.add(claims["jti"])

    def _check_key(self, header: dict, signed: bytes, signature: bytes) -> None:
        if header.keys() != {"typ", "alg", "jwk"} or (header["typ"], header["alg"]) != ("dpop+jwt", "ES256"):
            raise ProofRefused(f"the header of the proof has {sorted(header)}, or another type or algorithm")
        key = header["jwk"]
        if key.keys() != {"kty", "crv", "x", "y"} or (key["kty"], key["crv"]) != ("EC", "P-256"):
            raise ProofRefused("the key of the proof is no public key on P-256 alone")
        coordinates = [_decoded(key[name]) for name in "xy"]
        if [len(one) for one in coordinates] != [32, 32] or len(signature) != 64:
            raise ProofRefused("a coordinate or the signature has another length")
        x, y = (int.from_bytes(one, "big") for one in coordinates)
        if (x, y) != (self._expected.x, self._expected.y):
            raise ProofRefused("the proof is by another key than the login's")
        halves = [int.from_bytes(half, "big") for half in (signature[:32], signature[32:])]
        try:
            public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
            public.verify(encode_dss_signature(*halves), signed, ec.ECDSA(SHA256()))
        except InvalidSignature:
            raise ProofRefused("the signature of the proof does not match") from None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
