"""Looks for secrets where none may be."""

import mmap
import re
from collections.abc import Iterable
from pathlib import Path

from FakeAWS.verifier import KEY_PATTERN

# The base64 of "bedrock.amazonaws.com/?Action=": how each short-term key goes on after its prefix.
_KEY_BODY = "YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249"
# A part of a secret is one too: that many characters of it are looked for.
_PART = 20


def find_secrets(text: str, secrets: Iterable[str]) -> list[str]:
    """Says which secrets and API keys the text holds, in whole or in part, without showing them."""
    found = [f"an API key of {len(key)} characters" for key in KEY_PATTERN.findall(text) if len(key) > 60]
    if _KEY_BODY in text:
        found.append("the body of an API key")
    for secret in secrets:
        parts = {secret[start:start + _PART] for start in range(0, max(1, len(secret) - _PART + 1), _PART)}
        if any(part in text for part in parts):
            found.append(f"a secret that starts with {secret[:3]!r} and has {len(secret)} characters")
    return found


def find_secrets_in_image(image: Path, secrets: Iterable[str]) -> list[str]:
    """The same for a memory image: ASCII text anywhere in a file of any size."""
    key_start = re.compile(b"bedrock-api-key-[A-Za-z0-9+/]{20}")
    with image.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        found = [f"an API key at {match.start():#x}" for match in key_start.finditer(memory)]
        if (at := memory.find(_KEY_BODY.encode())) >= 0:
            found.append(f"the body of an API key at {at:#x}")
        for secret in secrets:
            parts = (secret[start:start + _PART] for start in range(0, max(1, len(secret) - _PART + 1), _PART))
            found += [f"part of a secret of {len(secret)} characters at {at:#x}"
                      for part in parts if (at := memory.find(part.encode())) >= 0]
    return found
