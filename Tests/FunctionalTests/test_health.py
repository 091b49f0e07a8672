"""What people and monitoring see: status, check, print."""

import json
import os
import re
import signal
import subprocess
import time
from datetime import datetime

import pytest

from FakeAWS import derive
from Processes.binaries import binary

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
PERFDATA = re.compile(r"'?[^'= ]+'?=-?\d+(\.\d+)?[a-zA-Z%]*(;[^; ]*){0,4}")


def test_status_json_holds_every_field(make_daemon, instance_metadata):
    daemon = make_daemon(environment=instance_metadata.environment).start().wait_published()
    outcome = daemon.run("status", "--json")
    assert outcome.code == 0, outcome.err
    status = json.loads(outcome.out)
    assert status.keys() >= {"version", "pid", "started", "degraded", "keys"}
    assert (status["version"], status["pid"], status["degraded"]) == (1, daemon.pid, False)
    assert TIME.fullmatch(status["started"])
    key, = status["keys"]
    assert key.keys() >= {
        "name", "type", "region", "state", "issued", "expires", "expires_known", "renew_before", "next_renewal",
        "credential_source", "fingerprint", "failures", "last_error", "outputs",
    }
    derived = derive(daemon.token(), instance_metadata.ledger.find)
    assert (key["name"], key["type"], key["region"], key["state"]) == ("default", "short-term", "eu-west-1", "valid")
    assert key["issued"][:19] == time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(derived.issued))
    assert key["expires"][:19] == time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(derived.expires))
    assert (key["expires_known"], key["credential_source"]) == (True, "instance-metadata")
    assert abs(key["renew_before"] - 1200) <= 1
    left = derived.expires - datetime.fromisoformat(key["next_renewal"]).timestamp()
    assert 1199 <= left <= 1321
    assert (key["failures"], key["last_error"]) == (0, None) and key["fingerprint"]
    assert [one["path"] for one in key["outputs"]] == [str(daemon.file()), str(daemon.file(output="token"))]


def test_session_credentials_of_unknown_expiration(make_daemon, ledger):
    session = ledger.session(3600).environment
    del session["AWS_CREDENTIAL_EXPIRATION"]
    daemon = make_daemon("[keys.default]\nregion = 'eu-west-1'\n", session).start().wait_published()
    key = daemon.key()
    assert key["expires_known"] is False
    daemon.wait("warning", lambda: any(" warning " in line and "default" in line for line in daemon.log), 1)


def test_status_in_words(daemon):
    daemon.start().wait_published()
    outcome = daemon.run("status")
    assert outcome.code == 0 and "default" in outcome.out and "eu-west-1" in outcome.out
    assert "\x1b" not in outcome.out


def test_check_is_green_with_performance_figures(daemon):
    daemon.start().wait_published()
    outcome = daemon.run("check")
    assert outcome.code == 0, outcome
    assert outcome.out.startswith("OK") and len(outcome.out.strip().splitlines()) == 1
    text, _, figures = outcome.out.strip().partition("|")
    assert text.strip() and figures.strip()
    assert all(PERFDATA.fullmatch(figure) for figure in figures.split())
    # As the manual documents it: half and a tenth of the window, which is a third of 12 hours.
    assert re.fullmatch(r"default=43\d{3}s;7200:;1440:;0", figures.strip())


def test_check_is_green_as_soon_as_the_daemon_is_ready(make_daemon, static, notify):
    daemon = make_daemon(environment=static | {"NOTIFY_SOCKET": str(notify.path)}).start()
    notify.wait("READY")
    assert daemon.run("check").code == 0


def test_check_of_an_unknown_key_is_3(daemon):
    daemon.start().wait_published()
    outcome = daemon.run("check", "nobody")
    assert outcome.code == 3 and outcome.out.startswith("UNKNOWN")


def test_check_thresholds(daemon):
    daemon.start().wait_published()
    assert daemon.run("check", "--warning", "11h").code == 0
    warning = daemon.run("check", "--warning", "13h")
    assert warning.code == 1 and warning.out.startswith("WARNING")
    critical = daemon.run("check", "--warning", "14h", "--critical", "13h")
    assert critical.code == 2 and critical.out.startswith("CRITICAL")


