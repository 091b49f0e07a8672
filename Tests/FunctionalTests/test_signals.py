"""Signals, the control socket, and what systemd is told."""

import os
import re
import signal
import time
from itertools import pairwise
from pathlib import Path

import pytest

from FakeAWS import derive
from Processes.daemon import kill_processes_with, processes_with
from Processes.waiting import wait_for


def test_sigterm_ends_it_cleanly_and_keeps_the_keys(daemon, notify):
    daemon.environment["NOTIFY_SOCKET"] = str(notify.path)
    daemon.start().wait_published()
    content = daemon.file().read_text()
    before = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - before < 3
    assert notify.values("STOPPING") == ["1"]
    assert daemon.file().read_text() == content


def test_sigint_ends_it_cleanly(daemon):
    daemon.start().wait_published()
    daemon.signal(signal.SIGINT)
    assert daemon.wait_exit() == 0


def test_a_stop_kills_what_is_under_way(make_daemon, profiles):
    profiles.add_command("p", "sleep 97531")
    daemon = make_daemon("[keys.default]\nprofile = 'p'\n", profiles.environment).start()
    daemon.wait("credential_process", lambda: processes_with("sleep 97531"))
    try:
        assert daemon.stop(10) == 0
        daemon.wait("end of credential_process", lambda: not processes_with("sleep 97531"), 1)
    finally:
        kill_processes_with("sleep 97531")


def test_a_reload_during_the_start_ends_nothing(make_daemon, static):
    # So many keys that the configuration takes a moment to compile: the signal comes before the keeper does.
    daemon = make_daemon("".join(f"[keys.k{number}]\n" for number in range(300)), static).start()
    status, program = Path(f"/proc/{daemon.pid}/status"), Path(f"/proc/{daemon.pid}/exe")

    def blocked():
        line = next(line for line in status.read_text().splitlines() if line.startswith("SigBlk:"))
        return int(line.split()[1], 16) & 1 << signal.SIGHUP - 1

    wait_for("blocked SIGHUP", blocked, poll=0.0005)
    assert program.readlink().name == "bedrock-keyd"
    daemon.signal(signal.SIGHUP)
    daemon.wait_published("k0", "k299")
    daemon.wait("reload", lambda: "loaded the configuration: 300 key(s)" in daemon.text)


def test_remove_on_stop(make_daemon, static):
    daemon = make_daemon("[daemon]\nremove_on_stop = true\n[keys.default]\n", static).start().wait_published()
    files = [daemon.file(), daemon.file(output="token"), daemon.file(output="record")]
    assert all(file.exists() for file in files)
    assert daemon.stop() == 0
    assert not any(file.exists() for file in files)


def test_sigusr1_renews_every_key(make_daemon, static, ledger):
    daemon = make_daemon("[keys.a]\n[keys.b]\nregion = 'us-east-1'\n", static).start().wait_published("a", "b")
    old = {name: daemon.token(name) for name in ("a", "b")}
    daemon.wait_next_second()
    daemon.signal(signal.SIGUSR1)
    for name, token in old.items():
        new = derive(daemon.wait_changed(token, name), ledger.find)
        assert new.issued > derive(token, ledger.find).issued


def test_sigusr1_also_when_the_source_repeats_its_credentials(make_daemon, instance_metadata, ledger):
    """A renewal by hand publishes any live key, also one that lives no longer."""
    instance_metadata.repeat_until = 1
    daemon = make_daemon(environment=instance_metadata.environment).start().wait_published()
    old = daemon.token()
    daemon.wait_next_second()
    daemon.signal(signal.SIGUSR1)
    new = daemon.wait_changed(old)
    assert derive(new, ledger.find).access_key_id == derive(old, ledger.find).access_key_id


def test_renew_all_and_one(make_daemon, static):
    daemon = make_daemon("[keys.a]\n[keys.b]\nregion = 'us-east-1'\n", static).start().wait_published("a", "b")
    old = {name: daemon.token(name) for name in ("a", "b")}
    daemon.wait_next_second()
    assert daemon.run("renew", "b").code == 0
    daemon.wait_changed(old["b"], "b")
    time.sleep(0.3)
    assert daemon.token("a") == old["a"]
    old = {name: daemon.token(name) for name in ("a", "b")}
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    for name, token in old.items():
        daemon.wait_changed(token, name)


