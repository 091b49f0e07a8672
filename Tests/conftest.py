"""Fixtures of all black-box tests. Every daemon's log and status are searched for secrets when its test ends."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from FakeAWS import CredentialLedger, IdentityService, InstanceMetadata
from Processes import Daemon, NotifySocket, binary, find_secrets
from Processes.daemon import ONE_KEY

# botocore runs inside these tests: nothing of this machine's AWS settings may reach it.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]

# Started in the background of a script, or under nohup, the tests inherit ignored signals, and whatever they start would
# ignore them too. A handler is not inherited, and leaves these tests as deaf as they were.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


@pytest.fixture
def folder():
    """A folder with a short path (a socket's has 107 bytes at most) that every user may enter."""
    path = Path(tempfile.mkdtemp(prefix="bedrock-keyd-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def ledger():
    """Every credential of this test."""
    return CredentialLedger()


@pytest.fixture
def static(ledger):
    """The environment of a daemon with static credentials and a region."""
    return ledger.static().environment | {"AWS_REGION": "eu-west-1"}


@pytest.fixture
def instance_metadata(ledger):
    """Instance metadata whose requests must all be proper ones."""
    with InstanceMetadata(ledger) as service:
        yield service
    assert service.violations == []


@pytest.fixture
def iam(ledger):
    """IAM with the user bedrock-batch, whose requests must all be proper ones."""
    with IdentityService(ledger) as service:
        service.account.add_user("bedrock-batch")
        yield service
    assert service.violations == []


@pytest.fixture
def make_daemon(folder, ledger):
    """Makes daemons. Those that still run at the end are killed, and no log or status may hold a secret."""
    daemons = []

    def make(config: str = ONE_KEY, environment: dict[str, str] | None = None, name: str = "d", **settings) -> Daemon:
        home = folder / name
        home.mkdir(exist_ok=True)
        daemons.append(Daemon(home, config, environment, **settings))
        return daemons[-1]

    yield make
    for daemon in daemons:
        daemon.kill()
    for daemon in daemons:
        assert find_secrets(f"{daemon.text}\n{daemon.status()}", ledger.secrets()) == []


@pytest.fixture
def daemon(make_daemon, static):
    """A daemon with static credentials and no configuration of its own, not started."""
    return make_daemon(environment=static)


@pytest.fixture
def notify(folder):
    """systemd's side of NOTIFY_SOCKET."""
    with NotifySocket(folder) as socket:
        yield socket


@pytest.fixture
def reachable_binaries():
    """Tests that run the product as another user need a build that this user may reach."""
    for part in [binary(), *binary().parents]:
        if not part.stat().st_mode & 0o001:
            pytest.skip(f"needs the binaries where every user may run them; {part} is closed to others")
