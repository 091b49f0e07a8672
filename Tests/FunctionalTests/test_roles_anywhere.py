"""Keys from IAM Roles Anywhere: every kind of private key, renewals, certificates that end and are replaced."""

from pathlib import Path

import pytest

from FakeAWS import derive, make_certificate
from FakeAWS.authority import TRADITIONAL, Authority, certificate_text, key_text, make_key, write_identity
from FakeAWS.roles_anywhere import RolesAnywhere
from Processes import clean_environment, command, find_secrets

# Kinds of keys, and how they are written.
KEYS = {
    "rsa-2048": TRADITIONAL, "rsa-3072": None, "rsa-4096": TRADITIONAL, "p-256": TRADITIONAL, "p-384": None,
}


@pytest.fixture
def service(ledger):
    """A service whose every request must be properly signed."""
    with RolesAnywhere(ledger) as service:
        yield service
    assert service.violations == []


@pytest.fixture
def secrets():
    """What no output may hold besides what the service handed out: lines of private keys."""
    return []


@pytest.fixture
def identity(folder, service, secrets):
    """Writes a certificate and its new key; the key."""
    def write(kind="p-256", form=None, **certificate):
        key = make_key(kind)
        write_identity(folder, service.authority, key, **({"form": form} if form else {}), **certificate)
        secrets.extend((folder / "edge.key").read_text().splitlines()[1:-1])
        return key
    return write


@pytest.fixture
def edge(make_daemon, service, folder, secrets):
    """Makes a daemon with one key from the service; its output is searched for private keys at the end."""
    daemons = []

    def make(more="", **settings):
        config = f"[keys.default]\nregion = 'eu-west-1'\n{more}" + service.settings("default", folder, **settings)
        daemons.append(make_daemon(config, service.environment))
        return daemons[-1]

    yield make
    for daemon in daemons:
        assert find_secrets(f"{daemon.text}\n{daemon.status()}", secrets) == []


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_of_each_kind_signs(edge, identity, service, ledger, kind):
    identity(kind, KEYS[kind])
    daemon = edge(session_duration="2h").start().wait_published()
    assert derive(daemon.token(), ledger.find).region == "eu-west-1"
    assert daemon.key()["credential_source"] == "roles-anywhere"
    assert service.count("session") == 1 and service.durations == [7200]


@pytest.mark.parametrize("in_one_file", [True, False])
def test_intermediates_go_along(edge, service, folder, in_one_file):
    middle = Authority("middle", service.authority)
    low = Authority("low", middle)
    key = make_key("rsa-2048")
    leaf = low.issue(key, serial=2 ** 159 - 1)
    chain = certificate_text(low.certificate, middle.certificate, service.authority.certificate)
    (folder / "edge.key").write_text(key_text(key))
    (folder / "edge.pem").write_text(certificate_text(leaf) + (chain if in_one_file else ""))
    (folder / "chain.pem").write_text(chain)
    more = {} if in_one_file else {"intermediates": f"{folder}/chain.pem"}
    edge(**more).start().wait_published()
    assert len(service.requests[0].headers["x-amz-x509-chain"].split(",")) == 2


def test_sessions_of_seconds_are_renewed_and_the_files_read_anew(edge, identity, service, ledger):
    service.lifetime = 6
    identity("p-256")
    daemon = edge().start().wait_published()
    tokens = [daemon.token()]
    for kind in ("rsa-2048", "p-384"):
        # Somebody renews the certificate, with another kind of key.
        identity(kind)
        tokens.append(daemon.wait_changed(tokens[-1]))
    tokens.append(daemon.wait_changed(tokens[-1]))
    ids = {derive(token, ledger.find).access_key_id for token in tokens}
    assert len(ids) == 4 and daemon.key()["failures"] == 0
    signers = {certificate.serial_number for certificate in service.signers}
    assert len(signers) == 3, "one certificate after the other signed"


def test_an_expired_certificate_is_told_and_heals(edge, identity, service, folder):
    service.lifetime = 6
    identity(lifetime=3)
    daemon = edge().start().wait_published()
    old, asked = daemon.token(), service.count("session")
    daemon.wait("a failure", lambda: daemon.key()["failures"])
    error = daemon.key()["last_error"]
    assert error.startswith(f"cannot use the certificate {folder}/edge.pem: it expired at 20")
    assert error.endswith("(renew it; the file is read anew at each attempt)")
    assert daemon.token() == old and service.count("session") == asked, "nothing is asked with it"
    # It was told before, once.
    assert daemon.text.count("and nobody has renewed it") == 1
    identity()
    daemon.wait_changed(old, timeout=20)
    daemon.wait_published()
    assert daemon.key()["failures"] == 0


