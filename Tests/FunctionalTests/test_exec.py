"""`exec` with real programs: variables, signals, exit codes, restarts, and what it leaves behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from Processes import binary
from Processes.waiting import wait_for

# A program that says what it got, in one line per start, and then sleeps in the same process.
SAYS_KEY = 'echo "$AWS_BEARER_TOKEN_BEDROCK" >> "$OUT"; exec sleep 1000'
LINES = "import os, sys\nfor name in sorted(os.environb): sys.stdout.buffer.write(name + b'=' + os.environb[name] + b'\\n')"


class Exec:
    """One `exec` and what its program wrote to the file in OUT."""

    def __init__(self, daemon, folder: Path):
        self.daemon = daemon
        self.out = folder / "out"
        self.processes = []

    def start(self, *words, options=(), environment=None, **settings) -> subprocess.Popen:
        """Starts `exec OPTIONS -- WORDS`."""
        process = subprocess.Popen(
            [binary(), "exec", *options, "--", *words], cwd="/", stdin=subprocess.DEVNULL,
            env=(self.daemon.full_environment | {"OUT": str(self.out)}) if environment is None else environment,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | settings,
        )
        self.processes.append(process)
        return process

    def run(self, *words, **settings) -> tuple[int, str, str]:
        """Runs it to its end: code, output, errors."""
        process = self.start(*words, **settings)
        out, errors = process.communicate(timeout=20)
        return process.returncode, out, errors

    @property
    def lines(self) -> list[str]:
        """What the program wrote to the file so far."""
        return self.out.read_text().splitlines() if self.out.exists() else []

    def wait_lines(self, count: int, timeout: float = 10) -> list[str]:
        """Waits until there are so many lines."""
        return wait_for(f"line {count} of the program (it wrote {self.lines})",
                        lambda: len(self.lines) >= count and self.lines, timeout)

    def programs(self, name: str = "") -> list[int]:
        """The ids of all processes with our OUT in their environment, of this name if one is given."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                environment = Path("/proc", entry, "environ").read_bytes().split(b"\0")
                is_wanted = not name or Path("/proc", entry, "comm").read_text().strip() == name
            except OSError:
                continue
            if f"OUT={self.out}".encode() in environment and is_wanted:
                found.append(int(entry))
        return found

    def end(self) -> None:
        """Kills what still runs."""
        for pid in self.programs():
            os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.kill()
            process.communicate(timeout=10)


@pytest.fixture
def running(daemon):
    """A daemon with a live key."""
    return daemon.start().wait_published()


@pytest.fixture
def execs(daemon, folder):
    """Makes `exec`s of the daemon's key; those that still run at the end are killed."""
    made = Exec(daemon, folder)
    yield made
    made.end()


def renew(daemon) -> str:
    """Makes the daemon publish another key, and gives it."""
    old = daemon.token()
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    return daemon.wait_changed(old)


