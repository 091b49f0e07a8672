"""What README.md promises is there: commands with their options, make targets, settings, files."""

import os
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = Path(os.environ.get("BEDROCK_KEYD_BIN_DIR", REPOSITORY / ".build/release")).resolve() / "bedrock-keyd"
TEXT = (REPOSITORY / "README.md").read_text()


def named_commands():
    """Each command of bedrock-keyd as README.md names it, with the options named beside it."""
    found = {}
    for match in re.finditer(r"(?m)(?:^ {4}|`|\()bedrock-keyd ((?:(?:config|long-term) )?[a-z]+)([^`#)\n]*)", TEXT):
        found.setdefault(match[1], set()).update(re.findall(r"--[a-z-]+", match[2]))
    return sorted(found.items())


def test_the_commands_are_found_in_the_text():
    assert {"check", "status", "renew", "mint", "print", "credentials", "config check"} <= dict(named_commands()).keys()


@pytest.mark.parametrize("command, options", named_commands())
def test_a_command_and_its_options_exist(command, options):
    result = subprocess.run([COMMAND, *command.split(), "--help"], capture_output=True, text=True, timeout=10)
    assert result.returncode == 0, result.stderr
    assert all(option in result.stdout for option in options), result.stdout


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^ {4}|sudo )make ([a-z]+)", TEXT, re.MULTILINE))))
def test_a_make_target_exists(target):
    subprocess.run(["make", "-C", REPOSITORY, "-n", "BIN_DIR=" + str(COMMAND.parent), target], check=True,
                   capture_output=True)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^):]+)\)", TEXT))))
def test_a_linked_file_exists(link):
    assert (REPOSITORY / link).is_file()


def test_the_links_of_the_installed_documents_lead_to_installed_files(tmp_path):
    subprocess.run(["make", "-C", REPOSITORY, "install", f"DESTDIR={tmp_path}", f"BIN_DIR={COMMAND.parent}"], check=True,
                   capture_output=True)
    documents = list((tmp_path / "usr/share/doc/bedrock-keyd").rglob("*.md"))
    links = [(document, link) for document in documents for link in re.findall(r"\]\(([^):]+)\)", document.read_text())]
    assert len([link for document, link in links if document.name == "README.md"]) > 15
    assert [(document.name, link) for document, link in links if not (document.parent / link).is_file()] == []


def test_the_settings_shown_are_accepted(tmp_path):
    shown = re.findall(r"(?m)((?:^ {4}(?:\[keys\..*|\w+ = .*)\n|\n)+)", TEXT)
    configuration = next(block for block in shown if "[keys." in block)
    (tmp_path / "config.toml").write_text(re.sub(r"(?m)^ {4}", "", configuration))
    result = subprocess.run(
        [COMMAND, "config", "check", "--config", tmp_path / "config.toml"], capture_output=True, text=True, timeout=10)
    assert result.returncode == 0, result.stderr
