"""The environment of the processes under test: nothing of ours is inherited."""

import os
from pathlib import Path

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def clean_environment(home: Path, **variables: str | os.PathLike) -> dict[str, str]:
    """PATH, HOME and LANG, instance metadata switched off, and the given variables over that."""
    base = {"PATH": _PATH, "HOME": str(home), "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
    return base | {name: str(value) for name, value in variables.items()}