def children_of(process) -> list[int]:
    """The children of a process, those that nobody has waited for too."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def child_of(process) -> int:
    """The one child of a process, once it is another program."""
    return wait_for("child", lambda: children_of(process))[0]


def test_only_the_variables_are_added(running, execs):
    before = running.full_environment | {"OUT": str(execs.out)}
    code, out, errors = execs.run(sys.executable, "-I", "-c", LINES)
    assert (code, errors) == (0, "")
    assert dict(line.split("=", 1) for line in out.splitlines()) == before | {
        "AWS_BEARER_TOKEN_BEDROCK": running.token()}


def test_bytes_that_are_no_text_are_passed_on(running, execs):
    strange = {b"LATIN": b"\xe9\xff", b"EMPTY": b""}
    environment = {os.fsencode(name): os.fsencode(value) for name, value in running.full_environment.items()} | strange
    code, out, _ = execs.run(sys.executable, "-I", "-c", LINES, environment=environment, text=False)
    assert code == 0
    assert all(name + b"=" + value in out.split(b"\n") for name, value in strange.items())


def test_variables_of_the_env_output(make_daemon, static, folder):
    daemon = make_daemon(
        f"[keys.default]\n[[keys.default.outputs]]\npath = '{folder}/app.env'\n"
        "variables = ['FIRST', 'SECOND']\nset = { MODEL = 'a.b' }\n", static).start().wait_published()
    execs = Exec(daemon, folder)
    code, out, _ = execs.run("sh", "-c", 'echo "$FIRST $SECOND $MODEL ${AWS_BEARER_TOKEN_BEDROCK-none}"')
    key = daemon.run("print").out.strip()
    assert (code, out) == (0, f"{key} {key} a.b none\n")


def test_a_set_variable_is_replaced_not_doubled(running, execs):
    environment = running.full_environment | {"AWS_BEARER_TOKEN_BEDROCK": "old", "AWS_BEARER_TOKEN_BEDROCKS": "kept"}
    _, out, _ = execs.run(sys.executable, "-I", "-c", LINES, environment=environment)
    lines = [line for line in out.splitlines() if line.startswith("AWS_BEARER_TOKEN_BEDROCK")]
    assert lines == [f"AWS_BEARER_TOKEN_BEDROCK={running.token()}", "AWS_BEARER_TOKEN_BEDROCKS=kept"]


def test_a_user_who_may_read_an_output_only(make_daemon, static, folder, reachable_binaries):
    if os.geteuid() != 0:
        pytest.skip("needs root, to run a command as another user")
    daemon = make_daemon(
        f"[keys.default]\n[[keys.default.outputs]]\npath = '{folder}/app.env'\nvariables = ['MINE']\nmode = '0644'\n",
        static).start().wait_published()
    execs = Exec(daemon, folder)
    script = 'echo "$MINE"; exec sleep 1000'
    process = execs.start("sh", "-c", script, user=12345, group=12345, extra_groups=[])
    try:
        assert process.stdout.readline().strip() == daemon.run("print").out.strip()
        old = daemon.run("print").out
        daemon.wait_next_second()
        daemon.run("renew")
        daemon.wait("new key", lambda: daemon.run("print").out != old)
        assert process.stdout.readline().strip() == daemon.run("print").out.strip()
        assert daemon.run("print", user=12345).out == daemon.run("print").out
    finally:
        execs.end()


def test_what_a_user_who_may_read_an_output_only_is_told(make_daemon, ledger, folder, reachable_binaries):
    """The same as root, who reads the record: here that the end of the credentials is not known."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to run a command as another user")
    session = ledger.session(3600).environment
    del session["AWS_CREDENTIAL_EXPIRATION"]
    daemon = make_daemon(
        f"[keys.default]\nregion = 'eu-west-1'\n[[keys.default.outputs]]\npath = '{folder}/app.env'\nmode = '0644'\n",
        session).start().wait_published()
    said = [daemon.run("inspect", user=user).out.split("left:")[0] for user in (None, 12345)]
    assert "whose end is not known" in said[0] and said[0] == said[1]


@pytest.mark.parametrize("code", [0, 1, 77, 255])
def test_exit_code(running, execs, code):
    assert execs.run("sh", "-c", f"exit {code}")[0] == code


@pytest.mark.parametrize("name", ["TERM", "KILL", "SEGV"])
def test_death_by_a_signal(running, execs, name):
    assert execs.run("sh", "-c", f"kill -{name} $$")[0] == 128 + getattr(signal, f"SIG{name}")


def test_a_program_that_is_not_there(running, execs, folder):
    code, _, errors = execs.run("no-such-program")
    assert (code, errors) == (127, "bedrock-keyd: cannot start no-such-program: no such file or directory\n")
    plain = folder / "plain"
    plain.write_text("text")
    assert execs.run(plain)[0] == 126


def test_wrong_command_lines(running, execs):
    for options, words in [((), ()), (("--on-renewal", "reload"), ("true",)), (("--grace", "10"), ("true",)),
                           (("--key", "a/b"), ("true",)), (("--on-renewal", "signal:KILL"), ("true",))]:
        assert execs.run(*words, options=options)[0] == 64


def test_it_waits_for_the_first_key(daemon, execs):
    process = execs.start("sh", "-c", SAYS_KEY)
    assert "waiting for a live key" in process.stderr.readline()
    time.sleep(0.5)
    assert process.poll() is None and execs.lines == []
    daemon.start().wait_published()
    assert execs.wait_lines(1) == [daemon.token()]


def test_a_signal_while_it_waits(daemon, execs):
    process = execs.start("true")
    assert "waiting for a live key" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143


