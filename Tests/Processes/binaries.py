"""Where the binaries under test are."""

import os
import shutil
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).resolve().parents[2] / ".build" / "release"
FOLDER = Path(os.environ.get("BEDROCK_KEYD_BIN_DIR") or _DEFAULT)


def binary(name: str = "bedrock-keyd") -> Path:
    """The path of a built program. A missing one fails the test: there is nothing to test then."""
    path = FOLDER / name
    if not os.access(path, os.X_OK):
        pytest.fail(f"cannot run {path}: it is not built; run 'make build' or set BEDROCK_KEYD_BIN_DIR", pytrace=False)
    return path


def tool(name: str) -> str:
    """The path of a program that a test needs. Without it the test is counted as skipped, with this reason."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"needs the program {name!r}, which is not installed")
    return path
