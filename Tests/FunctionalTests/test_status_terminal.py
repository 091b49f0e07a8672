"""`status` on terminals of several widths, and `status --watch`."""

import subprocess

import pytest

from Processes import binary
from Processes.terminal import shown_on_terminal


def shown(daemon, *options, columns=120, wanted="", **variables):
    """What `status` shows on a terminal until the text has come twice, or until it ends."""
    return shown_on_terminal(["status", *options], daemon.full_environment | variables, columns, wanted)


@pytest.fixture
def running(daemon):
    """A daemon with a live key."""
    return daemon.start().wait_published()


def test_colors_on_a_terminal_only(running):
    assert "\x1b[32mvalid\x1b[0m" in shown(running)
    for text in (shown(running, NO_COLOR="1"), shown(running, TERM="dumb"), running.run("status").out):
        assert "valid" in text and "\x1b" not in text


@pytest.mark.parametrize(("columns", "missing"), [
    (120, []), (58, ["CREDENTIALS"]), (45, ["CREDENTIALS", "REGION"]), (30, ["CREDENTIALS", "REGION", "NEXT RENEWAL"])])
def test_columns_that_have_no_room_are_left_out(running, columns, missing):
    lines = shown(running, columns=columns, NO_COLOR="1").splitlines()[2:4]
    assert all(len(line) <= columns for line in lines)
    assert lines[0].split("  ")[0] == "KEY" and "EXPIRES" in lines[0]
    assert [name for name in ("CREDENTIALS", "REGION", "NEXT RENEWAL") if name not in lines[0]] == missing


def test_watch_on_a_terminal_shows_it_again(running):
    text = shown(running, "--watch", wanted="\x1b[H\x1b[2J")
    assert text.count("\x1b[H\x1b[2J") >= 2 and "default" in text


def test_watch_elsewhere_tells_of_changes(running):
    process = subprocess.Popen([binary(), "status", "--watch", "--json"], env=running.full_environment, cwd="/",
                               stdout=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline()
        running.wait_next_second()
        running.run("renew")
        assert '"state":"valid"' in first and process.stdout.readline() != first
    finally:
        process.kill()
        process.communicate(timeout=10)
