"""Situations: files of data, each with what a machine has (config, credentials, environment, services) and what comes
of it. README.md beside them says what may stand in one."""

import base64
import re
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from FakeAWS import CredentialLedger, IssuedCredentials

FOLDER = Path(__file__).parent / "Situations"
# Who STS knows, whatever the situation.
USERS = [
    IssuedCredentials("AKIAALICE", "secret-of-alice", None, None),
    IssuedCredentials("AKIABOB", "secret-of-bob", None, None),
    IssuedCredentials("ASIACAROL", "secret-of-carol", "token-of-carol", None),
]
FINDS, REFUSES, NOTHING = "finds", "refuses", "nothing"


@dataclass(frozen=True)
class Situation:
    """about: what it shows. One of finds (whose credentials), refuses and nothing (a part of our message) is given.
    With a deviation, botocore is what botocore finds instead, or "refuses" or "nothing"."""

    about: str
    finds: str | None = None
    refuses: str | None = None
    nothing: str | None = None
    deviation: str = ""
    botocore: str = ""
    profile: str | None = None
    config: str | None = None
    credentials: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, object] = field(default_factory=dict)
    services: Mapping[str, Mapping] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """Which of the three it is."""
        given = [name for name in (FINDS, REFUSES, NOTHING) if getattr(self, name) is not None]
        assert len(given) == 1, f"give one of finds, refuses and nothing, not {given}"
        return given[0]

    def write(self, home: Path, places: Mapping[str, str]) -> dict[str, str]:
        """Writes the files below the home folder; the situation's environment."""
        places = {"home": str(home)} | dict(places)
        texts = {".aws/config": self.config, ".aws/credentials": self.credentials} | dict(self.files)
        for name, content in texts.items():
            if content is None:
                continue
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith("/"):
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(_bytes(content, places))
            if name.endswith(".sh"):
                path.chmod(0o755)
        return {name: _filled(value, places) for name, value in self.environment.items()}


def load() -> dict[str, Situation]:
    """Every situation by its name: the path of its file below the folder, without the suffix."""
    return {str(path.relative_to(FOLDER).with_suffix("")): Situation(**tomllib.loads(path.read_text()))
            for path in sorted(FOLDER.rglob("*.toml"))}


def make_ledger() -> CredentialLedger:
    """A ledger that knows the users."""
    ledger = CredentialLedger()
    for user in USERS:
        ledger.add(user)
    return ledger


def _bytes(content, places: Mapping[str, str]) -> bytes:
    if isinstance(content, str):
        return _filled(content, places).encode()
    return base64.b64decode(content["base64"])


def _filled(text: str, places: Mapping[str, str]) -> str:
    """The text with URLs, folders and times in the places of words in angle brackets."""
    for word, value in places.items():
        text = text.replace(f"<{word}>", value)
    return re.sub(r"<([+-]\d+)>", lambda match: _time(int(match[1])), text)


def _time(seconds: int) -> str:
    moment = datetime.fromtimestamp(int(time.time()) + seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
