"""The socket on which systemd hears from a Type=notify service: sd_notify(3)."""

import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .waiting import wait_for


@dataclass(frozen=True)
class Notification:
    """One datagram: when it came (time.time()) and its assignments."""

    at: float
    fields: dict[str, str]


class NotifySocket:
    """Collects notifications. A context manager; `path` is for NOTIFY_SOCKET."""

    def __init__(self, folder: Path):
        self.path = folder / "notify"
        self.notifications: list[Notification] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.bind(str(self.path))
        self.path.chmod(0o777)

    def __enter__(self):
        threading.Thread(target=self._receive, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _receive(self) -> None:
        while True:
            try:
                datagram = self._socket.recv(65536)
            except OSError:
                return
            if not datagram:
                return
            lines = datagram.decode().splitlines()
            fields = dict(line.split("=", 1) for line in lines if "=" in line)
            self.notifications.append(Notification(time.time(), fields))

    def values(self, name: str) -> list[str]:
        """Every value that was sent under this name, in order."""
        return [one.fields[name] for one in list(self.notifications) if name in one.fields]

    def times(self, name: str) -> list[float]:
        """When this name was sent."""
        return [one.at for one in list(self.notifications) if name in one.fields]

    def wait(self, name: str, count: int = 1, timeout: float = 10) -> None:
        """Waits until this name was sent so many times."""
        wait_for(f"{count}. {name}=", lambda: len(self.values(name)) >= count, timeout)
