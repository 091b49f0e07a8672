"""A running daemon, `bedrock-keyd run`, with folders of its own."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from .binaries import binary
from .command import Outcome, command
from .environment import clean_environment
from .waiting import wait_for

# The key that there is without any configuration.
ONE_KEY = "[keys.default]\n"


class Daemon:
    """One daemon and its folders under `folder`: runtime, state, home, and config.toml.

    `start()` and `stop()` may be repeated: the folders stay. `log` holds the lines that it wrote to stderr.
    """

    def __init__(self, folder: Path, config: str = ONE_KEY, environment: dict[str, str] | None = None,
                 runtime: Path | None = None):
        self.folder = folder
        self.runtime = runtime or folder / "runtime"
        self.state = folder / "state"
        self.home = folder / "home"
        self.config = folder / "config.toml"
        for path in (self.runtime, self.state, self.home):
            path.mkdir(parents=True, exist_ok=True)
        self.configure(config)
        self.environment = environment or {}
        self.log: list[str] = []
        self.process: subprocess.Popen | None = None
        self._collector: threading.Thread | None = None

    @property
    def full_environment(self) -> dict[str, str]:
        """What the daemon, and each command of ours, is started with."""
        return clean_environment(
            self.home, RUNTIME_DIRECTORY=self.runtime, STATE_DIRECTORY=self.state,
            BEDROCK_KEYD_RUNTIME_DIR=self.runtime,
        ) | self.environment

    @property
    def pid(self) -> int:
        """The process id: `run` becomes the keeper, it does not start one."""
        return self.process.pid

    def configure(self, text: str) -> None:
        """Writes the configuration file. It counts after a start or SIGHUP."""
        self.config.write_text(text)

    def start(self, *arguments: str, before: Iterable[str] = (), user: int | None = None) -> "Daemon":
        """Starts `run`. `before` is a program with its arguments that executes the daemon, as strace does."""
        identity = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        self.process = subprocess.Popen(
            [*before, binary(), "run", "--config", self.config, *arguments], env=self.full_environment, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
            **identity,
        )
        self._collector = threading.Thread(target=self._collect, args=(self.process.stderr,), daemon=True)
        self._collector.start()
        return self

    def _collect(self, stderr) -> None:
        with stderr:
            for line in stderr:
                self.log.append(line.rstrip("\n"))

    def signal(self, number: int) -> None:
        """Sends a signal."""
        self.process.send_signal(number)

    def reload(self, config: str | None = None) -> None:
        """SIGHUP, with a new configuration first if one is given."""
        if config is not None:
            self.configure(config)
        self.signal(signal.SIGHUP)

    def wait_exit(self, timeout: float = 20) -> int:
        """Waits for the end of the process and of its log; the exit status."""
        code = self.process.wait(timeout)
        self._collector.join(5)
        return code

    def stop(self, timeout: float = 20) -> int:
        """SIGTERM and the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait_exit(timeout)

    def kill(self) -> None:
        """SIGKILL, if it runs: for the end of a test, and for crashes."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.wait_exit()

    def run(self, *arguments, timeout: float = 30, user: int | None = None) -> Outcome:
        """Runs another command of bedrock-keyd against this daemon."""
        return command(*arguments, env=self.full_environment, timeout=timeout, user=user)

    @property
    def text(self) -> str:
        """The whole log."""
        return "\n".join(self.log)

    def status(self) -> dict:
        """status.json of the process that was started last, {} before it wrote one."""
        try:
            status = json.loads((self.runtime / "status.json").read_text())
        except FileNotFoundError:
            return {}
        return status if self.process and status["pid"] == self.pid else {}

    def key(self, name: str = "default") -> dict:
        """The entry of one key in status.json, {} before it is there."""
        return next((key for key in self.status().get("keys", []) if key["name"] == name), {})

    def file(self, name: str = "default", output: str = "env") -> Path:
        """The path of a default output."""
        return self.runtime / name / output

    def token(self, name: str = "default") -> str:
        """The published key, empty before there is one."""
        try:
            return self.file(name, "token").read_text()
        except FileNotFoundError:
            return ""

    def wait(self, what: str, condition: Callable[[], object], timeout: float = 10):
        """Waits, and shows the log when it does not come."""
        try:
            return wait_for(what, condition, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}; the log:\n{self.text}\nstatus.json:\n{self.status()}") from None

    def wait_published(self, *names: str, timeout: float = 10) -> "Daemon":
        """Waits until these keys (`default` if none is named) are valid and on disk."""
        for name in names or ("default",):
            self.wait(f"live key {name}", lambda: self.key(name).get("state") in ("valid", "example"), timeout)
        return self

    def wait_changed(self, old: str, name: str = "default", timeout: float = 10) -> str:
        """Waits for another published key than `old`, and gives it."""
        return self.wait(f"new key {name}", lambda: (new := self.token(name)) != old and new, timeout)

    def wait_next_second(self) -> None:
        """Keys of the same credentials differ by their second: a renewal before the next one makes the same key."""
        time.sleep(1.05 - time.time() % 1)

    def children(self) -> list[int]:
        """The process ids of the daemon's children."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def kill_processes_with(text: str) -> None:
    """Ends what a failed test would leave running for the next one to stumble on."""
    for pid in processes_with(text):
        os.kill(pid, signal.SIGKILL)


def processes_with(text: str) -> list[int]:
    """The ids of all processes whose command line holds this text."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            command_line = Path("/proc", entry, "cmdline").read_bytes() if entry.isdigit() else b""
        except OSError:
            continue
        if text.encode() in command_line.replace(b"\0", b" "):
            found.append(int(entry))
    return found
