"""A person's login under the unit's sandbox: where its cache may lie, and what is said where it may not."""

import pytest

from FakeAWS import CredentialLedger
from FakeAWS.signin import SESSION, SignIn
from SystemdTests.booted_systemd import BootedSystemd, unavailable, wait_until
from SystemdTests.installation import SERVICE, Installation

HOME = "/var/lib/bedrock-keyd/home"
ELSEWHERE = "/srv/logins"


@pytest.fixture
def signin():
    """AWS Sign-In; every refresh token is used once."""
    with SignIn(CredentialLedger(), lifetime=60) as service:
        yield service
    assert service.violations == [] and service.reuses == 0


@pytest.fixture
def installed(stage, signin):
    """The product with a login for its profile, in a systemd that shares the machine's network."""
    if reason := unavailable():
        pytest.skip(reason)
    with BootedSystemd(stage, network=True) as booted:
        booted.run("systemd-sysusers")
        booted.systemctl("daemon-reload")
        booted.write(f"{HOME}/.aws/config", f"[default]\nlogin_session = {SESSION}\nregion = us-east-1\n")
        yield Installation(booted)


def log_in(installed, signin, folder, tmp_path):
    """The cache that `aws login` makes as the daemon's user."""
    file = signin.write_cache(tmp_path, left=-60)
    installed.systemd.write(f"{folder}/{file.name}", file.read_text(), mode=0o600)
    owned = HOME if folder.startswith(HOME) else folder
    installed.systemd.run("chown", "-R", "bedrock-keyd:bedrock-keyd", owned)
    return f"{folder}/{file.name}"


def point_to(installed, signin, **more):
    variables = signin.environment | more
    installed.systemd.write("/etc/default/bedrock-keyd", "".join(f"{name}={value}\n" for name, value in variables.items()))


def test_a_cache_in_the_daemons_home_is_renewed(installed, signin, tmp_path):
    cache = log_in(installed, signin, f"{HOME}/.aws/login/cache", tmp_path)
    point_to(installed, signin)
    installed.start()
    installed.wait_for_state("default", "valid")
    assert signin.count("token") == 1 and signin.refresh_token in installed.systemd.read(cache)
    assert installed.identity(cache) == "600 bedrock-keyd bedrock-keyd"
    installed.command("renew")
    wait_until(lambda: signin.count("token") == 2, what="renewal")
    wait_until(lambda: signin.refresh_token in installed.systemd.read(cache), what="the next refresh token on disk")


def test_a_cache_on_a_read_only_place_is_not_renewed_until_it_may_be_written(installed, signin, tmp_path):
    log_in(installed, signin, ELSEWHERE, tmp_path)
    point_to(installed, signin, AWS_LOGIN_CACHE_DIRECTORY=ELSEWHERE)
    installed.configure("[daemon]\nready_timeout = '1s'\n[keys.default]\n")
    installed.start()
    error = wait_until(lambda: installed.status()["keys"][0]["last_error"], what="the error")
    assert "read-only file system" in error and f"ReadWritePaths={ELSEWHERE}" in error
    assert signin.requests == []
    installed.systemd.drop_in(SERVICE, f"[Service]\nReadWritePaths={ELSEWHERE}\n")
    installed.systemd.systemctl("restart", SERVICE)
    installed.wait_for_state("default", "valid")