def test_check_without_the_daemon_is_1_while_the_key_lives(daemon):
    daemon.start().wait_published()
    daemon.stop()
    outcome = daemon.run("check")
    assert outcome.code == 1 and outcome.out.startswith("WARNING")


def test_check_is_not_green_while_the_daemon_does_not_answer(daemon):
    daemon.start().wait_published()
    daemon.signal(signal.SIGSTOP)
    try:
        assert daemon.run("check", timeout=15).code == 1
    finally:
        daemon.signal(signal.SIGCONT)


def test_check_waits_for_the_key(make_daemon, profiles):
    profiles.add("a")
    profiles.switch_off("a")
    daemon = make_daemon("[keys.default]\nprofile = 'a'\n", profiles.environment).start()
    daemon.wait("failure", lambda: daemon.key().get("failures"))
    before = time.monotonic()
    assert daemon.run("check", "--wait=2s").code == 2
    assert 1.8 <= time.monotonic() - before <= 4
    waiting = subprocess.Popen([binary(), "check", "--wait=25s"], env=daemon.full_environment, stdout=subprocess.PIPE)
    time.sleep(0.5)
    profiles.renew("a")
    waiting.communicate(timeout=30)
    assert waiting.returncode == 0


def test_check_wait_before_the_daemon_is_there(daemon):
    waiting = subprocess.Popen([binary(), "check", "--wait=20s"], env=daemon.full_environment, stdout=subprocess.PIPE)
    time.sleep(1)
    daemon.start()
    waiting.communicate(timeout=25)
    assert waiting.returncode == 0


def test_check_is_red_without_a_key(make_daemon, profiles):
    profiles.add_command("broken", "false")
    daemon = make_daemon("[keys.default]\nprofile = 'broken'\n", profiles.environment).start()
    daemon.wait("failure", lambda: daemon.key().get("failures"))
    outcome = daemon.run("check")
    assert outcome.code == 2 and outcome.out.startswith("CRITICAL")


def test_check_judges_the_required_keys_and_names_the_others(make_daemon, static, profiles):
    profiles.add_command("broken", "false")
    config = "[keys.good]\n[keys.spare]\nprofile = 'broken'\nrequired = false\n"
    daemon = make_daemon(config, static | profiles.environment).start().wait_published("good")
    daemon.wait("failure", lambda: daemon.key("spare").get("failures"))
    outcome = daemon.run("check")
    assert outcome.code == 0 and "spare" in outcome.out
    assert daemon.run("check", "spare").code == 2


def test_the_published_example_credentials_are_never_green(make_daemon, notify):
    example = {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_REGION": "us-east-1", "NOTIFY_SOCKET": str(notify.path),
    }
    daemon = make_daemon(environment=example).start().wait_published()
    notify.wait("READY")
    assert daemon.key()["state"] == "example"
    outcome = daemon.run("check")
    assert outcome.code in (1, 2) and "example" in outcome.out.lower()


def test_print(daemon):
    daemon.start().wait_published()
    for arguments in (["print"], ["print", "default"], ["print", "--min-remaining", "11h"]):
        outcome = daemon.run(*arguments)
        assert (outcome.code, outcome.out.rstrip("\n")) == (0, daemon.token())
    refused = daemon.run("print", "--min-remaining", "13h")
    assert refused.code == 1 and refused.out == "" and refused.err.strip()
    unknown = daemon.run("print", "nobody")
    assert unknown.code != 0 and unknown.out == ""


def test_print_works_without_the_daemon(daemon):
    daemon.start().wait_published()
    token = daemon.token()
    daemon.stop()
    assert daemon.run("print").out.rstrip("\n") == token


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user")
def test_strangers_see_no_key_but_may_check(daemon, reachable_binaries):
    daemon.start().wait_published()
    printed = daemon.run("print", user=65534)
    assert printed.code != 0 and printed.out == ""
    assert json.loads(daemon.run("status", "--json", user=65534).out)["keys"]
    # The control socket tells everybody whether the daemon keeps its keys alive.
    assert daemon.run("check", user=65534).code == 0
