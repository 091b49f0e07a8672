"""Images of a running process's whole memory, by gdb."""

import os
import subprocess
from pathlib import Path

from .binaries import tool
from .waiting import wait_for

# Without the second setting gdb leaves out what is marked MADV_DONTDUMP: just where secrets are kept.
_EVERYTHING = ["set pagination off", "set use-coredump-filter off", "set dump-excluded-mappings on"]


def _gdb(pid: int, commands: list[str]) -> subprocess.Popen:
    arguments = [argument for one in [*_EVERYTHING, *commands] for argument in ("-ex", one)]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "DEBUGINFOD_URLS": ""}
    return subprocess.Popen(
        [tool("gdb"), "-nx", "-batch", "-iex", "set auto-load no", "-p", str(pid), *arguments], env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )


def take(pid: int, image: Path) -> None:
    """Writes the image of the process as it is now."""
    process = _gdb(pid, [f"gcore {image}", "detach"])
    output, _ = process.communicate(timeout=60)
    assert image.exists(), f"gdb wrote no image:\n{output}"


def take_at(pid: int, image: Path, system_calls: list[str], trigger) -> None:
    """Writes the image at the entry of the first of these system calls after `trigger()`, and lets it go on."""
    log = image.with_suffix(".log")
    commands = [
        "handle all nostop noprint pass", f"catch syscall {' '.join(system_calls)}", f"shell touch {log}", "continue",
        f"gcore {image}", "delete", "detach",
    ]
    process = _gdb(pid, commands)
    wait_for("attached gdb", log.exists, 30)
    trigger()
    output, _ = process.communicate(timeout=60)
    assert image.exists(), f"gdb wrote no image:\n{output}"
