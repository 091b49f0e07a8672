"""A real systemd as process 1 of throw-away namespaces, over a copy-on-write view of this machine.

Boots in well under a second; nothing that happens in it reaches the machine. The shell script `boot` beside this file
does the mounting; this module starts it, runs commands in it and clears up.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

BOOT = Path(__file__).with_name("boot")
# What a command run inside sees of the test's own environment: nothing.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def unavailable():
    """Why systemd cannot be booted here, or None if it can."""
    if os.geteuid() != 0:
        return "booting systemd in namespaces needs root"
    for tool in ("unshare", "nsenter", "setpriv", "pivot_root", "/lib/systemd/systemd"):
        if shutil.which(tool, path=ENVIRONMENT["PATH"]) is None:
            return f"{tool} is not installed"
    probe = subprocess.run(
        ["unshare", "--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup", "--fork", "true"],
        capture_output=True, text=True)
    return f"namespaces are refused: {probe.stderr.strip()}" if probe.returncode else None


class BootedSystemd:
    """One booted systemd. Use as a context manager, or call boot() and stop().

    stage: a folder laid over the root folder, as `make install DESTDIR=stage` writes it.
    network: False gives it a network of its own with nothing but loopback; True the machine's.
    """

    def __init__(self, stage=None, network=False):
        self.network = network
        self.folder = Path(tempfile.mkdtemp(prefix="bedrock-keyd-systemd."))
        self.stage = stage or self.folder / "stage"
        (self.folder / "root").mkdir()
        (self.folder / "stage").mkdir()
        self.cgroup = self.folder.name
        self.starter = None
        self.pid = None

    def __enter__(self):
        try:
            return self.boot()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    # Life

    def boot(self, timeout=30):
        """Boots up to basic.target and returns self; RuntimeError with the output if it does not get there."""
        namespaces = ["--mount", "--pid", "--uts", "--ipc"] + ([] if self.network else ["--net"])
        self.output = open(self.folder / "boot.log", "wb+")
        # setpriv and --kill-child: if the test run is killed, so is all of this.
        self.starter = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", *namespaces, "--kill-child", "--fork",
             str(BOOT), str(self.folder / "root"), str(self.stage), self.cgroup],
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output, env=ENVIRONMENT)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.starter.poll() is None:
            self.pid = self.pid or self._first_process()
            if self.pid and self._comm() == "systemd":
                state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
                if state in ("running", "degraded"):
                    return self
            time.sleep(0.05)
        self.output.seek(0)
        raise RuntimeError(f"cannot boot systemd within {timeout} s: {self.output.read().decode(errors='replace')}")

    def stop(self):
        """Kills it with everything in it, and removes what was made for it."""
        if self.starter is not None:
            # systemd ignores SIGTERM as process 1.
            if self.pid:
                try:
                    os.kill(self.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            else:
                self.starter.kill()
            # The starter reaps process 1, which is gone only after everything in its namespace.
            self.starter.wait(timeout=30)
            self.starter = self.pid = None
            self.output.close()
            self._remove_control_group()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _first_process(self):
        starter = self.starter.pid
        try:
            children = Path(f"/proc/{starter}/task/{starter}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def _comm(self):
        try:
            return Path(f"/proc/{self.pid}/comm").read_text().strip()
        except OSError:
            return ""

    def _remove_control_group(self):
        # The group empties as soon as the kernel has reaped the last process: a few tries.
        script = (
            'mount --make-rprivate / && mount -t cgroup2 cgroup2 "$1" && i=0;'
            ' while [ -d "$1/$2" ] && [ $i -lt 50 ]; do find "$1/$2" -depth -type d -exec rmdir {} + 2>/dev/null;'
            ' [ -d "$1/$2" ] && sleep 0.1; i=$((i + 1)); done; [ ! -d "$1/$2" ]')
        subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, "sh", str(self.folder / "root"), self.cgroup], check=True)

    # Commands

    def run(self, *command, check=True, timeout=60, input=None):
        """Runs a command inside as root, with its output as text. With check, a failure raises with that output."""
        entry = ["nsenter", "-t", str(self.pid), "-m", "-p", "-u", "-i", "-C"] + ([] if self.network else ["-n"])
        result = subprocess.run(
            [*entry, "--wd", "--", *map(str, command)], capture_output=True, text=True, timeout=timeout, input=input,
            env=ENVIRONMENT)
        if check and result.returncode != 0:
            raise AssertionError(
                f"{' '.join(map(str, command))}: exit status {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def systemctl(self, *arguments, **options):
        """Runs systemctl inside."""
        return self.run("systemctl", *arguments, **options)

    def show(self, unit, *properties):
        """Properties of a unit as a dictionary of texts; one text if one property is asked for."""
        lines = self.systemctl("show", unit, *(f"--property={name}" for name in properties)).stdout.splitlines()
        values = dict(line.split("=", 1) for line in lines)
        return values[properties[0]] if len(properties) == 1 else values

    def journal(self, unit=None, **fields):
        """The journal's entries, of one unit and with these fields' values if given, as dictionaries."""
        self.run("journalctl", "--sync")
        selection = (["--unit", unit] if unit else []) + [f"{name}={value}" for name, value in fields.items()]
        lines = self.run("journalctl", "--output=json", "--all", "--no-pager", *selection).stdout.splitlines()
        return [json.loads(line) for line in lines]

    # Files

    def path(self, path):
        """Where a file of it is seen from outside. Absolute symbolic links on the way lead to the machine's files."""
        return Path(f"/proc/{self.pid}/root") / str(path).lstrip("/")

    def read(self, path):
        """The text of a file."""
        return self.path(path).read_text()

    def write(self, path, text, mode=0o644):
        """Writes a file, with its folders, in one step."""
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.new")
        temporary.write_text(text)
        temporary.chmod(mode)
        temporary.rename(target)

    def drop_in(self, unit, text, name="test.conf"):
        """Adds a drop-in to a unit and makes systemd read it."""
        self.write(f"/etc/systemd/system/{unit}.d/{name}", text)
        self.systemctl("daemon-reload")

    def write_unit(self, unit, text):
        """Adds a unit and makes systemd read it."""
        self.write(f"/etc/systemd/system/{unit}", text)
        self.systemctl("daemon-reload")


def wait_until(condition, timeout=15, interval=0.05, what="the condition"):
    """Waits until condition() is true and returns its value; AssertionError when the timeout has passed."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        time.sleep(interval)
