"""`exec` on a terminal, under a shell with job control, and as the first process of a container."""

import os
import signal
import subprocess
import sys
import time

import pytest

from Processes import binary
from Processes.binaries import tool
from Processes.terminal import Terminal


@pytest.fixture
def running(daemon):
    """A daemon with a live key."""
    return daemon.start().wait_published()


@pytest.fixture
def terminal(running):
    """Starts `exec` with a program, or any words, on a terminal."""
    made = []

    def start(*words, directly=True, **variables):
        words = [binary(), "exec", "--", *words] if directly else words
        environment = running.full_environment | {"BIN": str(binary()), "TERM": "dumb"} | variables
        made.append(Terminal(words, environment))
        return made[-1]

    yield start
    for one in made:
        one.end()


def test_input_and_output_are_the_terminal(terminal):
    screen = terminal("sh", "-c", "tty; test -t 0 && test -t 1 && test -t 2 && echo all; read word; echo got $word")
    screen.wait("/dev/pts/[0-9]+\r\nall\r\n")
    screen.type("hello\n")
    screen.wait("got hello\r\n")
    assert screen.wait_exit() == 0


def test_the_program_has_the_foreground(terminal):
    program = "import os; print('mine', os.tcgetpgrp(0) == os.getpgrp() == os.getpid(), flush=True)"
    screen = terminal(sys.executable, "-c", program)
    screen.wait("mine True")
    assert screen.wait_exit() == 0


def test_interrupt_reaches_the_program_once(terminal):
    program = (
        "import signal, sys, time\ncount = 0\n"
        "def count_one(*_):\n  global count\n  count += 1\n"
        "signal.signal(signal.SIGINT, count_one)\nprint('ready', flush=True)\n"
        "end = time.monotonic() + 1.5\n"
        "while time.monotonic() < end: time.sleep(0.1)\nprint('count', count, flush=True)\nsys.exit(5)\n")
    screen = terminal(sys.executable, "-c", program)
    screen.wait("ready")
    screen.type("\x03")
    screen.wait("count 1\r\n")
    assert screen.wait_exit() == 5


@pytest.mark.parametrize(("typed", "code"), [("\x03", 130), ("\x1c", 131)])
def test_death_from_the_keyboard(terminal, typed, code):
    screen = terminal("sh", "-c", "ulimit -c 0; echo ready; exec sleep 1000")
    screen.wait("ready")
    screen.type(typed)
    assert screen.wait_exit() == code


def test_a_change_of_the_window_reaches_the_program(terminal):
    program = (
        "import os, signal, time\n"
        "def tell(*_): os.write(1, b'size %d %d\\n' % os.get_terminal_size())\n"
        "signal.signal(signal.SIGWINCH, tell)\nprint('ready', flush=True)\nwhile True: time.sleep(1)\n")
    screen = terminal(sys.executable, "-c", program)
    screen.wait("ready")
    screen.resize(33, 101)
    screen.wait("size 101 33\r\n")


def test_stop_and_continue_under_a_shell(terminal):
    """Ctrl-Z gives the shell its prompt back, fg goes on with the program, which has the terminal again."""
    screen = terminal(tool("bash"), "--norc", "--noprofile", "-i", directly=False, PS1="prompt$ ")
    screen.wait(r"prompt\$ ")
    screen.type("$BIN exec -- sh -c 'echo begun; read word; echo got $word; exit 6'\n")
    screen.wait("begun\r\n")
    screen.type("\x1a")
    screen.wait(r"Stopped.*prompt\$ |Stopped[^\r]*\r\n")
    screen.type("jobs | grep -c Stopped\n")
    screen.wait("\n1\r\n")
    screen.type("fg\n")
    screen.wait("exec")
    screen.type("again\n")
    screen.wait("got again")
    screen.type("echo code=$?\n")
    screen.wait("code=6\r\n")


def test_in_a_pipeline_under_a_shell(terminal):
    screen = terminal(tool("bash"), "--norc", "--noprofile", "-i", directly=False, PS1="prompt$ ")
    screen.wait(r"prompt\$ ")
    screen.type("echo from-pipe | $BIN exec -- cat | tr a-z A-Z\n")
    screen.wait("FROM-PIPE\r\n")
    screen.type("$BIN exec -- sleep 1000 < /dev/null\n")
    time.sleep(1)
    screen.type("\x03")
    screen.wait(r"prompt\$ ")
    screen.type("echo code=$?\n")
    screen.wait("code=130\r\n")


def test_a_script_around_it_dies_of_an_interrupt_too(terminal):
    screen = terminal("/bin/sh", "-c", "$BIN exec -- sh -c 'echo begun; exec sleep 1000'; echo after", directly=False)
    screen.wait("begun\r\n")
    screen.type("\x03")
    assert screen.wait_exit() in (-signal.SIGINT, 130)
    assert "after" not in screen.text


def test_the_terminal_after_a_restart(running, terminal):
    program = 'echo "key ${#AWS_BEARER_TOKEN_BEDROCK}"; read word; echo got $word'
    screen = terminal("sh", "-c", program)
    screen.wait("key [0-9]{3}")
    old = running.token()
    running.wait_next_second()
    running.run("renew")
    running.wait_changed(old)
    screen.wait("key [0-9]{3}", timeout=15)
    screen.type("new\n")
    screen.wait("got new\r\n")
    assert screen.wait_exit() == 0


def first_process(running, *words) -> subprocess.Popen:
    """`exec` as process 1 of a namespace of its own."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make a PID namespace")
    return subprocess.Popen(
        [tool("unshare"), "--pid", "--fork", "--kill-child", "--mount-proc", binary(), "exec", "--", *words],
        env=running.full_environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd="/",
    )


def test_first_process_reaps_what_it_adopts(running):
    """Twenty orphans that end leave no zombie."""
    program = (
        'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do (sleep 0.1 & ) ; done; sleep 1;'
        " grep -l '^State:.Z' /proc/[0-9]*/status | wc -l; cat /proc/1/comm; exit 7")
    process = first_process(running, "sh", "-c", program)
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (7, "0\nbedrock-keyd\n", "")


def test_first_process_passes_signals_on(running):
    program = "trap 'echo ending; exit 3' TERM; echo ready; while :; do sleep 0.1; done"
    process = first_process(running, "sh", "-c", program)
    assert process.stdout.readline() == "ready\n"
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
        os.kill(int(children.read().split()[0]), signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (3, "ending\n")


def test_first_process_restarts_at_a_new_key(running):
    process = first_process(running, "sh", "-c", 'echo "$AWS_BEARER_TOKEN_BEDROCK"; exec sleep 1000')
    assert process.stdout.readline().strip() == running.token()
    old = running.token()
    running.wait_next_second()
    running.run("renew")
    key = running.wait_changed(old)
    assert process.stdout.readline().strip() == key
    process.kill()
    process.communicate(timeout=10)
