"""A throw-away certificate authority whose certificates sign for IAM Roles Anywhere, made with `cryptography`."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PKCS8 = PrivateFormat.PKCS8
# PKCS#1 for RSA keys, SEC 1 for EC keys.
TRADITIONAL = PrivateFormat.TraditionalOpenSSL


def make_key(kind: str):
    """A new private key: `rsa-BITS`, `p-256`, `p-384` or `ed25519`."""
    if kind.startswith("rsa-"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa-")))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key({"p-256": ec.SECP256R1(), "p-384": ec.SECP384R1()}[kind])


def key_text(key, form: PrivateFormat = PKCS8, passphrase: str | None = None) -> str:
    """A private key as PEM."""
    secrecy = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, secrecy).decode()


def certificate_text(*certificates: x509.Certificate) -> str:
    """Certificates as PEM, one after the other."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


class Authority:
    """A root, or with `issuer` an authority below another one."""

    def __init__(self, name: str = "test authority", issuer: "Authority | None" = None):
        self.key = make_key("p-256")
        self.name = name
        self.certificate = (issuer or self).issue(self.key, name, is_authority=True, lifetime=86400 * 30)

    def issue(self, key, name: str = "edge", *, start: float = -60, lifetime: float = 86400, serial: int | None = None,
              is_authority: bool = False, digital_signature: bool = True) -> x509.Certificate:
        """A certificate for this key, from `start` seconds after now on until `lifetime` seconds after now."""
        now = datetime.now(timezone.utc)
        usage = dict.fromkeys((
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
        usage |= {"key_cert_sign": is_authority, "digital_signature": digital_signature,
                  "key_encipherment": not digital_signature}
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name)).issuer_name(_name(self.name)).public_key(key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(now + timedelta(seconds=start)).not_valid_after(now + timedelta(seconds=lifetime))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True))
        return builder.sign(self.key, hashes.SHA256())


def write_identity(folder: Path, authority: Authority, key, form: PrivateFormat = PKCS8, **certificate) -> None:
    """Writes edge.key (0600) and edge.pem with a new certificate, replacing what was there in one step each."""
    text = certificate_text(authority.issue(key, **certificate))
    for name, content in (("edge.key", key_text(key, form)), ("edge.pem", text)):
        new = folder / f"{name}.new"
        new.touch(mode=0o600)
        new.write_text(content)
        new.rename(folder / name)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