def test_renew_of_an_unknown_key_or_without_a_daemon_fails(daemon):
    assert daemon.run("renew").code == 1
    daemon.start().wait_published()
    outcome = daemon.run("renew", "defualt")
    assert outcome.code in (1, 64) and "defualt" in outcome.err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user")
def test_strangers_may_not_renew(daemon, reachable_binaries):
    for path in (daemon.folder, daemon.runtime):
        path.chmod(0o755)
    daemon.start().wait_published()
    old = daemon.token()
    daemon.wait_next_second()
    outcome = daemon.run("renew", user=65534)
    assert outcome.code == 1 and outcome.err.strip()
    time.sleep(1)
    assert daemon.token() == old


def test_ready_and_status_name_the_expiration(daemon, notify):
    daemon.environment["NOTIFY_SOCKET"] = str(notify.path)
    daemon.start()
    notify.wait("READY")
    # READY means that the key is on disk.
    assert daemon.token()
    notify.wait("STATUS")
    assert re.search(r"\d\d:\d\d", notify.values("STATUS")[-1])


def test_the_watchdog_is_fed_at_half_of_its_interval(daemon, notify):
    daemon.environment |= {"NOTIFY_SOCKET": str(notify.path), "WATCHDOG_USEC": "2000000"}
    daemon.start()
    notify.wait("READY")
    time.sleep(5.2)
    times = notify.times("WATCHDOG")
    assert 4 <= len(times) <= 8
    assert max(after - before for before, after in pairwise(times)) < 1.5


def test_without_a_watchdog_nothing_is_sent(daemon, notify):
    daemon.environment["NOTIFY_SOCKET"] = str(notify.path)
    daemon.start()
    notify.wait("READY")
    time.sleep(2)
    assert notify.values("WATCHDOG") == []


def test_a_broken_required_key_holds_up_readiness_for_ready_timeout_only(make_daemon, static, notify, profiles):
    profiles.add_command("broken", "false")
    config = "[daemon]\nready_timeout = '3s'\n[keys.a]\n[keys.b]\nprofile = 'broken'\n"
    environment = static | profiles.environment | {"NOTIFY_SOCKET": str(notify.path)}
    started = time.time()
    daemon = make_daemon(config, environment).start().wait_published("a")
    notify.wait("READY")
    assert 2.5 <= notify.times("READY")[0] - started <= 6
    daemon.wait("degraded", lambda: daemon.status()["degraded"])
    daemon.wait("STATUS= that names the key", lambda: re.search(r"\bb\b", notify.values("STATUS")[-1]))
    assert daemon.run("check").code == 2
    assert daemon.run("check", "a").code == 0


def test_a_broken_key_that_is_not_required_holds_up_nothing(make_daemon, static, notify, profiles):
    profiles.add_command("broken", "false")
    environment = static | profiles.environment | {"NOTIFY_SOCKET": str(notify.path)}
    daemon = make_daemon("[keys.a]\n[keys.b]\nprofile = 'broken'\nrequired = false\n", environment).start()
    notify.wait("READY", timeout=3)
    daemon.wait("failure", lambda: daemon.key("b").get("failures"))
    assert daemon.status()["degraded"] is False


def test_one_thread(daemon):
    daemon.start().wait_published()
    assert len(list(Path(f"/proc/{daemon.pid}/task").iterdir())) == 1
    assert Path(f"/proc/{daemon.pid}/exe").resolve().name == "bedrock-keyd-keeper"


def test_it_leaves_no_process_behind(daemon):
    daemon.start().wait_published()
    daemon.wait_next_second()
    old = daemon.token()
    daemon.signal(signal.SIGUSR1)
    daemon.wait_changed(old)
    daemon.wait("end of the issuer", lambda: not daemon.children(), 3)
