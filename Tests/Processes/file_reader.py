"""A process that reads one file as often as it can, as a crowd of applications would."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_LOOP = r"""
import json, os, signal, sys, time
path = sys.argv[1]
stopped = False
def stop(*_):
    global stopped
    stopped = True
signal.signal(signal.SIGTERM, stop)
reads, absent, contents, modes = 0, 0, [], {}
last, started = None, time.time()
print("reading", flush=True)
while not stopped:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        absent += 1
        continue
    content = os.read(file, 1 << 20)
    mode = oct(os.fstat(file).st_mode & 0o7777)
    os.close(file)
    now = time.time()
    reads += 1
    modes[mode] = modes.get(mode, 0) + 1
    if content != last:
        contents.append([content.decode("latin-1"), now, now])
        last = content
    contents[-1][2] = now
    time.sleep(0.0002)
json.dump({"reads": reads, "absent": absent, "seconds": time.time() - started, "modes": modes, "contents": contents},
          sys.stdout)
"""


@dataclass(frozen=True)
class Reading:
    """What the reader saw. contents: (text, first seen, last seen), each time it changed."""

    reads: int
    absent: int
    seconds: float
    modes: dict[str, int]
    contents: list[tuple[str, float, float]]


class FileReader:
    """Reads a file from its making until `stop()`."""

    def __init__(self, path: Path):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP, path], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
        )
        assert self._process.stdout.readline() == "reading\n"

    def stop(self) -> Reading:
        """Ends the reading and tells what was seen."""
        self._process.terminate()
        out, _ = self._process.communicate(timeout=30)
        seen = json.loads(out)
        seen["contents"] = [tuple(one) for one in seen["contents"]]
        return Reading(**seen)

    def kill(self) -> None:
        """Ends a reader whose test failed."""
        self._process.kill()
        self._process.wait()
