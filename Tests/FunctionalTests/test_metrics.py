"""The metrics file, judged by promtool where it is there."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

# .ci/install-packages puts it there where the machine has none.
PROMTOOL = shutil.which("promtool") or shutil.which("promtool", path=Path(__file__).parents[2] / ".build" / "tools")


@pytest.fixture
def metrics(make_daemon, profiles):
    """A daemon that writes metrics, and a function that reads them."""
    profiles.add("p")
    daemon = make_daemon(environment=profiles.environment)
    path = daemon.runtime / "metrics.prom"
    daemon.configure(f"[daemon]\nmetrics_file = '{path}'\n[keys.default]\nprofile = 'p'\n")
    daemon.metrics = path
    return daemon.start().wait_published()


def values(text: str) -> dict[str, str]:
    return dict(re.fullmatch(r"(\S+) (\S+)", line).groups() for line in text.splitlines() if not line.startswith("#"))


def test_metrics_tell_of_renewals_and_failures(metrics, profiles):
    metrics.wait("metrics", lambda: 'renewals_total{key="default"} 1' in metrics.metrics.read_text())
    assert stat.S_IMODE(metrics.metrics.stat().st_mode) == 0o644
    profiles.switch_off("p")
    metrics.run("renew")
    metrics.wait("failure", lambda: metrics.key()["failures"])
    metrics.wait("its count", lambda: re.search(r'failures_total\S+ [1-9]', metrics.metrics.read_text()))
    found = values(metrics.metrics.read_text())
    assert found['bedrock_keyd_renewals_total{key="default"}'] == "1"
    assert int(found['bedrock_keyd_key_last_renewal_timestamp_seconds{key="default"}']) > 1_700_000_000
    assert int(found['bedrock_keyd_key_expiration_timestamp_seconds{key="default"}']) > 1_700_000_000
    assert any(name.startswith("bedrock_keyd_build_info{version=") for name in found)
    reasons = re.findall(r'failures_total\{key="default",reason="(\w+)"\}', metrics.metrics.read_text())
    assert reasons == ["denied", "throttled", "unreachable", "timeout", "needs_login", "misconfigured", "internal"]


@pytest.mark.skipif(not PROMTOOL, reason="needs promtool, which is not here: .ci/install-packages test gets it")
def test_metrics_are_what_promtool_takes(metrics):
    metrics.wait("metrics", lambda: metrics.metrics.exists())
    checked = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=metrics.metrics.read_text(), capture_output=True, text=True,
        env=os.environ)
    assert (checked.returncode, checked.stderr) == (0, "")
