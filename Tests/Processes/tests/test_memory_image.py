"""Images of a process whose memory is known."""

import os
import signal
import subprocess
import sys
import time

import pytest

from Processes import memory_image
from Processes.secret_scan import find_secrets_in_image

# On SIGUSR1 it makes a key, syncs a file, and wipes the key again.
_PROGRAM = """
import os, signal, sys
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
def publish(*_):
    key = bytearray(8192)
    for place, part in enumerate((b"bedrock-", b"api-key-")):
        key[place * 8 : place * 8 + 8] = part
    key[16:] = b"A" * (len(key) - 16)
    os.fsync(file)
    for place in range(len(key)):
        key[place] = 0
    os.write(file, b"done")
signal.signal(signal.SIGUSR1, publish)
print("ready", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def publisher(tmp_path):
    """A process that publishes like a keeper."""
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, tmp_path / "file"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_key_is_found_at_the_system_call_and_not_afterwards(publisher, tmp_path):
    after = tmp_path / "after"
    images = memory_image.take_at(
        publisher.pid, tmp_path, "fsync", 2, lambda: os.kill(publisher.pid, signal.SIGUSR1)
    )
    for image in images:
        assert find_secrets_in_image(image, [])
    while (tmp_path / "file").read_bytes() != b"done":
        time.sleep(0.05)
    memory_image.take(publisher.pid, after)
    assert find_secrets_in_image(after, []) == []
