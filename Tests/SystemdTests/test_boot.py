"""The booted systemd itself: what the other tests of this tier take for granted."""

import os
import signal
import subprocess
from pathlib import Path

from SystemdTests.booted_systemd import BootedSystemd, unavailable, wait_until

import pytest


def test_commands_run_inside_and_not_on_the_machine(systemd):
    assert systemd.run("hostname").stdout.strip() == "bedrock-keyd-test"
    assert systemd.run("cat", "/proc/1/comm").stdout.strip() == "systemd"
    assert os.uname().nodename != "bedrock-keyd-test"


def test_a_failing_command_raises_with_its_output(systemd):
    with pytest.raises(AssertionError, match="exit status 3\nout"):
        systemd.run("sh", "-c", "echo out; exit 3")


def test_files_are_seen_inside_and_leave_the_machine_alone(systemd):
    systemd.write("/etc/bedrock-keyd-boot-test/file", "text", mode=0o640)
    assert systemd.run("stat", "-c", "%a %s", "/etc/bedrock-keyd-boot-test/file").stdout == "640 4\n"
    assert not Path("/etc/bedrock-keyd-boot-test").exists()


def test_the_stage_lies_over_the_root_folder(tmp_path):
    if reason := unavailable():
        pytest.skip(reason)
    (tmp_path / "usr/share/bedrock-keyd-boot-test").mkdir(parents=True)
    (tmp_path / "usr/share/bedrock-keyd-boot-test/file").write_text("staged")
    with BootedSystemd(tmp_path) as booted:
        assert booted.run("cat", "/usr/share/bedrock-keyd-boot-test/file").stdout == "staged"
        booted.write("/usr/share/bedrock-keyd-boot-test/file", "changed")
    assert (tmp_path / "usr/share/bedrock-keyd-boot-test/file").read_text() == "staged"


def test_a_confined_notifying_service_with_a_watchdog_is_restarted_when_it_hangs(systemd):
    systemd.write_unit("dummy.service", """\
[Service]
Type=notify
NotifyAccess=all
DynamicUser=yes
ProtectSystem=strict
PrivateDevices=yes
StateDirectory=dummy
Restart=on-failure
WatchdogSec=1
ExecStart=/bin/sh -c 'systemd-notify --ready --status=up; while :; do systemd-notify WATCHDOG=1; sleep 0.2; done'
""")
    systemd.systemctl("start", "dummy.service")
    assert systemd.show("dummy.service", "StatusText") == "up"
    systemd.systemctl("kill", "--signal=STOP", "dummy.service")
    wait_until(lambda: systemd.show("dummy.service", "NRestarts") == "1", what="a restart by the watchdog")
    assert any("Watchdog timeout" in str(entry["MESSAGE"]) for entry in systemd.journal("dummy.service"))


def test_credentials_are_delivered(systemd):
    systemd.write("/etc/secret", "s3cret")
    result = systemd.run(
        "systemd-run", "--quiet", "--wait", "--pipe", "--property=DynamicUser=yes",
        "--property=LoadCredential=name:/etc/secret", "sh", "-c", 'cat "$CREDENTIALS_DIRECTORY/name"')
    assert result.stdout == "s3cret"


def test_the_network_is_its_own_unless_asked_for(systemd):
    assert systemd.run("cat", "/sys/class/net/lo/operstate").stdout.strip() == "unknown"
    assert systemd.run("ls", "/proc/1/net/dev_snmp6").stdout.split() == ["lo"]


def test_stop_leaves_no_process_no_control_group_and_no_folder():
    if reason := unavailable():
        pytest.skip(reason)
    with BootedSystemd() as booted:
        folder, cgroup, inside = booted.folder, booted.cgroup, booted.pid
        booted.run("systemd-run", "--quiet", "sleep", "1000")
    assert not folder.exists()
    assert not Path(f"/proc/{inside}").exists()
    groups = subprocess.run(
        ["unshare", "--mount", "sh", "-c", "mount -t cgroup2 cgroup2 /mnt && ls /mnt"], capture_output=True, text=True)
    assert groups.returncode == 0 and cgroup not in groups.stdout


def test_it_dies_with_the_test_run():
    if reason := unavailable():
        pytest.skip(reason)
    booted = BootedSystemd().boot()
    try:
        os.kill(booted.starter.pid, signal.SIGKILL)
        booted.starter.wait()
        wait_until(lambda: not Path(f"/proc/{booted.pid}").exists(), what="the end of process 1")
    finally:
        booted.stop()
