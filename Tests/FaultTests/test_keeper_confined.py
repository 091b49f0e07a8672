"""The keeper holds no secret and talks to no network: seen from outside, by strace and by gdb."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from FakeAWS import derive
from Processes import find_secrets, memory_image
from Processes.binaries import tool
from Processes.secret_scan import find_secrets_in_image

# A key's name is no secret, and the keeper has it in its memory as long as it lives.
CANARY = "canary7f3a91"
ONE_KEY = f"[keys.{CANARY}]\nregion = 'eu-west-1'\n"
# Files are synced before they are renamed into place, the folder afterwards; each call stops at its entry and its
# return. The status and the record come first, so that among so many stops is one with the new key in memory.
STOPS = 8


def sockets(trace: Path) -> list[tuple[int, str]]:
    """(process id, address family) of each socket(2) in a trace."""
    calls = re.findall(r"^(\d+) +socket\((\w+)", trace.read_text(), re.MULTILINE)
    return [(int(pid), family) for pid, family in calls]


def test_the_keeper_opens_no_socket_but_af_unix(make_daemon, instance_metadata, notify, folder):
    trace = folder / "trace"
    instance_metadata.lifetime = 6
    daemon = make_daemon(
        "[keys.default]\nregion = 'eu-west-1'\n", instance_metadata.environment | {"NOTIFY_SOCKET": str(notify.path)}
    )
    # -D: strace is the child, so that the process that was started is the daemon.
    daemon.start(before=[tool("strace"), "-D", "-f", "-q", "-e", "trace=socket", "-o", str(trace)])
    daemon.wait_published(timeout=20)
    for _ in range(2):
        daemon.wait_changed(daemon.token(), timeout=10)
    assert daemon.stop() == 0
    daemon.wait("end of the trace", lambda: "+++ exited" in trace.read_text().splitlines()[-1], 5)
    seen = sockets(trace)
    keeper = {family for pid, family in seen if pid == daemon.pid}
    assert keeper == {"AF_UNIX"}
    # The issuers' sockets prove that the trace sees those of others.
    assert {family for pid, family in seen if pid != daemon.pid} & {"AF_INET", "AF_INET6"}


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_bytes().decode("latin-1")


def test_the_keepers_environment_holds_no_secret(make_daemon, ledger):
    session = ledger.session(3600).environment | {"AWS_REGION": "eu-west-1"}
    daemon = make_daemon(environment=session).start().wait_published()
    found = environment_of(daemon.pid)
    assert find_secrets(found, ledger.secrets()) == [] and session["AWS_ACCESS_KEY_ID"] not in found
    assert "PATH=" in found
    # The same look at a process that was started like the daemon finds them.
    plain = subprocess.Popen([tool("sleep"), "60"], env=daemon.full_environment)
    try:
        daemon.wait("start", lambda: "PATH=" in environment_of(plain.pid))
        assert find_secrets(environment_of(plain.pid), ledger.secrets())
    finally:
        plain.kill()
        plain.wait()


@pytest.mark.parametrize("source", ["environment", "instance metadata"])
def test_the_keepers_memory_holds_no_secret_after_a_renewal(make_daemon, ledger, instance_metadata, folder, source):
    """Two images by the same means: in the middle of a publication the key is there, after it nothing is."""
    environment = ledger.session(3600).environment if source == "environment" else instance_metadata.environment
    daemon = make_daemon(ONE_KEY, environment).start().wait_published(CANARY)
    old, after = daemon.token(CANARY), folder / "after.core"
    daemon.wait_next_second()
    during = memory_image.take_at(daemon.pid, folder, "fsync", STOPS, lambda: os.kill(daemon.pid, signal.SIGUSR1))
    new = daemon.wait_changed(old, CANARY, timeout=15)
    derive(new, ledger.find)
    daemon.wait_published(CANARY)
    time.sleep(0.5)
    memory_image.take(daemon.pid, after)
    assert CANARY.encode() in after.read_bytes(), "the image does not hold the keeper's memory"
    found = [one for image in during for one in find_secrets_in_image(image, ledger.secrets())]
    assert found, "the proof failed: the key was not found while it was published"
    assert all("API key" in one for one in found), "in the middle of a publication there is a key, but no AWS secret"
    assert find_secrets_in_image(after, ledger.secrets()) == []


def test_the_keepers_memory_holds_no_secret_after_a_start_from_the_record(make_daemon, static, ledger, folder):
    daemon = make_daemon(ONE_KEY, static).start().wait_published(CANARY)
    assert daemon.stop() == 0
    daemon.start().wait_published(CANARY)
    daemon.file(CANARY).unlink()
    daemon.wait("the restored file", lambda: daemon.file(CANARY).exists())
    image = folder / "image.core"
    memory_image.take(daemon.pid, image)
    assert CANARY.encode() in image.read_bytes(), "the image does not hold the keeper's memory"
    assert find_secrets_in_image(image, ledger.secrets()) == []
