"""Waiting for what a daemon does in its own time."""

import time
from collections.abc import Callable


def wait_for(what: str, condition: Callable[[], object], timeout: float = 10, poll: float = 0.02):
    """The first true result of the condition, or an AssertionError that says what did not happen."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"within {timeout:g} s there was no {what}")
        time.sleep(poll)
