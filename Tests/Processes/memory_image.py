"""Images of a running process's whole memory, by gdb."""

import os
import subprocess
import tempfile
from pathlib import Path

from .binaries import tool
from .waiting import wait_for

# Without the second setting gdb leaves out what is marked MADV_DONTDUMP: just where secrets are kept.
_EVERYTHING = ["set pagination off", "set use-coredump-filter off", "set dump-excluded-mappings on"]


def _gdb(pid: int, commands: list[str]) -> tuple[subprocess.Popen, object]:
    """gdb, and the file that it writes to: what it has to say about debug information can be more than a pipe holds."""
    output = tempfile.TemporaryFile("w+", errors="replace")
    arguments = [argument for one in [*_EVERYTHING, *commands] for argument in ("-ex", one)]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "DEBUGINFOD_URLS": ""}
    return subprocess.Popen(
        [tool("gdb"), "-nx", "-batch", "-iex", "set auto-load no", "-p", str(pid), *arguments], env=environment,
        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
    ), output


def _end(process: subprocess.Popen, output) -> str:
    """Waits for the end of gdb; what it wrote."""
    with output:
        process.wait(60)
        output.seek(0)
        return output.read()


def take(pid: int, image: Path) -> None:
    """Writes the image of the process as it is now."""
    output = _end(*_gdb(pid, [f"gcore {image}", "detach"]))
    assert image.exists(), f"gdb wrote no image:\n{output}"


def take_at(pid: int, folder: Path, system_call: str, stops: int, trigger) -> list[Path]:
    """Writes images at the next `stops` entries and returns of the call after `trigger()`, then lets it go on."""
    attached = folder / "attached"
    images = [folder / f"stop{number}.core" for number in range(stops)]
    steps = [step for image in images for step in ("continue", f"gcore {image}")]
    gdb = _gdb(pid, [
        "handle all nostop noprint pass", f"catch syscall {system_call}", f"shell touch {attached}", *steps, "delete",
        "detach",
    ])
    wait_for("attached gdb", attached.exists, 30)
    trigger()
    output = _end(*gdb)
    missing = [image for image in images if not image.exists()]
    assert not missing, f"gdb wrote no {missing}:\n{output}"
    return images
