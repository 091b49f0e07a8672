"""Short-lived credentials in real time: the file on disk is never absent, torn, dead or of the wrong mode."""

import re
import time
from itertools import pairwise

import pytest

from FakeAWS import answers, derive
from Processes import FileReader

_LINE = re.compile(r"AWS_BEARER_TOKEN_BEDROCK=(\S+)")


def key_of(text):
    """The key in an env file, which must be whole."""
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    assert text.endswith("\n") and len(lines) == 2 and lines[1] == "", f"a torn file: {len(text)} characters"
    return _LINE.fullmatch(lines[0])[1]


def watch(make_daemon, service, seconds):
    """Runs a daemon and a reader for so long; what the reader saw, with each content's derived key."""
    daemon = make_daemon("[keys.default]\nregion = 'eu-west-1'\n", service.environment)
    daemon.start().wait_published()
    reader = FileReader(daemon.file())
    try:
        time.sleep(seconds)
        seen = reader.stop()
    except BaseException:
        reader.kill()
        raise
    # The last seconds were watched by nobody; the daemon must have lived till here.
    assert daemon.process.poll() is None and daemon.key()["failures"] == 0, daemon.text
    return seen, [derive(key_of(text), service.ledger.find) for text, _, _ in seen.contents]


def assert_never_without_a_key(seen, keys):
    assert seen.absent == 0
    assert seen.modes.keys() == {"0o600"}
    assert seen.reads / seen.seconds >= 1000
    for (_, _, last), key in zip(seen.contents, keys, strict=True):
        assert last < key.expires, f"a dead key was on disk for {last - key.expires:.3f} s"
        assert key.region == "eu-west-1"


def assert_renewed_when_the_policy_says(service, keys):
    """A third of the real life before the end, by jitter up to a tenth of that earlier; and not much later."""
    fetches = service.times("credentials")
    assert len(fetches) in (len(keys), len(keys) + 1)
    for key, fetch in zip(keys, fetches[1:], strict=False):
        window = (key.expires - key.issued) / 3
        left = key.expires - fetch
        assert window - 0.6 <= left <= window * 1.1 + 0.4, f"renewed {left:.2f} s before the end, window {window:.2f} s"


def test_credentials_of_8_seconds_for_30_seconds(make_daemon, instance_metadata):
    instance_metadata.lifetime = 8
    seen, keys = watch(make_daemon, instance_metadata, 30)
    assert_never_without_a_key(seen, keys)
    assert_renewed_when_the_policy_says(instance_metadata, keys)
    assert len({key.access_key_id for key in keys}) == len(keys) >= 5


@pytest.mark.soak
def test_credentials_of_60_seconds_for_5_minutes(make_daemon, instance_metadata):
    instance_metadata.lifetime = 60
    seen, keys = watch(make_daemon, instance_metadata, 300)
    assert_never_without_a_key(seen, keys)
    assert_renewed_when_the_policy_says(instance_metadata, keys)
    assert len({key.access_key_id for key in keys}) == len(keys) >= 7


def test_repeated_credentials_are_no_error_and_no_hot_loop(make_daemon, instance_metadata):
    """The source repeats its credentials until 4 s before their end: asked again after a tenth of what is left."""
    instance_metadata.lifetime = 14
    instance_metadata.repeat_until = 4
    seen, keys = watch(make_daemon, instance_metadata, 17)
    assert_never_without_a_key(seen, keys)
    fetches = instance_metadata.times("credentials")
    assert len(fetches) <= 17 and min(after - before for before, after in pairwise(fetches)) >= 0.9
    assert len(keys) >= 2


def test_the_window_is_at_most_half_of_the_life(make_daemon, instance_metadata):
    """renew_before beyond the real life is no hot loop."""
    instance_metadata.lifetime = 8
    daemon = make_daemon("[keys.default]\nregion = 'eu-west-1'\nrenew_before = '4h'\n", instance_metadata.environment)
    daemon.start().wait_published()
    key = daemon.key()
    assert 3 <= key["renew_before"] <= 4
    time.sleep(9)
    fetches = instance_metadata.times("credentials")
    assert 3 <= len(fetches) <= 5
    assert all(2.4 <= after - before <= 5 for before, after in pairwise(fetches))


def test_a_dead_key_stays_as_it_is_and_is_said(make_daemon, instance_metadata, notify):
    """The source dies; then its key does."""
    instance_metadata.lifetime = 5
    daemon = make_daemon(
        "[keys.default]\nregion = 'eu-west-1'\n",
        instance_metadata.environment | {"NOTIFY_SOCKET": str(notify.path), "AWS_MAX_ATTEMPTS": "1"},
    ).start().wait_published()
    instance_metadata.break_step("*", answers.refused(500))
    daemon.wait("expired key", lambda: daemon.key().get("state") == "expired", 10)
    dead = daemon.token()
    assert derive(dead, instance_metadata.ledger.find).expires <= time.time() + 0.05
    assert daemon.run("check").code == 2
    printed = daemon.run("print")
    assert printed.code == 1 and printed.out == ""
    assert daemon.status()["degraded"] is True and daemon.key()["last_error"]
    instance_metadata.heal()
    # Once it is dead, attempts are at most 30 s apart; after a few failures they are seconds apart.
    daemon.wait_changed(dead, timeout=20)
    daemon.wait_published()
    assert daemon.run("check").code == 0