@pytest.mark.parametrize("name", ["HUP", "INT", "QUIT", "USR1", "USR2", "TERM", "WINCH", "CONT", "RTMIN"])
def test_signals_are_passed_on(running, execs, name):
    number = getattr(signal, f"SIG{name}")
    program = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(42))\n"
        "print('ready', flush=True)\ntime.sleep(1000)\n")
    process = execs.start(sys.executable, "-c", program)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(10) == 42


def test_dispositions_and_mask_are_inherited(running, execs):
    """SIGHUP ignored as nohup does, SIGUSR1 blocked, SIGPIPE default: as if the program was started itself."""
    def prepare():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})

    def read(text):
        # 32 and 33 are the C library's own, which sets them as it likes.
        sets = dict(line.split(":\t") for line in text.splitlines())
        return {name: int(value, 16) & ~(3 << 31) for name, value in sets.items()}

    words = ["grep", "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status"]
    directly = subprocess.run(words, capture_output=True, text=True, preexec_fn=prepare, check=True).stdout
    assert len(read(directly)) == 3
    assert (read(directly)["SigIgn"], read(directly)["SigBlk"]) == (1, 1 << signal.SIGUSR1 - 1)
    assert read(execs.run(*words, preexec_fn=prepare)[1]) == read(directly)


def test_descriptors_are_inherited_and_none_is_added(running, execs, folder):
    with open(folder / "extra", "w") as extra:
        # No shell: it may still hold the end of a pipe when somebody looks. The folder itself is in both lists.
        words = ["ls", "/proc/self/fd"]
        settings = {"pass_fds": [extra.fileno()]}
        directly = subprocess.run(words, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
                                  **settings).stdout
        assert str(extra.fileno()) in directly.split()
        assert execs.run(*words, **settings)[1] == directly


def test_restart_at_a_new_key(running, execs):
    process = execs.start("sh", "-c", SAYS_KEY)
    execs.wait_lines(1)
    first = child_of(process)
    key = renew(running)
    lines = execs.wait_lines(2)
    assert lines[1] == key != lines[0]
    assert child_of(process) != first
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143


def test_signal_at_a_new_key(running, execs):
    program = 'trap "echo again >> $OUT" HUP; echo first >> $OUT; while :; do sleep 0.05; done'
    process = execs.start("sh", "-c", program, options=("--on-renewal", "signal:HUP"))
    execs.wait_lines(1)
    child = child_of(process)
    for count in (2, 3):
        renew(running)
        assert execs.wait_lines(count) == ["first"] + ["again"] * (count - 1)
    assert child_of(process) == child


def test_ignore_leaves_the_program_alone(running, execs):
    process = execs.start("sh", "-c", SAYS_KEY, options=("--on-renewal", "ignore"))
    execs.wait_lines(1)
    child = child_of(process)
    renew(running)
    time.sleep(1.5)
    assert child_of(process) == child and len(execs.lines) == 1


def test_a_program_that_does_not_end_is_killed_with_its_group(running, execs):
    program = "trap '' TERM; echo run >> $OUT; sleep 1000 & while :; do sleep 0.05; done"
    process = execs.start("sh", "-c", program, options=("--grace", "1s"))
    execs.wait_lines(1)
    wait_for("the group", lambda: execs.programs("sleep"))
    renew(running)
    execs.wait_lines(2, timeout=15)
    wait_for("one program with one child", lambda: len(execs.programs("sleep")) == 1)
    assert "did not end in time and is killed" in process.stderr.readline()


def test_restarts_are_five_seconds_apart(running, execs):
    execs.start("sh", "-c", 'date +%s%N >> "$OUT"; exec sleep 1000')
    execs.wait_lines(1)
    for _ in range(3):
        renew(running)
    execs.wait_lines(2, timeout=10)
    renew(running)
    times = [int(line) / 1e9 for line in execs.wait_lines(3, timeout=10)]
    assert all(later - earlier >= 4.9 for earlier, later in zip(times, times[1:]))
    assert len(times) == 3


def test_no_restart_after_a_termination(running, execs):
    """A program that takes its time to end is not started again by a renewal in between."""
    program = "trap 'sleep 2; exit 9' TERM; echo run >> $OUT; while :; do sleep 0.05; done"
    process = execs.start("sh", "-c", program)
    execs.wait_lines(1)
    process.send_signal(signal.SIGTERM)
    renew(running)
    assert process.wait(10) == 9
    assert len(execs.lines) == 1


