"""An example as an application under load: load.py EXAMPLE LOG

Asks one question after the other through the example's ask() until SIGTERM, and appends what came of each to LOG.
"""

import os
import runpy
import signal
import sys
import time

_PAUSE = 0.05


def main(example: str, log: str) -> None:
    ended = False

    def end(*_):
        nonlocal ended
        ended = True

    # As a server does: what was begun is answered, then it ends.
    signal.signal(signal.SIGTERM, end)
    ask = runpy.run_path(example)["ask"]
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while not ended:
        try:
            line = ask("ping")
        except Exception as error:
            line = f"{type(error).__name__}: {error}"
        os.write(out, (" ".join(line.split()) + "\n").encode())
        time.sleep(_PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
