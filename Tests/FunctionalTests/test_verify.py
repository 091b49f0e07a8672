"""verify = "warn" and "require": keys are tried on Bedrock, over TLS, before anyone reads them."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from FakeAWS import BedrockControlPlane, answers, derive, make_certificate
from FakeAWS.bedrock import refusal
from Processes.file_reader import FileReader

REQUIRE = "[keys.default]\nverify = 'require'\n"
BEARER = "bedrock:CallWithBearerToken"
UNAVAILABLE = refusal(503, "ServiceUnavailableException", "The service is temporarily unavailable")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def bedrock(ledger, certificate):
    """Bedrock in eu-west-1."""
    with BedrockControlPlane(ledger, certificate=certificate) as service:
        yield service
    assert service.violations == []


@pytest.fixture
def settings(bedrock, certificate):
    """What points a daemon to that Bedrock; one attempt of each call."""
    return {"AWS_ENDPOINT_URL_BEDROCK": bedrock.url, "AWS_CA_BUNDLE": str(certificate.authority),
            "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1"}


@pytest.fixture
def make(make_daemon, static, settings):
    """Makes a daemon with static credentials."""
    return lambda config=REQUIRE, **variables: make_daemon(config, static | settings | variables)


def lines(daemon, *words):
    return [line for line in daemon.log if all(word in line for word in words)]


def renew(daemon):
    """Asks for another key, and waits until it was tried."""
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0


@pytest.mark.parametrize("verify", ["warn", "require"])
def test_an_accepted_key_is_published(make, bedrock, verify):
    daemon = make(f"[keys.default]\nverify = '{verify}'\n").start().wait_published()
    assert bedrock.check.accepted == [daemon.token()] and bedrock.check.refused == []
    renew(daemon)
    daemon.wait("second key", lambda: len(bedrock.check.accepted) == 2)
    daemon.wait_changed(bedrock.check.accepted[0])
    assert bedrock.check.accepted[1] == daemon.token()
    assert not lines(daemon, " warning ")


def test_without_verify_nothing_is_tried(make, bedrock):
    make("[keys.default]\n").start().wait_published()
    assert bedrock.requests == []


def test_a_good_key_need_not_be_allowed_to_list_models(make, bedrock):
    bedrock.check.denied["bedrock:ListFoundationModels"] = "missing"
    daemon = make().start().wait_published()
    assert bedrock.check.accepted == [daemon.token()] and daemon.key()["last_error"] is None


def test_a_refused_key_is_never_published_and_it_heals(make, bedrock):
    bedrock.check.denied[BEARER] = "missing"
    hint = "the role or user must allow bedrock:CallWithBearerToken"
    daemon = make().start()
    daemon.wait("second refusal", lambda: daemon.key().get("failures", 0) >= 2, 15)
    key = daemon.key()
    assert key["state"] == "failing" and "is not authorized to perform: " + BEARER in key["last_error"]
    assert hint in key["last_error"]
    check = daemon.run("check")
    assert check.code == 2 and check.out.startswith("CRITICAL")
    assert len(lines(daemon, " error ", "cannot renew key default", hint)) == 1
    assert not daemon.token() and not (daemon.runtime / "default" / "record").exists()
    bedrock.check.denied.clear()
    daemon.wait_published(timeout=35)
    assert bedrock.check.accepted == [daemon.token()] and daemon.run("check").code == 0


def test_a_refusal_leaves_the_old_key_where_it_is(make, bedrock):
    daemon = make().start().wait_published()
    old = daemon.token()
    bedrock.check.denied[BEARER] = "missing"
    with_reader = FileReader(daemon.file(output="token"))
    renew(daemon)
    daemon.wait("refusal", lambda: daemon.key()["failures"])
    assert (daemon.token(), daemon.key()["state"]) == (old, "failing")
    assert lines(daemon, " warning ", "the old key lives until")
    bedrock.check.denied.clear()
    new = daemon.wait_changed(old, timeout=15)
    seen = with_reader.stop()
    assert [text for text, _, _ in seen.contents] == [old, new] and seen.absent == 0
    assert set(bedrock.check.refused).isdisjoint({old, new})
    assert lines(daemon, "renewed key default after failures")


def foreign_region(bedrock):
    bedrock.check.region = "eu-central-1"


def foreign_format(bedrock):
    bedrock.break_step("models", lambda _: refusal(
        403, "AccessDeniedException", "Invalid API Key format: Must start with pre-defined prefix"))


@pytest.mark.parametrize("break_it, hint", [
    (lambda bedrock: bedrock.check.denied.update({BEARER: "explicit"}), "in an identity-based policy switches keys off"),
    (lambda bedrock: bedrock.check.denied.update({BEARER: "organization"}), "in a service control policy switches keys"),
    (foreign_region, "a key works in one region alone"),
    (foreign_format, "what was sent is no key of Bedrock"),
], ids=["explicit-deny", "organization", "region", "format"])
def test_a_refusal_says_what_it_means(make, bedrock, break_it, hint):
    break_it(bedrock)
    daemon = make().start()
    daemon.wait("refusal", lambda: daemon.key().get("failures"))
    assert hint in daemon.key()["last_error"] and not daemon.token()
    assert lines(daemon, " error ", hint)


def test_what_is_not_known_waits_for_the_last_tenth(make_daemon, profiles, settings, bedrock):
    """A key of 30 s: renewed 10 s before its end, its last tenth begins 3 s before it."""
    profiles.add("p", lifetime=31)
    daemon = make_daemon(
        "[keys.default]\nprofile = 'p'\nregion = 'eu-west-1'\nverify = 'require'\n", profiles.environment | settings
    ).start().wait_published()
    old = daemon.token()
    first = derive(old, profiles.ledger.find)
    life = first.expires - first.issued
    bedrock.break_step("models", lambda _: UNAVAILABLE)
    profiles.renew("p", 3600)
    daemon.wait("failure", lambda: daemon.key()["failures"], life)
    assert first.expires - time.time() > life / 10 and daemon.token() == old
    assert "503" in daemon.key()["last_error"] and "cannot verify the key" in daemon.key()["last_error"]
    new = daemon.wait_changed(old, timeout=life)
    left = first.expires - time.time()
    assert -1 < left <= life / 10, f"{left:.2f} s before the end of a key of {life} s"
    # Only keys that were tried and not accepted were minted in between.
    assert bedrock.check.accepted.index(new) > 0
    daemon.wait("state", lambda: daemon.key()["state"] == "valid")
    daemon.wait("warning", lambda: lines(daemon, " warning ", "is published although it could not be verified", "503"))


def test_without_a_live_key_one_that_could_not_be_tried_is_published(make, bedrock):
    bedrock.break_step("models", answers.hang())
    daemon = make("[daemon]\nattempt_timeout = '4s'\n" + REQUIRE).start().wait_published()
    assert lines(daemon, " warning ", "is published although it could not be verified")
    assert bedrock.check.accepted == [daemon.token()]


def test_an_untrusted_certificate_is_no_answer(make, bedrock):
    daemon = make(AWS_CA_BUNDLE="/etc/ssl/certs/ca-certificates.crt").start().wait_published()
    assert lines(daemon, " warning ", "could not be verified", "AWS_CA_BUNDLE")
    assert bedrock.requests == []


def test_a_plain_http_endpoint_gets_no_key(make, ledger):
    with BedrockControlPlane(ledger) as plain:
        daemon = make(AWS_ENDPOINT_URL_BEDROCK=plain.url).start().wait_published()
        assert lines(daemon, " warning ", "could not be verified", "a key is sent over https alone")
    assert plain.requests == []


def test_warn_publishes_and_tells_once_for_each_change(make, bedrock):
    bedrock.check.denied[BEARER] = "missing"
    daemon = make("[keys.default]\nverify = 'warn'\n").start().wait_published()
    told = (" warning ", "is published although Bedrock refuses it", BEARER)
    daemon.wait("warning", lambda: lines(daemon, *told))
    assert (daemon.key()["failures"], daemon.key()["last_error"]) == (0, None)
    for count in (2, 3):
        old = daemon.token()
        renew(daemon)
        daemon.wait_changed(old)
        assert len(bedrock.check.refused) == count and bedrock.check.refused[-1] == daemon.token()
    assert len(lines(daemon, *told)) == 1
    bedrock.check.denied.clear()
    renew(daemon)
    daemon.wait("all-clear", lambda: lines(daemon, "Bedrock accepts key default again"))


def test_a_dry_run_tries_the_key_too(make, bedrock):
    daemon = make()
    assert daemon.run("run", "--dry-run", "--config", daemon.config).code == 0
    bedrock.check.denied[BEARER] = "organization"
    outcome = daemon.run("run", "--dry-run", "--config", daemon.config)
    assert outcome.code == 1 and "service control policy" in outcome.err
    assert len(bedrock.check.accepted) == 1 and not daemon.token()


def test_a_reload_brings_verify_into_force(make, bedrock):
    bedrock.check.denied[BEARER] = "missing"
    daemon = make("[keys.default]\n").start().wait_published()
    old = daemon.token()
    daemon.wait_next_second()
    daemon.reload(REQUIRE)
    daemon.wait("loaded", lambda: lines(daemon, "loaded the configuration"))
    renew(daemon)
    daemon.wait("refusal", lambda: daemon.key()["failures"])
    assert daemon.token() == old


class Proxy(BaseHTTPRequestHandler):
    """Refuses tunnels, and keeps what it was told."""

    def do_CONNECT(self):
        self.server.heads.append(f"{self.requestline}\n{self.headers}")
        self.send_error(502)

    def log_message(self, *arguments):
        """Says nothing."""


def test_a_proxy_does_not_see_the_key(make):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.heads = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        daemon = make(HTTPS_PROXY=f"http://127.0.0.1:{server.server_port}").start().wait_published()
    finally:
        server.shutdown()
    assert lines(daemon, " warning ", "could not be verified", "502")
    assert len(server.heads) == 1 and server.heads[0].startswith("CONNECT localhost:")
    assert "authorization" not in server.heads[0].lower() and "Bearer" not in server.heads[0]
