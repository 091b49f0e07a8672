"""AWS's time is learned from the dates of its own answers: with a clock that is wrong here, keys are right all the same."""

import time
from base64 import b64decode
from datetime import datetime, timezone

import pytest

from FakeAWS import derive, make_certificate
from FakeAWS.sts import SecurityTokenService

ROLE = "arn:aws:iam::111122223333:role/app"
HOUR = 3600


@pytest.fixture
def sts(folder, ledger):
    """STS over TLS."""
    with SecurityTokenService(ledger, certificate=make_certificate(folder)) as service:
        yield service


@pytest.fixture
def daemon_of(folder, ledger, sts, make_daemon):
    """Makes a daemon whose key comes from a role."""
    def make(url=None):
        (folder / "aws-config").write_text(
            f"[default]\nrole_arn = {ROLE}\ncredential_source = Environment\nregion = eu-west-1\n")
        return make_daemon('[keys.default]\nprofile = "default"\n', ledger.static().environment | {
            "AWS_CONFIG_FILE": str(folder / "aws-config"), "AWS_ENDPOINT_URL_STS": url or sts.url,
            "AWS_CA_BUNDLE": str(folder / "ca.pem")})
    return make


def signed(token: str) -> float:
    """When a key was signed."""
    query = b64decode(token.removeprefix("bedrock-api-key-")).decode()
    text = query.partition("X-Amz-Date=")[2][:16]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("ahead", [2 * HOUR, -2 * HOUR])
def test_a_wrong_clock_is_corrected(daemon_of, sts, ledger, ahead):
    sts.ahead = ahead
    daemon = daemon_of().start().wait_published()
    # The first signature is refused, the second is dated by AWS's clock, and so is the key.
    assert sts.count("call") == 2 and sts.violations == []
    assert abs(signed(daemon.token()) - (time.time() + ahead)) < 5
    derive(daemon.token(), ledger.find)
    assert abs(daemon.status()["clock_skew"] - ahead) <= 2
    # The commands judge by the corrected clock, too: by ours the key is dead, or signed in the future.
    assert daemon.run("print").out.strip() == daemon.token()
    assert daemon.run("check").code == 0, daemon.run("check").out
    assert daemon.run("exec", "--", "printenv", "AWS_BEARER_TOKEN_BEDROCK").out.strip() == daemon.token()
    status = daemon.run("status").out
    assert "valid" in status and f"2 h {'behind' if ahead > 0 else 'ahead of'} AWS's" in status
    # The next run begins with what was learned.
    daemon.wait_next_second()
    old = daemon.token()
    daemon.run("renew")
    daemon.wait("another run", lambda: sts.count("call") == 3)
    daemon.wait_changed(old)
    warnings = [line for line in daemon.log if " warning " in line]
    assert len(warnings) == 1 and "the clock of this machine is" in warnings[0]


def test_a_clock_that_is_right_again_is_told(daemon_of, sts):
    sts.ahead = 2 * HOUR
    daemon = daemon_of().start().wait_published()
    sts.ahead = 0
    sts.roles.clear()
    daemon.run("renew")
    daemon.wait("the news", lambda: "agrees with AWS's again" in daemon.text)
    daemon.wait("the status", lambda: daemon.status().get("clock_skew") == 0)
    assert daemon.run("check").code == 0, daemon.run("check").out


def test_differences_that_are_noise_change_nothing(daemon_of, sts):
    sts.ahead = 0.9
    daemon = daemon_of().start().wait_published()
    assert daemon.status()["clock_skew"] == 0 and sts.count("call") == 1
    assert abs(signed(daemon.token()) - time.time()) < 5


def test_nobody_else_sets_the_clock(daemon_of, ledger):
    """Over plain http anybody could answer."""
    with SecurityTokenService(ledger) as plain:
        plain.ahead = 2 * HOUR
        daemon = daemon_of(plain.url).start()
        daemon.wait("the refusal", lambda: "Signature expired" in daemon.text)
        assert daemon.status().get("clock_skew", 0) == 0 and daemon.token() == ""


def test_instance_metadata_does_not_set_the_clock(make_daemon, instance_metadata):
    instance_metadata.ahead = 2 * HOUR
    daemon = make_daemon(environment=instance_metadata.environment).start().wait_published()
    assert daemon.status()["clock_skew"] == 0 and abs(signed(daemon.token()) - time.time()) < 5
