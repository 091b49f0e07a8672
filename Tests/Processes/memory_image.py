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


def take_at(pid: int, folder: Path, system_call: str, stops: int, trigger) -> list[Path]:
    """Writes images at the next `stops` entries and returns of the call after `trigger()`, then lets it go on."""
    attached = folder / "attached"
    images = [folder / f"stop{number}.core" for number in range(stops)]
    steps = [step for image in images for step in ("continue", f"gcore {image}")]
    process = _gdb(pid, [
        "handle all nostop noprint pass", f"catch syscall {system_call}", f"shell touch {attached}", *steps, "delete",
        "detach",
    ])
    wait_for("attached gdb", attached.exists, 30)
    trigger()
    output, _ = process.communicate(timeout=60)
    missing = [image for image in images if not image.exists()]
    assert not missing, f"gdb wrote no {missing}:\n{output}"
    return images
