"""Caches of logins that bedrock-keyd and botocore share: each reads what the other wrote, and no refresh token is lost."""

import json
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from Differential.resolvers import FINDS, by_bedrock_keyd, by_botocore
from FakeAWS import answers
from FakeAWS.identity_center import IdentityCenter
from FakeAWS.signin import SESSION, SignIn
from Processes import clean_environment, find_secrets
from Processes.binaries import binary
from Processes.waiting import wait_for

KINDS = {"sso": (IdentityCenter, ".aws/sso/cache"), "login": (SignIn, ".aws/login/cache")}


class Login:
    """A home folder with a profile and the cache of a login, and the service that renews it."""

    def __init__(self, kind, folder, ledger):
        make, place = KINDS[kind]
        self.service, self.folder, self.cache_folder = make(ledger), folder, folder / place
        self.cache = self.service.write_cache(self.cache_folder, left=-60)
        profile = self.service.profile() if kind == "sso" else f"[default]\nlogin_session = {SESSION}\n"
        (folder / ".aws/config").write_text(profile + "region = us-east-1\n")
        self.environment = clean_environment(folder) | self.service.environment

    def end(self):
        """What the cache holds has ended now."""
        token = json.loads(self.cache.read_text())
        token.get("accessToken" if isinstance(self.service, SignIn) else "", token)["expiresAt"] = "2020-01-01T00:00:00Z"
        self.cache.write_text(json.dumps(token))


@pytest.fixture(params=KINDS)
def login(request, folder, ledger):
    login = Login(request.param, folder, ledger)
    with login.service:
        yield login
    assert login.service.violations == [] and login.service.reuses == 0


def test_each_reads_what_the_other_wrote(login):
    """Six renewals in turn, each with the refresh token that the one before it got; and one more look by each."""
    for number in range(6):
        resolver, other = (by_bedrock_keyd, by_botocore)[:: 1 if number % 2 == 0 else -1]
        login.end()
        renewed, read = resolver(login.environment, None), other(login.environment, None)
        assert renewed.outcome == read.outcome == FINDS, (renewed.words, read.words)
        assert login.service.count("token") == number + 1
        if isinstance(login.service, SignIn):
            assert renewed.credentials == read.credentials


def test_what_others_keep_in_the_cache_stays(login, ledger):
    before = json.loads(login.cache.read_text()) | {"more": [1.5, {"a": None}], "zero": 0}
    login.cache.write_text(json.dumps(before))
    login.cache.chmod(0o644)
    assert by_bedrock_keyd(login.environment, None).outcome == FINDS
    after = json.loads(login.cache.read_text())
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == ({"accessToken", "refreshToken"} | ({"expiresAt"} if "expiresAt" in after else set()))
    assert login.cache.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in login.cache_folder.iterdir()] == [login.cache.name]


def test_many_at_once_use_the_refresh_token_once(login):
    """Of 12 processes one renews while the others wait, and all have credentials."""
    login.service.break_step("token", answers.slow(0.5))
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: by_bedrock_keyd(login.environment, None), range(12)))
    assert {one.outcome for one in found} == {FINDS}, [one.words for one in found if one.words]
    assert login.service.count("token") == 1
    if isinstance(login.service, SignIn):
        assert len({one.credentials for one in found}) == 1


def test_who_dies_on_the_way_holds_up_nobody(login):
    """SIGKILL while the answer is awaited: the lock ends, the cache is as it was, and what was left there goes."""
    before = login.cache.read_text()
    login.service.rotates = False
    login.service.break_step("token", answers.hang())
    process = subprocess.Popen([binary(), "credentials"], env=login.environment, stdout=subprocess.DEVNULL)
    wait_for("request", lambda: login.service.count("token") == 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert login.cache.read_text() == before and len(list(login.cache_folder.iterdir())) == 2
    login.service.heal()
    started = time.monotonic()
    assert by_bedrock_keyd(login.environment, None).outcome == FINDS
    assert time.monotonic() - started < 2
    assert [path.name for path in login.cache_folder.iterdir()] == [login.cache.name]


def test_a_cache_that_cannot_be_written_back_is_not_renewed(login, ledger, reachable_binaries):
    """The user may read it, and its credentials while they live, but not put another in its place."""
    login.cache.chmod(0o644)
    done = subprocess.run([binary(), "credentials"], env=login.environment, capture_output=True, text=True,
                          user=65534, group=65534, extra_groups=[], cwd="/")
    assert done.returncode == 1 and "could not be written afterwards" in done.stderr, done.stderr
    assert "must own the file" in done.stderr and login.service.requests == []
    assert find_secrets(done.stderr, ledger.secrets()) == []
