"""What systemd does for LoadCredential=ID:SOCKET: it connects from an abstract address that names the unit and the ID."""

import secrets
import socket
from pathlib import Path

# More than a credential may have: what a refused consumer gets, so that it fails.
REFUSAL = 1_048_577


def load_credential(path: Path, unit: str, name: str, timeout: float = 10) -> bytes:
    """All that the socket answers to a unit that asks for a credential."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(timeout)
        peer.bind(f"\0{secrets.token_hex(8)}/unit/{unit}/{name}".encode())
        peer.connect(str(path))
        return receive_all(peer)


def receive_all(peer: socket.socket) -> bytes:
    """Everything until the other end closes."""
    parts = []
    while part := peer.recv(65_536):
        parts.append(part)
    return b"".join(parts)
