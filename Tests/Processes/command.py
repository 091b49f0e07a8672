"""One run of a bedrock-keyd command."""

import os
import subprocess
from dataclasses import dataclass

from .binaries import binary


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def command(*arguments, env: dict[str, str], timeout: float = 30, user: int | None = None) -> Outcome:
    """Runs `bedrock-keyd ARGUMENTS` with exactly this environment, without a terminal, to its end."""
    identity = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    done = subprocess.run(
        [binary(), *map(os.fspath, arguments)], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=timeout, cwd="/", **identity,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
