"""Applications over many renewals: no request is ever refused, whichever way an application gets its key."""

import time

import pytest

from Processes.waiting import wait_for

KEY = "[keys.default]\nregion = 'eu-west-1'\n"
RENEWALS = 6
# Each example, the model it asks, and whether it is started anew with each key.
APPLICATIONS = {
    "boto3-converse.py": ("amazon.nova-lite-v1:0", True),
    "anthropic-bedrock.py": ("anthropic.claude-haiku-4-5-20251001-v1:0", False),
    "openai-callable-key.py": ("openai.gpt-oss-20b-1:0", False),
    "litellm-library.py": ("mistral.mistral-large-2407-v1:0", False),
}


def keys_of(runtime):
    """How many keys each application has used so far."""
    return {example: len(set(runtime.accepted.get(model, []))) for example, (model, _) in APPLICATIONS.items()}


def run_over_renewals(make_daemon, source, runtime, clients, seconds, timeout):
    """All applications at once for so long, and until each has lived through the renewals; then what came of it."""
    daemon = make_daemon(KEY, source.environment).start().wait_published()
    started = time.monotonic()
    for example, (_, restarted) in APPLICATIONS.items():
        clients.start(daemon, example, restarted)
    wait_for(
        f"{RENEWALS} renewals in each application; refused: {runtime.refused[:3]}",
        lambda: min(keys_of(runtime).values()) > RENEWALS or runtime.refused, timeout)
    time.sleep(max(0.0, seconds - (time.monotonic() - started)))
    clients.stop()
    answered = sum(len(keys) for keys in runtime.accepted.values())
    print(f"{answered} requests answered, {len(runtime.refused)} refused in {time.monotonic() - started:.0f} s; "
          f"keys used: {keys_of(runtime)}")
    assert runtime.refused == []
    assert [client.failures() for client in clients.running] == [[]] * len(APPLICATIONS)
    assert all(len(client.outcomes()) > 10 * RENEWALS for client in clients.running)
    assert min(keys_of(runtime).values()) > RENEWALS
    assert daemon.process.poll() is None and daemon.key()["failures"] == 0


def test_no_request_is_refused_over_six_renewals(make_daemon, instance_metadata, runtime, clients):
    """Credentials of 12 s: a renewal every 7 to 8 s."""
    instance_metadata.lifetime = 12
    run_over_renewals(make_daemon, instance_metadata, runtime, clients, seconds=50, timeout=120)


@pytest.mark.soak
def test_no_request_is_refused_in_five_minutes(make_daemon, instance_metadata, runtime, clients):
    """Credentials of 60 s: a renewal every 36 to 40 s."""
    instance_metadata.lifetime = 60
    run_over_renewals(make_daemon, instance_metadata, runtime, clients, seconds=300, timeout=330)


def test_a_key_that_is_read_only_once_is_refused_when_it_is_dead(make_daemon, instance_metadata, runtime, clients):
    """What the others would see if they did not follow the renewals: this fake Bedrock does refuse."""
    instance_metadata.lifetime = 5
    daemon = make_daemon(KEY, instance_metadata.environment).start().wait_published()
    client = clients.start(daemon, "boto3-converse.py", AWS_BEARER_TOKEN_BEDROCK=daemon.token())
    wait_for("a refusal", lambda: runtime.refused, 20)
    wait_for("its report by the SDK", client.failures, 20)
    assert "AccessDeniedException" in client.failures()[0]
