"""Credential sources made of files, which several tests switch on and off."""

import json
import shlex
from pathlib import Path

import pytest


class ProcessProfiles:
    """An AWS config file of profiles with a credential_process each, whose runs are counted and can be switched off."""

    def __init__(self, folder: Path, ledger):
        self.folder = folder
        self.ledger = ledger
        self.config = folder / "aws-config"
        self.config.touch()

    @property
    def environment(self) -> dict[str, str]:
        """What points a client to the file."""
        return {"AWS_CONFIG_FILE": str(self.config)}

    def add(self, name: str, lifetime: float = 3600, region: str = "eu-central-1"):
        """A profile whose program prints credentials while the file NAME.json is there, and fails without it."""
        script = self.folder / f"{name}.sh"
        script.write_text(f"#!/bin/sh\necho run >> {self.folder}/{name}.runs\nexec cat {self.folder}/{name}.json\n")
        script.chmod(0o755)
        self.add_command(name, shlex.quote(str(script)), region)
        return self.renew(name, lifetime)

    def add_command(self, name: str, command: str, region: str = "eu-central-1") -> None:
        """A profile with any command."""
        with self.config.open("a") as config:
            config.write(f"[profile {name}]\nregion = {region}\ncredential_process = {command}\n")

    def renew(self, name: str, lifetime: float = 3600):
        """Other credentials from now on."""
        issued = self.ledger.session(lifetime)
        (self.folder / f"{name}.json").write_text(json.dumps(issued.process_output))
        return issued

    def switch_off(self, name: str) -> None:
        """The program fails from now on."""
        (self.folder / f"{name}.json").unlink()

    def runs(self, name: str) -> int:
        """How often the program ran."""
        path = self.folder / f"{name}.runs"
        return path.read_text().count("run\n") if path.exists() else 0


@pytest.fixture
def profiles(folder, ledger):
    """Profiles with a credential_process."""
    return ProcessProfiles(folder, ledger)
