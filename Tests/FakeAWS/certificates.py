"""A throw-away certificate authority and one server certificate for localhost, made by the openssl command."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path



@dataclass(frozen=True)
class Certificate:
    """Paths of PEM files: the authority's certificate, the server's certificate and its private key."""

    authority: Path
    certificate: Path
    private_key: Path

    def server_context(self) -> ssl.SSLContext:
        """The context of a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.private_key)
        return context


def make_certificate(folder: Path, *names: str) -> Certificate:
    """Makes an authority and a certificate for localhost, 127.0.0.1 and further names, good for two days."""
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    certificate, private_key = folder / "server.pem", folder / "server.key"
    request, extensions = folder / "server.csr", folder / "server.ext"
    alternatives = ",".join(["DNS:localhost", "IP:127.0.0.1", *(f"DNS:{name}" for name in names)])
    extensions.write_text(f"subjectAltName={alternatives}\nbasicConstraints=CA:FALSE\n")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl(
        "req", "-x509", *new_key, "-days", "2", "-subj", "/CN=bedrock-keyd test authority",
        "-addext", "keyUsage=critical,keyCertSign", "-keyout", authority_key, "-out", authority,
    )
    _openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", private_key, "-out", request)
    _openssl(
        "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key, "-CAcreateserial",
        "-days", "2", "-extfile", extensions, "-out", certificate,
    )
    return Certificate(authority, certificate, private_key)


def _openssl(*arguments) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)
