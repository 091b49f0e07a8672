"""What watches the product must itself see what is there."""

import os
import socket
import time

from FakeAWS import CredentialLedger
from FakeAWS.oracle import generate
from Processes import FileReader, find_secrets
from Processes.secret_scan import find_secrets_in_image


def test_reader_sees_every_content_absence_and_mode(folder):
    path, other = folder / "env", folder / "other"
    path.write_text("first")
    path.chmod(0o600)
    reader = FileReader(path)
    time.sleep(0.3)
    other.write_text("second")
    other.chmod(0o644)
    os.replace(other, path)
    time.sleep(0.3)
    path.unlink()
    time.sleep(0.1)
    seen = reader.stop()
    assert [content for content, _, _ in seen.contents] == ["first", "second"]
    assert seen.modes.keys() == {"0o600", "0o644"}
    assert seen.absent > 0 and seen.reads / seen.seconds >= 1000


def test_scan_finds_secrets_and_parts_of_them():
    ledger = CredentialLedger()
    credentials = ledger.session(600)
    key = generate(credentials, "eu-west-1", 600, 1_760_000_000)
    for leak in (credentials.secret_access_key, credentials.session_token[100:200], key, key[16:120]):
        assert find_secrets(f"level=info said {leak} here", ledger.secrets())
    assert find_secrets(f"key {credentials.access_key_id}, region eu-west-1", ledger.secrets()) == []


def test_scan_of_an_image_finds_secrets(tmp_path):
    ledger = CredentialLedger()
    credentials = ledger.session(600)
    image = tmp_path / "image"
    image.write_bytes(os.urandom(1 << 16))
    assert find_secrets_in_image(image, ledger.secrets()) == []
    for leak in (credentials.secret_access_key, generate(credentials, "eu-west-1", 600, 1_760_000_000)):
        image.write_bytes(os.urandom(5000) + leak.encode() + os.urandom(5000))
        assert find_secrets_in_image(image, ledger.secrets())


def test_notify_socket_collects_assignments(notify):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"READY=1\nSTATUS=two words", str(notify.path))
    notify.wait("READY")
    assert notify.values("STATUS") == ["two words"]
