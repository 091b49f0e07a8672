"""Units that load a key as their systemd credential: the shipped examples, keys that are not live, users' own managers."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from SystemdTests.booted_systemd import wait_until
from SystemdTests.installation import CREDENTIALS_DOCUMENT, REPOSITORY, RUNTIME, SERVICE, assert_live

EXAMPLES = REPOSITORY / "packaging/examples"
# The application of the examples: it keeps a copy of what it got, where only root looks.
APPLICATION = """\
#!/bin/sh
cat "$CREDENTIALS_DIRECTORY/default" > "${OUT:-/run/app/got}"
stat -c %a "$CREDENTIALS_DIRECTORY/default" > "${OUT:-/run/app/got}.mode"
exec sleep 1000
"""
# Copies the credential to where only root reads it.
LOADER = """\
[Service]
Type=oneshot
UMask=0077
LoadCredential={id}:/run/bedrock-keyd/keys.sock
ExecStart=/bin/sh -c 'cat "$CREDENTIALS_DIRECTORY"/{id} > /run/%N.loaded'
"""
# Credentials that come from a file which may not be there.
LATE = """\
[daemon]
ready_timeout = "1s"
[keys.default]
region = "us-east-1"
profile = "late"
[keys.default.environment]
AWS_CONFIG_FILE = "/etc/bedrock-keyd/aws/config"
"""


@pytest.fixture
def late(installed):
    """The product with a source that is dead until /etc/creds is there; its socket listens, the daemon does not run."""
    installed.systemd.write(
        "/etc/bedrock-keyd/aws/config", "[profile late]\ncredential_process = /bin/cat /etc/creds\n")
    installed.configure(LATE)
    installed.systemd.systemctl("start", "bedrock-keyd.socket")
    installed.systemd.write_unit("loader.service", LOADER.format(id="default"))
    return installed


def state(installed, unit="loader.service"):
    """The state of a unit."""
    return installed.systemd.show(unit, "ActiveState")


def test_the_example_loads_its_key(installed):
    installed.set_credentials()
    installed.systemd.write("/usr/local/bin/app", APPLICATION, mode=0o755)
    installed.systemd.write_unit("app-credential.service", (EXAMPLES / "app-credential.service").read_text())
    installed.systemd.drop_in("app-credential.service", "[Service]\nRuntimeDirectory=app\n")
    # Neither the daemon nor its socket runs: the unit brings up both.
    installed.systemd.systemctl("start", "app-credential.service")
    got = installed.systemd.path("/run/app/got.mode")
    wait_until(lambda: got.exists() and got.read_text(), what="the application's start")
    assert_live(installed.systemd.read("/run/app/got"))
    assert installed.systemd.read("/run/app/got") == installed.token()
    assert installed.systemd.read("/run/app/got.mode") == "400\n"


def test_a_unit_loads_a_key_as_its_credential(installed):
    installed.set_credentials()
    installed.configure("""\
