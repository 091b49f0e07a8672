"""One daemon with a key for each fault: all sources work, then all break, then all work again."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from FakeAWS import CredentialLedger

from .daemon import Daemon
from .metrics import failures
from .secret_scan import find_secrets
from .waiting import wait_for

# The deadline of an attempt: sources that hang fail after it.
ATTEMPT_TIMEOUT = 4


@dataclass
class Breakable:
    """One key whose source can be broken and mended. settings: TOML lines of its table and those below it."""

    name: str
    settings: str
    break_it: Callable[[], object]
    mend_it: Callable[[], object]


@dataclass
class Story:
    """What a key went through. Tokens are what was on disk; failing is its entry in status.json while it was broken,
    reasons what its failures were counted as.

    missing: what did not happen in time, empty if everything did.
    """

    missing: str = ""
    before: str = ""
    failing: dict = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    during: str = ""
    after: str = ""
    recovered: dict = field(default_factory=dict)
    log: list[str] = field(default_factory=list)


def tell(daemon: Daemon, keys: list[Breakable]) -> dict[str, Story]:
    """Runs a daemon with these keys through health, failure and recovery."""
    metrics = daemon.folder / "metrics"
    daemon.configure(f"[daemon]\nattempt_timeout = '{ATTEMPT_TIMEOUT}s'\nmetrics_file = '{metrics}'\n" + "".join(
        f"[keys.{key.name}]\nregion = 'eu-west-1'\n{key.settings}" for key in keys
    ))
    stories = {key.name: Story() for key in keys}
    daemon.start().wait_published(*stories, timeout=20)
    for key in keys:
        stories[key.name].before = daemon.token(key.name)
        key.break_it()
    daemon.wait_next_second()
    said = len(daemon.log)
    assert daemon.run("renew").code == 0
    for name, story in stories.items():
        _await(story, "failure", lambda: daemon.key(name).get("failures"))
        story.failing = daemon.key(name)
        story.during = daemon.token(name)
        # The metrics are written after the status.
        _await(story, "counted failure", lambda: failures(metrics, name))
        story.reasons = list(failures(metrics, name))
        story.log = [line for line in daemon.log[said:] if name in line]
    for key in keys:
        key.mend_it()
    for name, story in stories.items():
        _await(story, "new key", lambda: daemon.token(name) != story.before)
        _await(story, "recovery", lambda: daemon.key(name)["state"] == "valid")
        story.after, story.recovered = daemon.token(name), daemon.key(name)
    return stories


def _await(story: Story, what: str, condition: Callable[[], object]) -> None:
    """Waits, and notes what did not happen: the stories of the other keys go on."""
    try:
        wait_for(what, condition, 4 * ATTEMPT_TIMEOUT)
    except AssertionError as error:
        story.missing = story.missing or str(error)


@contextmanager
def stage(folder: Path, ledger: CredentialLedger, environment: dict[str, str]):
    """A daemon for `tell`; at its end the whole log and the status are searched for secrets."""
    daemon = Daemon(folder, environment=environment)
    try:
        yield daemon
        assert daemon.stop() == 0
        assert find_secrets(f"{daemon.text}\n{daemon.status()}", ledger.secrets()) == []
    finally:
        daemon.kill()
