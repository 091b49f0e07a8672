"""How often a key stands in the memory of the command that fetched it over TLS."""

import os
import subprocess
from pathlib import Path

from FakeAWS import IdentityService, make_certificate
from Processes import binary, clean_environment, memory_image
from Processes.waiting import wait_for

USER = "bedrock-batch"


def full_pipe():
    """The two ends of a pipe into which nothing more goes."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for size in (65536, 1):
        try:
            while True:
                os.write(writer, b"x" * size)
        except BlockingIOError:
            pass
    os.set_blocking(writer, True)
    return reader, writer


def test_a_key_stands_in_wiped_memory_alone(folder, static, ledger, tmp_path):
    certificate = make_certificate(tmp_path)
    with IdentityService(ledger, certificate=certificate) as iam:
        iam.account.add_user(USER)
        environment = clean_environment(
            folder, **static, **iam.environment, AWS_CA_BUNDLE=certificate.authority)
        reader, writer = full_pipe()
        # It waits in its first line after the key, which is in the file then and about to be wiped.
        process = subprocess.Popen([binary(), "long-term", "create", "--user", USER, "--output", folder / "key"],
                                   env=environment, stdout=writer)
        try:
            file = folder / "key"
            wait_for("key", lambda: file.exists() and file.stat().st_size)
            wait_for("wait", lambda: Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "S")
            memory_image.take(process.pid, tmp_path / "image")
        finally:
            process.kill()
            process.wait()
            os.close(reader)
            os.close(writer)
        image = (tmp_path / "image").read_bytes()
        [key] = iam.account.secrets
        # One copy at most, in pages of its own: what the libraries held was wiped. The start of a key is no secret.
        parts = [key[start:start + 20].encode() for start in range(40, len(key) - 20, 20)]
        assert len(parts) > 2 and max(image.count(part) for part in parts) <= 1