def test_a_restart_of_the_daemon_is_no_new_key_and_the_next_one_is_seen(running, execs):
    execs.start("sh", "-c", SAYS_KEY)
    execs.wait_lines(1)
    # Started again it renews each key within the first minute: a restart of the program may follow, but only with that.
    running.stop()
    time.sleep(1)
    assert len(execs.lines) == 1
    running.start().wait_published()
    key = renew(running)
    wait_for("the newest key", lambda: execs.lines[-1] in (key, running.token()), 15)


def test_a_vanished_runtime_folder_is_survived(running, execs):
    process = execs.start("sh", "-c", SAYS_KEY)
    execs.wait_lines(1)
    child = child_of(process)
    running.stop()
    subprocess.run(["rm", "-r", running.runtime], check=True)
    time.sleep(1.5)
    assert child_of(process) == child
    running.runtime.mkdir()
    running.start().wait_published()
    wait_for("a start with the new key", lambda: execs.lines[-1] == running.token(), 15)


def test_an_output_deleted_from_outside_is_no_new_key(running, execs):
    process = execs.start("sh", "-c", SAYS_KEY)
    execs.wait_lines(1)
    child = child_of(process)
    running.file().unlink()
    running.wait("the file again", lambda: running.file().exists())
    time.sleep(0.5)
    assert child_of(process) == child and len(execs.lines) == 1


def test_a_hundred_changes_of_the_folder_leave_nothing_behind(running, execs, folder):
    """No descriptor and no process more after many runs than after the first."""
    process = execs.start("sh", "-c", "exec sleep 1000")
    child_of(process)
    descriptors = Path(f"/proc/{process.pid}/fd")
    before = len(list(descriptors.iterdir()))
    for _ in range(100):
        replace_key(running)
    time.sleep(0.5)
    assert len(list(descriptors.iterdir())) == before
    assert len(execs.programs("sleep")) == 1


def test_a_hundred_restarts_of_twenty_programs_leave_nothing_behind(running, execs):
    """Restarts of one program are 5 s apart, so twenty are restarted five times each. Each start leaves a child of its
    own behind, which is to end with it."""
    program = 'echo "$AWS_BEARER_TOKEN_BEDROCK" >> "$OUT"; sleep 1000 & exec sleep 1000'
    processes = [execs.start("sh", "-c", program) for _ in range(20)]
    execs.wait_lines(20)
    before = [len(os.listdir(f"/proc/{process.pid}/fd")) for process in processes]
    for count in range(2, 7):
        time.sleep(5)
        key = renew(running)
        assert execs.wait_lines(20 * count, timeout=20)[-20:] == [key] * 20
    wait_for("each program and its child", lambda: len(execs.programs("sleep")) == 40)
    assert [len(os.listdir(f"/proc/{process.pid}/fd")) for process in processes] == before
    assert all(len(children_of(process)) == 1 for process in processes)


@pytest.mark.soak
def test_a_hundred_restarts_leave_nothing_behind(running, execs):
    """Each start leaves a child of its own behind, which is to end with it."""
    process = execs.start("sh", "-c", 'echo "$AWS_BEARER_TOKEN_BEDROCK" >> "$OUT"; sleep 1000 & exec sleep 1000')
    execs.wait_lines(1)
    descriptors = Path(f"/proc/{process.pid}/fd")
    before = len(list(descriptors.iterdir()))
    for count in range(2, 102):
        key = renew(running)
        assert execs.wait_lines(count)[-1] == key
    wait_for("one program and its child", lambda: len(execs.programs("sleep")) == 2)
    assert len(list(descriptors.iterdir())) == before


def replace_key(daemon) -> None:
    """The record is replaced by itself: the folder changes, the key does not."""
    record = daemon.file(output="record")
    other = record.with_name(".copy")
    other.write_bytes(record.read_bytes())
    os.chmod(other, 0o600)
    os.replace(other, record)


def test_the_key_is_in_no_command_line_and_not_in_our_environment(running, execs):
    process = execs.start("sleep", "1000")
    child = child_of(process)
    wait_for("program", lambda: b"sleep" in Path(f"/proc/{child}/cmdline").read_bytes())
    key = running.token().encode()
    assert key in Path(f"/proc/{child}/environ").read_bytes()
    assert key not in Path(f"/proc/{process.pid}/environ").read_bytes()
    assert key not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
