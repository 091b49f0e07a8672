"""The real binaries under test: a daemon, one command, and what watches them from outside."""

from .binaries import binary
from .command import Outcome, command
from .daemon import Daemon
from .environment import clean_environment
from .file_reader import FileReader
from .notify_socket import NotifySocket
from .secret_scan import find_secrets

__all__ = [
    "Daemon", "FileReader", "NotifySocket", "Outcome", "binary", "clean_environment", "command", "find_secrets",
]
