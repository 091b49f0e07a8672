"""HTTP answers, and what can be wrong with one. A fault turns the proper answer into the one that is sent."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, and how it is delivered.

    delay: seconds before the first byte. hang: nothing is ever sent. raw: sent instead of an HTTP answer.
    declared_length: the Content-Length, where it is not the body's. repeat: how often the body is sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    hang: bool = False
    raw: bytes | None = None
    declared_length: int | None = None
    repeat: int = 1


Fault = Callable[[Answer], Answer]


def refused(status: int, body: bytes = b"refused by the test") -> Fault:
    """Any status, with a short plain body."""
    return lambda _: Answer(status=status, body=body, headers={"Content-Type": "text/plain"})


def body(content: bytes) -> Fault:
    """The proper status with another body."""
    return lambda proper: replace(proper, body=content)


def slow(seconds: float) -> Fault:
    """The proper answer, late."""
    return lambda proper: replace(proper, delay=seconds)


def hang() -> Fault:
    """The request is read, and nothing is answered until the client gives up."""
    return lambda proper: replace(proper, hang=True)


def garbage() -> Fault:
    """Status 200, and bytes that are neither JSON nor UTF-8."""
    return body(b"\xff\xfe\x00<html>" + os.urandom(256))


def not_http() -> Fault:
    """Bytes that are not HTTP at all."""
    return lambda proper: replace(proper, raw=b"SSH-2.0-something-else\r\n" + os.urandom(64))


def lost() -> Fault:
    """The request is read and applied, and the connection is closed without an answer."""
    return lambda proper: replace(proper, raw=b"")


def enormous(megabytes: int = 50) -> Fault:
    """White space before the JSON, so many megabytes (2**20) of it."""
    return lambda _: Answer(body=b" " * (1 << 20), repeat=megabytes, headers={"Content-Type": "application/json"})


def truncated() -> Fault:
    """The connection is closed after half of the promised bytes."""
    return lambda proper: replace(proper, body=proper.body[: len(proper.body) // 2], declared_length=len(proper.body))
