"""The daemon on a person's login: IAM Identity Center and `aws login`, renewed within seconds."""

import json
import time

import pytest

from FakeAWS import derive
from FakeAWS.identity_center import IdentityCenter
from FakeAWS.signin import SESSION, SignIn

KEY = "[keys.default]\nregion = 'eu-west-1'\n"


@pytest.fixture
def signin(ledger):
    """AWS Sign-In, whose every request must prove its key and use each refresh token once."""
    with SignIn(ledger, lifetime=6) as service:
        yield service
    assert service.violations == [] and service.reuses == 0


@pytest.fixture
def identity_center(ledger):
    """IAM Identity Center; each refresh token is used once."""
    with IdentityCenter(ledger, lifetime=6) as service:
        yield service
    assert service.violations == [] and service.reuses == 0


@pytest.fixture
def login_daemon(make_daemon, signin):
    """A daemon on a login; its home folder is the one below its state folder."""
    daemon = make_daemon(KEY, signin.environment | {"HOME": "", "AWS_DEFAULT_REGION": "us-east-1"})
    config = daemon.state / "home/.aws/config"
    config.parent.mkdir(parents=True)
    config.write_text(f"[default]\nlogin_session = {SESSION}\n")
    daemon.caches = daemon.state / "home/.aws/login/cache"
    return daemon


def follow(daemon, ledger, renewals):
    """The keys of so many renewals, each derived while it lives."""
    tokens = [daemon.start().wait_published().token()]
    for _ in range(renewals):
        tokens.append(daemon.wait_changed(tokens[-1]))
        assert derive(tokens[-1], ledger.find).expires > time.time()
    assert daemon.key()["failures"] == 0, daemon.text
    return [derive(token, ledger.find) for token in tokens]


def test_a_login_is_renewed_when_its_key_is_due(login_daemon, signin, ledger):
    """Four renewals of credentials of 6 seconds: one request for each key, none in between."""
    signin.write_cache(login_daemon.caches, left=-60)
    keys = follow(login_daemon, ledger, 4)
    assert login_daemon.key()["credential_source"] == "login"
    assert len({key.access_key_id for key in keys}) == 5
    assert signin.count("token") - len(keys) in (0, 1)
    for key, asked in zip(keys, signin.times("token")[1:]):
        assert 1 <= key.expires - asked <= 3.5
    cache = json.loads(next(login_daemon.caches.iterdir()).read_text())
    assert cache["refreshToken"] == signin.refresh_token


def test_what_the_cli_renewed_is_taken_as_it_is(login_daemon, signin, ledger):
    """Below an SDK's threshold of five minutes nothing is asked for; what another tool puts into the cache counts."""
    signin.write_cache(login_daemon.caches, left=90)
    daemon = login_daemon.start().wait_published()
    first = daemon.token()
    assert signin.requests == []
    signin.write_cache(login_daemon.caches, left=200)
    assert daemon.run("renew").code == 0
    second = daemon.wait_changed(first)
    assert derive(second, ledger.find).expires - derive(first, ledger.find).expires > 100
    assert signin.requests == []
    assert daemon.run("renew").code == 0
    daemon.wait("renewal", lambda: signin.count("token") == 1)


def test_sources_that_share_a_login_share_its_renewals(login_daemon, signin, ledger):
    """Each is due when its own key is; what the other renewed in the meantime will do."""
    signin.write_cache(login_daemon.caches, left=-60)
    names = ["a", "b", "c"]
    config = login_daemon.state / "home/.aws/config"
    config.write_text("".join(f"[profile {name}]\nlogin_session = {SESSION}\n" for name in names))
    login_daemon.configure("".join(f"[keys.{name}]\nregion = 'eu-west-1'\nprofile = '{name}'\n" for name in names))
    daemon = login_daemon.start().wait_published(*names)
    seen = {name: [daemon.token(name)] for name in names}
    for _ in range(3):
        for name in names:
            seen[name].append(daemon.wait_changed(seen[name][-1], name))
    assert [daemon.key(name)["failures"] for name in names] == [0, 0, 0], daemon.text
    ids = {derive(token, ledger.find).access_key_id for tokens in seen.values() for token in tokens}
    assert len(ids) <= signin.count("token") <= 6 < sum(map(len, seen.values()))


@pytest.mark.parametrize("error, words", [
    ("TOKEN_EXPIRED", "aws login"), ("USER_CREDENTIALS_CHANGED", "aws login"),
    ("INSUFFICIENT_PERMISSIONS", "signin:CreateOAuth2Token"),
])
def test_a_login_that_is_over_is_said_and_a_new_one_is_taken(login_daemon, signin, ledger, error, words):
    signin.write_cache(login_daemon.caches, left=-60)
    daemon = login_daemon
    first = daemon.start().wait_published().token()
    signin.error = error
    daemon.wait("failure", lambda: daemon.key()["failures"])
    assert words in daemon.key()["last_error"] and daemon.token() == first
    signin.error = None
    signin.lifetime = 60
    signin.write_cache(daemon.caches, left=100)
    derive(daemon.wait_changed(first), ledger.find)
    daemon.wait("recovery", lambda: daemon.key()["failures"] == 0)


def test_needs_login_is_a_reason_of_its_own(login_daemon, folder):
    metrics = folder / "metrics.prom"
    login_daemon.configure(f"[daemon]\nmetrics_file = '{metrics}'\nready_timeout = '1s'\n{KEY}")
    daemon = login_daemon.start()
    daemon.wait("failure", lambda: daemon.key().get("failures"))
    assert "there is no " + str(daemon.caches) in daemon.key()["last_error"]
    daemon.wait("metrics", lambda: metrics.exists() and 'reason="needs_login"' in metrics.read_text())


def test_a_role_of_identity_center_is_renewed_and_its_token_too(make_daemon, identity_center, ledger):
    identity_center.token_lifetime = 14
    daemon = make_daemon(KEY, identity_center.environment)
    (daemon.home / ".aws").mkdir()
    (daemon.home / ".aws/config").write_text(identity_center.profile())
    cache = identity_center.write_cache(daemon.home / ".aws/sso/cache", left=12)
    keys = follow(daemon, ledger, 4)
    assert daemon.key()["credential_source"] == "sso"
    assert len({key.access_key_id for key in keys}) == 5
    assert 2 <= identity_center.count("token") <= identity_center.count("role") - 1
    assert json.loads(cache.read_text())["refreshToken"] == identity_center.refresh_token


def test_an_access_token_of_long_life_is_never_renewed(make_daemon, identity_center, ledger):
    daemon = make_daemon(KEY, identity_center.environment)
    (daemon.home / ".aws").mkdir()
    (daemon.home / ".aws/config").write_text(identity_center.profile())
    identity_center.write_cache(daemon.home / ".aws/sso/cache", left=300)
    follow(daemon, ledger, 2)
    assert identity_center.count("token") == 0 and identity_center.count("role") >= 3