def test_refusals_name_what_to_do(edge, identity, service, folder):
    identity()
    service.roles.clear()
    daemon = edge().start()
    daemon.wait("a failure", lambda: daemon.key().get("failures"))
    error = daemon.key()["last_error"]
    assert "403: AccessDeniedException: Unable to assume role" in error
    assert "sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity" in error
    assert "(request id c6104cbe-af31-11e0-8154-cbc7ccf896c7)" in error


def test_a_stranger_is_told_of_the_trust_anchor(edge, service, folder):
    key = make_key("p-256")
    write_identity(folder, Authority("stranger"), key)
    daemon = edge().start()
    daemon.wait("a failure", lambda: daemon.key().get("failures"))
    assert "the trust anchor must hold the authority" in daemon.key()["last_error"]


def test_a_private_key_for_everybody_is_a_warning(edge, identity, folder):
    identity()
    (folder / "edge.key").chmod(0o644)
    daemon = edge().start().wait_published()
    words = f"the private key {folder}/edge.key can be read by every user"
    daemon.wait("the warning", lambda: words in daemon.text)
    old = daemon.token()
    daemon.wait_next_second()
    daemon.run("renew")
    daemon.wait_changed(old)
    assert daemon.text.count(words) == 1


def test_a_wrong_clock_is_learned(edge, identity, service, folder, ledger, make_daemon):
    identity(start=-60)
    with RolesAnywhere(ledger, service.authority, certificate=make_certificate(folder)) as away:
        away.ahead = 1800
        config = "[keys.default]\nregion = 'eu-west-1'\n" + away.settings("default", folder)
        daemon = make_daemon(config, away.environment | {"AWS_CA_BUNDLE": str(folder / "ca.pem")}, name="away").start()
        daemon.wait_published(timeout=20)
        assert away.violations == [] and abs(daemon.status()["clock_skew"] - 1800) <= 2


def test_once_and_dry_run(edge, identity, service, folder, secrets, ledger):
    identity()
    (folder / "edge.key").chmod(0o644)
    daemon = edge()
    rehearsed = command("run", "--dry-run", "--config", daemon.config, env=daemon.full_environment)
    assert rehearsed.code == 0 and "credentials from roles-anywhere" in rehearsed.out
    assert "can be read by every user" in rehearsed.err and daemon.token() == ""
    assert find_secrets(rehearsed.out + rehearsed.err, ledger.secrets() + secrets) == []
    assert daemon.start("--once").wait_exit() == 0
    derive(daemon.token(), ledger.find)


def test_two_regions_from_one_session(make_daemon, identity, service, folder, ledger):
    identity()
    config = "".join(f"[keys.k{number}]\nregion = '{region}'\n" + service.settings(f"k{number}", folder)
                     for number, region in enumerate(["us-east-1", "eu-central-1"]))
    daemon = make_daemon(config, service.environment).start().wait_published("k0", "k1")
    assert service.count("session") == 1
    assert [derive(daemon.token(key), ledger.find).region for key in ("k0", "k1")] == ["us-east-1", "eu-central-1"]


def test_the_example_is_accepted(folder):
    example = Path(__file__).resolve().parents[2] / "packaging/examples/roles-anywhere.toml"
    outcome = command("config", "check", "--config", example, env=clean_environment(folder))
    assert outcome.code == 0, outcome.err
    shown = command("config", "show", "--config", example, env=clean_environment(folder))
    assert "[keys.default.roles_anywhere]" in shown.out and 'session_duration = "12h"' in shown.out


def test_encrypted_keys_are_refused(edge, service, folder):
    key = make_key("p-256")
    write_identity(folder, service.authority, key)
    (folder / "edge.key").write_text(key_text(key, passphrase="secret"))
    daemon = edge().start()
    daemon.wait("a failure", lambda: daemon.key().get("failures"))
    assert "it is encrypted" in daemon.key()["last_error"] and service.requests == []


def test_doctor_tells_of_certificate_key_and_endpoint(edge, identity, service, folder, secrets, ledger):
    identity()
    (folder / "edge.key").chmod(0o644)
    daemon = edge()
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    outcome = command("doctor", "--config", daemon.config, env=daemon.full_environment | nowhere, timeout=60)
    for words in ["key default: IAM Roles Anywhere", f"certificate {folder}/edge.pem", f"rolesanywhere answers at {service.url}",
                  f"the private key {folder}/edge.key can be read by every user", "session_duration"]:
        assert words in outcome.out, outcome.out
    assert find_secrets(outcome.out + outcome.err, ledger.secrets() + secrets) == []
    # Whether anybody answers is asked without a session, and nothing else is improper.
    service.violations.remove("GET /: it must be POST /sessions")
