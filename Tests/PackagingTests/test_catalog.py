"""The message catalog explains every event, and journalctl's own compiler accepts it."""

import re
import subprocess
from pathlib import Path

import pytest

from Processes.binaries import tool

REPOSITORY = Path(__file__).resolve().parents[2]
CATALOG = REPOSITORY / "packaging/catalog/bedrock-keyd.catalog"
EVENTS = dict(re.findall(
    r'case (\w+) = "([0-9a-f]{32})"', (REPOSITORY / "Sources/KeyReporting/JournalEvent.swift").read_text()))
ENTRIES = re.findall(r"(?m)^-- ([0-9a-f]{32})\n((?:.+\n)+)\n((?s:.*?))(?=\n-- |\Z)", CATALOG.read_text())


def test_every_event_is_explained_once():
    assert len(EVENTS) >= 18
    assert sorted(name for name, _, _ in ENTRIES) == sorted(EVENTS.values())


@pytest.mark.parametrize("event", EVENTS)
def test_an_entry_says_something(event):
    _, head, body = next(entry for entry in ENTRIES if entry[0] == EVENTS[event])
    assert re.search(r"(?m)^Subject: \S", head) and "Defined-By: bedrock-keyd" in head
    assert len(body.split()) >= 15


def test_only_fields_that_the_daemon_sends():
    """A misspelt field would be shown as it is."""
    sent = "".join(path.read_text() for path in (REPOSITORY / "Sources/KeyReporting").glob("*.swift"))
    fields = set(re.findall(r"@([A-Z_]+)@", CATALOG.read_text()))
    assert fields and all(f'{field}' in sent for field in fields)


def test_journalctl_compiles_it(tmp_path):
    folder = tmp_path / "usr/lib/systemd/catalog"
    folder.mkdir(parents=True)
    (folder / CATALOG.name).write_bytes(CATALOG.read_bytes())
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    journalctl = [tool("journalctl"), f"--root={tmp_path}"]
    subprocess.run([*journalctl, "--update-catalog"], check=True, capture_output=True, timeout=20)
    listed = subprocess.run([*journalctl, "--list-catalog"], check=True, capture_output=True, text=True, timeout=20)
    assert {line.split()[0] for line in listed.stdout.splitlines()} == set(EVENTS.values())
