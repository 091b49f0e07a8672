"""`make run`: packaging/run-in-clone with the real binaries, without and with a terminal."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BINARIES = Path(os.environ.get("BEDROCK_KEYD_BIN_DIR", REPOSITORY / ".build/release")).resolve()
OWN = {"AWS_ACCESS_KEY_ID": "AKIDOFMYOWN", "AWS_SECRET_ACCESS_KEY": "of/my/own", "AWS_REGION": "eu-west-3"}


@pytest.fixture
def clone(tmp_path):
    """A clone as far as `make run` is concerned, with nothing of AWS configured for its user."""
    (tmp_path / "packaging").mkdir()
    shutil.copy(REPOSITORY / "packaging/run-in-clone", tmp_path / "packaging/run-in-clone")
    (tmp_path / "home").mkdir()
    return tmp_path


def environment(clone, **more):
    return {
        "PATH": os.environ["PATH"], "HOME": str(clone / "home"), "LANG": "C.UTF-8", "TERM": "xterm",
        "BEDROCK_KEYD_BIN_DIR": str(BINARIES), "AWS_EC2_METADATA_DISABLED": "true"} | more


def run(clone, *arguments, **variables):
    return subprocess.run(
        [clone / "packaging/run-in-clone", *arguments], capture_output=True, text=True, timeout=30, cwd="/",
        stdin=subprocess.DEVNULL, env=environment(clone, **variables))


def test_with_nothing_configured_it_says_that_the_key_is_an_example(clone):
    result = run(clone, "--once")
    assert result.returncode == 0, result.stderr
    assert "Bedrock will not accept this key" in result.stderr
    token = (clone / ".run/runtime/default/token").read_text()
    assert token.startswith("bedrock-api-key-")
    assert str(clone / ".run/runtime/default") in result.stdout + result.stderr
    status = json.loads((clone / ".run/runtime/status.json").read_text())
    assert status["keys"][0]["state"] == "example" and status["keys"][0]["region"] == "us-east-1"
    assert "wJalrXUtnFEMI" not in result.stdout + result.stderr and token not in result.stdout + result.stderr


def test_credentials_that_are_there_are_used(clone):
    result = run(clone, "--once", **OWN)
    assert result.returncode == 0, result.stderr
    assert "Bedrock will not accept" not in result.stderr
    status = json.loads((clone / ".run/runtime/status.json").read_text())
    assert status["keys"][0]["state"] == "valid" and status["keys"][0]["region"] == "eu-west-3"


def test_broken_credentials_are_never_replaced_by_the_example(clone):
    (clone / "home/.aws").mkdir()
    (clone / "home/.aws/config").write_text("[default]\nregion = us-east-1\ncredential_process = /bin/false\n")
    result = run(clone, "--once")
    assert result.returncode == 1
    assert "Bedrock will not accept" not in result.stderr and "credential_process" in result.stderr
    assert not (clone / ".run/runtime/default/token").exists()


def test_a_configuration_of_the_clone_is_kept_and_used(clone):
    (clone / ".run").mkdir()
    (clone / ".run/config.toml").write_text('[keys.mine]\nregion = "us-west-2"\n')
    result = run(clone, "--once", **OWN)
    assert result.returncode == 0, result.stderr
    assert (clone / ".run/runtime/mine/token").exists()
    assert not (clone / ".run/runtime/default").exists()


def test_without_a_terminal_a_signal_reaches_the_daemon(clone):
    process = subprocess.Popen(
        [clone / "packaging/run-in-clone"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=environment(clone, **OWN))
    try:
        deadline = time.monotonic() + 15
        while not (clone / ".run/runtime/default/token").exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0, process.stderr.read()
    finally:
        process.kill()
        process.wait()


def test_ctrl_c_on_a_terminal_ends_it_cleanly_and_is_no_error_of_make(clone):
    (clone / "Makefile").write_text("run:\n\t@packaging/run-in-clone $(ARGS)\n")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(clone)
        os.execvpe("make", ["make", "--no-print-directory", "run"], environment(clone, **OWN))
    output, deadline, interrupted, status = b"", time.monotonic() + 20, False, None
    while status is None:
        assert time.monotonic() < deadline, output.decode(errors="replace")
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                output += os.read(terminal, 65536)
            except OSError:
                pass
        if not interrupted and (clone / ".run/runtime/default/token").exists():
            time.sleep(0.3)
            os.write(terminal, b"\x03")
            interrupted = True
        ended, value = os.waitpid(child, os.WNOHANG)
        status = value if ended else None
    text = output.decode(errors="replace")
    assert os.waitstatus_to_exitcode(status) == 0, text
    assert "***" not in text and "Interrupt" not in text
    # Where the key is, until when it lives and when it is renewed next.
    assert ".run/runtime/default" in text
    assert (clone / ".run/runtime/default/token").exists()
