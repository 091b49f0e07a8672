"""What the metrics file counts."""

import re
from pathlib import Path


def failures(metrics: Path, name: str) -> dict[str, int]:
    """The failed attempts of a key by their reasons, without those that never happened."""
    expression = rf'^bedrock_keyd_failures_total\{{key="{re.escape(name)}",reason="(\w+)"\}} ([1-9]\d*)$'
    return {reason: int(count) for reason, count in re.findall(expression, metrics.read_text(), re.MULTILINE)}
