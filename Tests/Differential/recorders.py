"""The programs that record what botocore does, for the unit tests."""

import importlib.util
from pathlib import Path
from types import ModuleType


def recorder(program: Path) -> ModuleType:
    """A program as a module."""
    description = importlib.util.spec_from_file_location(program.stem, program)
    module = importlib.util.module_from_spec(description)
    description.loader.exec_module(module)
    return module