[keys.first]
region = "us-east-1"
[keys.second]
region = "eu-west-1"
units = ["mapped.service"]
""")
    installed.start()
    installed.systemd.write_unit("by-name.service", LOADER.format(id="first"))
    installed.systemd.write_unit("mapped.service", LOADER.format(id="anything"))
    installed.systemd.write_unit("unknown.service", LOADER.format(id="unheard-of"))
    installed.systemd.systemctl("start", "by-name.service", "mapped.service")
    assert installed.systemd.read("/run/by-name.loaded") == installed.token("first")
    assert installed.systemd.read("/run/mapped.loaded") == installed.token("second")
    # A refused one fails before its program runs, and never starts with an empty credential.
    assert installed.systemd.systemctl("start", "unknown.service", check=False).returncode != 0
    assert installed.systemd.show("unknown.service", "ExecMainStatus") == "243"
    assert not installed.systemd.path("/run/unknown.loaded").exists()


def test_a_unit_that_loads_its_key_first_starts_the_daemon_and_waits(installed):
    installed.set_credentials()
    installed.systemd.systemctl("start", "bedrock-keyd.socket")
    assert installed.systemd.show(SERVICE, "ActiveState") == "inactive"
    installed.systemd.write_unit("loader.service", LOADER.format(id="default"))
    installed.systemd.systemctl("start", "loader.service")
    assert_live(installed.systemd.read("/run/loader.loaded"))
    assert installed.systemd.show(SERVICE, "ActiveState") == "active"
    # A restart keeps the socket, and the other way round.
    installed.systemd.systemctl("restart", SERVICE)
    installed.systemd.systemctl("start", "loader.service")
    assert installed.systemd.read("/run/loader.loaded") == installed.token()
    installed.systemd.systemctl("stop", SERVICE)
    assert installed.systemd.path(f"{RUNTIME}/keys.sock").exists()
    installed.systemd.systemctl("start", "loader.service")
    assert installed.systemd.show(SERVICE, "ActiveState") == "active"


def test_a_consumer_waits_for_a_key_that_is_not_live_yet(late):
    late.systemd.systemctl("start", "--no-block", "loader.service")
    wait_until(lambda: late.systemd.path(f"{RUNTIME}/status.json").exists() and late.status()["keys"][0]["failures"],
               what="an attempt that failed")
    assert state(late) == "activating" and not late.systemd.path("/run/loader.loaded").exists()
    late.systemd.write("/etc/creds", CREDENTIALS_DOCUMENT)
    wait_until(lambda: state(late) == "inactive", 40, what="the consumer's run")
    assert late.systemd.show("loader.service", "Result") == "success"
    assert_live(late.systemd.read("/run/loader.loaded"))


def test_a_consumer_of_a_dead_key_fails_and_never_starts_empty(late):
    """The key has died and stays so: the consumer is held for the minute that the daemon gives a key, then refused."""
    ends = (datetime.now(timezone.utc) + timedelta(seconds=8)).strftime("%Y-%m-%dT%H:%M:%SZ")
    credentials = json.loads(CREDENTIALS_DOCUMENT) | {"SessionToken": "short", "Expiration": ends}
    late.systemd.write("/etc/creds", json.dumps(credentials))
    late.systemd.systemctl("start", "loader.service")
    assert_live(late.systemd.read("/run/loader.loaded"))
    late.systemd.run("rm", "/etc/creds", "/run/loader.loaded")
    late.wait_for_state("default", "expired", timeout=20)
    late.systemd.systemctl("start", "--no-block", "loader.service")
    wait_until(lambda: state(late) == "failed", 80, interval=0.5, what="the refusal")
    assert late.systemd.show("loader.service", "ExecMainStatus") == "243"
    assert not late.systemd.path("/run/loader.loaded").exists()
    # The file of the dead key is still there: it is not that which was handed out.
    assert late.token()


@pytest.fixture
def user_manager(installed):
    """The service manager of the user alice, without a login: its own runtime folder, and nothing of logind."""
    systemd = installed.systemd
    systemd.run("useradd", "--create-home", "--uid", "1500", "alice")
    systemd.run("sh", "-ec", "install -d -o alice -g alice -m 0700 /run/user/1500")
    systemd.run(
        "systemd-run", "--quiet", "--unit=alice-manager", "--uid=alice", "--gid=alice", "--property=Delegate=yes",
        "--setenv=XDG_RUNTIME_DIR=/run/user/1500", "--setenv=HOME=/home/alice", "/lib/systemd/systemd", "--user")

    def systemctl(*arguments, check=True):
        return systemd.run(
            "setpriv", "--reuid=alice", "--regid=alice", "--init-groups", "env", "XDG_RUNTIME_DIR=/run/user/1500",
            "HOME=/home/alice", "systemctl", "--user", *arguments, check=check)

    wait_until(lambda: systemctl("is-system-running", check=False).stdout.strip() in ("running", "degraded"),
               what="the user's manager")
    return systemctl


def test_a_service_of_a_user_loads_a_key_whose_reader_the_user_is(installed, user_manager):
    installed.set_credentials()
    installed.configure('[keys.default]\nreaders = ["alice"]\n')
    installed.systemd.systemctl("start", "bedrock-keyd.socket")
    installed.start()
    home = "/home/alice/.config/systemd/user"
    installed.systemd.write(f"{home}/app-user.service", (EXAMPLES / "app-user.service").read_text())
    installed.systemd.write(
        f"{home}/app-user.service.d/out.conf", "[Service]\nEnvironment=OUT=/home/alice/got\nUMask=0077\n")
    installed.systemd.write("/home/alice/bin/app", APPLICATION, mode=0o755)
    installed.systemd.run("chown", "-R", "alice:", "/home/alice")
    user_manager("daemon-reload")
    user_manager("start", "app-user.service")
    got = installed.systemd.path("/home/alice/got.mode")
    wait_until(lambda: got.exists() and got.read_text(), what="the application's start")
    assert_live(installed.systemd.read("/home/alice/got"))
    # Whoever is no reader gets nothing, and the program does not start.
    user_manager("stop", "app-user.service")
    installed.systemd.run("rm", "/home/alice/got")
    installed.configure("[keys.default]\n")
    installed.systemd.systemctl("reload", "bedrock-keyd.service")
    user_manager("start", "app-user.service")
    status = ("show", "app-user.service", "--property=ExecMainStatus", "--value")
    wait_until(lambda: user_manager(*status).stdout.strip() == "243", what="the refusal")
    assert not installed.systemd.path("/home/alice/got").exists()
