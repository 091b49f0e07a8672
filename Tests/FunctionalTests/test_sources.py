"""The daemon on the container endpoint and on credential_process; one fetch for all keys of a source."""

import json
import time

from FakeAWS import ContainerEndpoint, answers, derive, make_certificate


def test_container_endpoint_with_a_token_file(make_daemon, ledger, folder):
    token = folder / "pod-token"
    token.write_text("first\n")
    with ContainerEndpoint(ledger, lifetime=6) as service:
        service.authorization_file = token
        daemon = make_daemon(environment=service.environment | {"AWS_REGION": "eu-west-1"}).start().wait_published()
        old = daemon.token()
        # EKS replaces the file: it is read anew at each fetch.
        token.write_text("second")
        new = daemon.wait_changed(old)
        derive(new, ledger.find)
        assert service.violations == []
        assert [one.headers["authorization"] for one in service.requests[:2]] == ["first", "second"]
        assert daemon.key()["credential_source"] == "container"


def test_container_endpoint_over_tls(make_daemon, ledger, folder):
    with ContainerEndpoint(ledger, certificate=make_certificate(folder)) as service:
        service.authorization = "Basic dGVzdA=="
        daemon = make_daemon(environment=service.environment | {"AWS_REGION": "eu-west-1"}).start().wait_published()
        derive(daemon.token(), ledger.find)
        assert service.violations == []


def test_a_certificate_of_a_stranger_is_not_trusted(make_daemon, ledger, folder):
    with ContainerEndpoint(ledger, certificate=make_certificate(folder)) as service:
        environment = service.environment | {"AWS_REGION": "eu-west-1"}
        del environment["AWS_CA_BUNDLE"]
        daemon = make_daemon(environment=environment).start()
        daemon.wait("failure", lambda: daemon.key().get("failures"))
        assert "certificate" in daemon.key()["last_error"].lower()
        assert service.requests == []


def test_a_plain_container_endpoint_elsewhere_is_refused(make_daemon):
    environment = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/credentials", "AWS_REGION": "eu-west-1"}
    daemon = make_daemon(environment=environment).start()
    daemon.wait("failure", lambda: daemon.key().get("failures"), 3)
    assert "192.0.2.1" in daemon.key()["last_error"]


def test_credential_process(make_daemon, profiles, ledger):
    profiles.add("app", lifetime=6)
    daemon = make_daemon("[keys.default]\nprofile = 'app'\n", profiles.environment).start().wait_published()
    first = daemon.token()
    assert derive(first, ledger.find).region == "eu-central-1"
    assert daemon.key()["credential_source"] == "credential-process"
    profiles.renew("app", lifetime=60)
    derive(daemon.wait_changed(first), ledger.find)


def test_many_keys_regions_and_outputs_from_one_fetch(make_daemon, instance_metadata, ledger, folder):
    regions = ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1", "sa-east-1", "ca-central-1"]
    keys = "".join(
        f"[keys.k{number}]\nregion = '{region}'\n"
        f"[[keys.k{number}.outputs]]\npath = '{folder}/{number}.env'\n"
        f"[[keys.k{number}.outputs]]\npath = '{folder}/{number}.token'\nformat = 'token'\n"
        f"[[keys.k{number}.outputs]]\npath = '{folder}/{number}.json'\nformat = 'json'\n"
        for number, region in enumerate(regions)
    )
    names = [f"k{number}" for number in range(len(regions))]
    daemon = make_daemon(keys, instance_metadata.environment).start().wait_published(*names)
    assert instance_metadata.count("credentials") == 1
    for number, region in enumerate(regions):
        token = (folder / f"{number}.token").read_text()
        assert derive(token, ledger.find).region == region
        assert (folder / f"{number}.env").read_text().endswith(f"AWS_BEARER_TOKEN_BEDROCK={token}\n")
        assert json.loads((folder / f"{number}.json").read_text())["token"] == token
        # `outputs` given: only those.
        assert not daemon.file(f"k{number}").exists() and not daemon.file(f"k{number}", "token").exists()


def test_the_region_of_the_instance_is_the_last_resort(make_daemon, instance_metadata, ledger):
    daemon = make_daemon(environment=instance_metadata.environment).start().wait_published()
    assert derive(daemon.token(), ledger.find).region == instance_metadata.region


def test_each_source_is_fetched_for_itself(make_daemon, profiles, ledger):
    for name in ("a", "b"):
        profiles.add(name)
    config = "[keys.a1]\nprofile = 'a'\n[keys.a2]\nprofile = 'a'\nregion = 'us-east-1'\n[keys.b]\nprofile = 'b'\n"
    daemon = make_daemon(config, profiles.environment).start().wait_published("a1", "a2", "b")
    assert profiles.runs("a") == profiles.runs("b") == 1
    ids = {name: derive(daemon.token(name), ledger.find).access_key_id for name in ("a1", "a2", "b")}
    assert ids["a1"] == ids["a2"] != ids["b"]


def test_sources_that_hang_delay_nobody(make_daemon, profiles):
    """20 sources of which 5 hang, two at a time: the others are published within 15 s."""
    healthy, hanging = [f"ok{n}" for n in range(15)], [f"hang{n}" for n in range(5)]
    for name in healthy:
        profiles.add(name)
    for number, name in enumerate(hanging):
        profiles.add_command(name, f"sleep 98{number}71")
    # The hanging ones first: their names sort first, and they come first in the file.
    text = "[daemon]\nparallel = 2\n" + "".join(f"[keys.{name}]\nprofile = '{name}'\n" for name in hanging + healthy)
    daemon = make_daemon(text, profiles.environment).start()
    daemon.wait_published(*healthy, timeout=15)
    assert [daemon.key(name)["state"] for name in hanging] == ["pending"] * 5


def test_a_source_dead_at_a_cold_start_is_said_so_everywhere_within_a_minute_and_heals_by_itself(
        make_daemon, instance_metadata, ledger):
    instance_metadata.break_step("*", answers.refused(500))
    started = time.monotonic()
    daemon = make_daemon("[keys.default]\nregion = 'eu-west-1'\n", instance_metadata.environment).start()
    daemon.wait("the reason", lambda: daemon.key().get("last_error"), 60)
    reason = daemon.key()["last_error"]
    assert daemon.status()["degraded"] and daemon.key()["state"] == "failing" and "answered 500" in reason
    checked = daemon.run("check")
    assert checked.code == 2 and checked.out.startswith("CRITICAL")
    for said in (checked.out, daemon.run("status").out, daemon.text):
        assert reason in said
    assert time.monotonic() - started < 60
    # Nobody restarts or renews anything.
    instance_metadata.heal()
    daemon.wait_published(timeout=45)
    assert derive(daemon.token(), ledger.find).region == "eu-west-1"
    assert daemon.run("check").code == 0 and not daemon.status()["degraded"]
