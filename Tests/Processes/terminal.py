"""A process on a pseudo-terminal, and what somebody in front of it sees and types."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from .binaries import binary
from .waiting import wait_for


class Terminal:
    """A process on a terminal of its own, as its session's leader; `text` is all that was shown so far."""

    def __init__(self, words, environment, columns: int = 0):
        self.text = ""
        self.code = None
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            if columns:
                _resize(0, 40, columns)
            os.chdir("/")
            os.execve(words[0], [os.fspath(word) for word in words], environment)

    def type(self, text: str) -> None:
        """What somebody types."""
        os.write(self.master, text.encode())

    def _read(self) -> bool:
        """Takes what is shown within a moment; false where nothing is, or nobody is left to show anything."""
        ready, _, _ = select.select([self.master], [], [], 0.05)
        if not ready:
            return False
        try:
            self.text += os.read(self.master, 65536).decode(errors="replace")
        except OSError:
            return False
        return True

    def wait(self, pattern: str, timeout: float = 10) -> str:
        """Waits until the pattern is shown, and forgets all up to its end."""
        deadline = time.monotonic() + timeout
        while not (found := re.search(pattern, self.text)):
            assert time.monotonic() < deadline, f"{pattern!r} was not shown, but {self.text!r}"
            self._read()
        self.text = self.text[found.end():]
        return found.group()

    def wait_exit(self, timeout: float = 10) -> int:
        """The exit code, negative for a signal; all that was shown is in the text then."""
        def ended():
            self._read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            return pid
        wait_for("end of the process", ended, timeout)
        while self._read():
            pass
        return self.code

    def resize(self, rows: int, columns: int) -> None:
        """Another size of the window."""
        _resize(self.master, rows, columns)

    def end(self) -> None:
        """Hangs up, and kills what is left."""
        os.close(self.master)
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def shown_on_terminal(arguments, environment: dict[str, str], columns: int = 120, wanted: str = "") -> str:
    """What `bedrock-keyd ARGUMENTS` shows until it ends, or until the text has come twice."""
    terminal = Terminal([binary(), *arguments], {"TERM": "xterm"} | environment, columns)
    try:
        if not wanted:
            terminal.wait_exit()
        deadline = time.monotonic() + 10
        while wanted and terminal.text.count(wanted) < 2 and time.monotonic() < deadline:
            terminal._read()
        return terminal.text
    finally:
        terminal.end()


def _resize(descriptor: int, rows: int, columns: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
