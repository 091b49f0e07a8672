"""Fixtures: what `make install` writes, and a systemd booted over it for each test."""

import os
import subprocess
from pathlib import Path

import pytest

from SystemdTests.booted_systemd import BootedSystemd, unavailable
from SystemdTests.installation import REPOSITORY, Installation


@pytest.fixture(scope="session")
def binaries():
    """The folder with the release build."""
    folder = Path(os.environ.get("BEDROCK_KEYD_BIN_DIR", REPOSITORY / ".build/release")).resolve()
    if not (folder / "bedrock-keyd").exists():
        pytest.fail(f"{folder}/bedrock-keyd is missing: run `make build`, or set BEDROCK_KEYD_BIN_DIR", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def stage(binaries, tmp_path_factory):
    """A folder with what `make install PREFIX=/usr` writes."""
    folder = tmp_path_factory.mktemp("stage")
    folder.chmod(0o755)
    subprocess.run(
        ["make", "--no-print-directory", "-C", REPOSITORY, "install", f"DESTDIR={folder}", "PREFIX=/usr",
         f"BIN_DIR={binaries}"], check=True, capture_output=True)
    return folder


@pytest.fixture
def systemd():
    """A booted systemd without the product."""
    if reason := unavailable():
        pytest.skip(reason)
    with BootedSystemd() as booted:
        yield booted


@pytest.fixture
def installed(stage):
    """A booted systemd with the product installed, its user made, and nothing started yet."""
    if reason := unavailable():
        pytest.skip(reason)
    with BootedSystemd(stage) as booted:
        booted.run("systemd-sysusers")
        booted.systemctl("daemon-reload")
        yield Installation(booted)
