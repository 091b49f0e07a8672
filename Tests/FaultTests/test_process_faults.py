"""credential_process goes wrong in every way: the key stays, the error is clear, nothing is left running, it heals."""

import json
import os
import time

import pytest

from FakeAWS import derive
from Processes.daemon import kill_processes_with, processes_with
from Processes.story import Breakable, stage, tell

# Programs that leave a process are told apart by how long that one would sleep.
FAULTS = {
    "failing": "echo the vault is sealed >&2; exit 3",
    "failing-with-output": "cat {secret}; exit 3",
    "killed": "kill -9 $$",
    "hanging": "exec sleep 86401",
    "hanging-with-a-child": "sleep 86402 & sleep 86402",
    "child-keeps-the-pipe": "sleep 86403 & exit 0",
    "child-left-the-group": "setsid sleep 86404 & sleep 86404",
    "ignores-sigterm": "trap '' TERM; while :; do sleep 86405; done",
    "babbling": "head -c 1048576 /dev/zero | tr '\\0' x",
    "babbling-for-ever": "exec yes 864060000000",
    "babbling-on-stderr": "head -c 1048576 /dev/zero | tr '\\0' x >&2; exit 1",
    "secrets-on-stderr": "cat {secret} >&2; exit 1",
    "silent": "exit 0",
    "not-json": "echo this is not JSON",
    "binary": "head -c 4096 /dev/urandom",
    "half": "head -c 60 {secret}",
    "version-2": "sed 's/\"Version\": 1/\"Version\": 2/' {secret}",
    "no-secret": "sed 's/SecretAccessKey/Other/' {secret}",
    "expired": "cat {expired}",
    "odd-expiration": "sed 's/\"Expiration\": \"[^\"]*\"/\"Expiration\": \"soon\"/' {secret}",
}
# What the deadline ends; the others end by themselves or by what they print.
LATE = {"hanging", "hanging-with-a-child", "child-left-the-group", "ignores-sigterm"}
MARKERS = ["sleep 86401", "sleep 86402", "sleep 86403", "sleep 86404", "sleep 86405", "yes 86406"]


class Program:
    """A credential_process that is a shell script; its credentials are new at each mend."""

    def __init__(self, folder, ledger, name, fault):
        self.folder, self.ledger, self.name = folder, ledger, name
        self.script = folder / f"{name}.sh"
        self.secret, expired = folder / f"{name}.json", folder / f"{name}.expired.json"
        expired.write_text(json.dumps(ledger.session(-60).process_output))
        self.fault = fault.replace("{secret}", str(self.secret)).replace("{expired}", str(expired))
        self.mend()

    def write(self, text):
        """Replaces the script in one step: it may be read at any moment."""
        new = self.script.with_suffix(".new")
        new.write_text(f"{text}\n")
        os.replace(new, self.script)

    def mend(self):
        """It prints new credentials from now on."""
        self.secret.write_text(json.dumps(self.ledger.session(3600).process_output))
        self.write(f"cat {self.secret}")

    def break_it(self):
        """It goes wrong from now on."""
        self.write(self.fault)


@pytest.fixture(scope="module")
def aftermath(module_ledger, tmp_path_factory):
    """Every case in one daemon, at the same time: (stories, processes that hung and were left running)."""
    folder = tmp_path_factory.mktemp("process")
    config, keys = folder / "aws-config", []
    with config.open("w") as file:
        for name, fault in FAULTS.items():
            program = Program(folder, module_ledger, name, fault)
            file.write(f"[profile {name}]\ncredential_process = /bin/sh {program.script}\n")
            keys.append(Breakable(name, f"profile = '{name}'\n", program.break_it, program.mend))
    with stage(folder, module_ledger, {"AWS_CONFIG_FILE": str(config)}) as daemon:
        told = tell(daemon, keys)
        deadline = time.monotonic() + 6
        while (left := [marker for marker in MARKERS if processes_with(marker)]) and time.monotonic() < deadline:
            time.sleep(0.2)
        yield told, left
    for marker in left:
        kill_processes_with(marker)


@pytest.fixture(scope="module")
def stories(aftermath):
    """What each key went through."""
    return aftermath[0]


def test_nothing_that_hung_is_left_running(aftermath):
    assert aftermath[1] == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_key_is_kept_and_the_error_is_clear(stories, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.failing}"
    assert story.during == story.before
    assert story.failing["state"] == "failing" and story.failing["last_error"]
    assert story.log, "nothing was said in the log"
    # An error is a line to read, not what a program babbled.
    assert len(story.failing["last_error"]) < 2000 and "\n" not in story.failing["last_error"]


@pytest.mark.parametrize("name", FAULTS)
def test_the_reason_is_the_deadline_or_the_program(stories, name):
    assert stories[name].reasons == ["timeout" if name in LATE else "misconfigured"]


@pytest.mark.parametrize("name", FAULTS)
def test_it_recovers_at_the_next_attempt(stories, module_ledger, name):
    story = stories[name]
    assert not story.missing, f"{story.missing}: {story.recovered}"
    old, new = derive(story.before, module_ledger.find), derive(story.after, module_ledger.find)
    assert new.issued > old.issued and new.access_key_id != old.access_key_id
    assert (story.recovered["failures"], story.recovered["last_error"]) == (0, None)


def test_the_words_of_a_failing_program_are_passed_on(stories):
    error = stories["failing"].failing["last_error"]
    assert "3" in error and any("the vault is sealed" in line for line in [error, *stories["failing"].log])
