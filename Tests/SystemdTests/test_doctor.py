"""`doctor` beside the installed unit: it knows unit, user, groups and sandbox, and its remedies work as they stand."""

import json
import re
import shlex

from SystemdTests.installation import SERVICE

# Nobody listens there: what these tests are about needs no AWS.
NOWHERE = {"AWS_ENDPOINT_URL": "https://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"}
ONE_OUTPUT = """
[keys.default]
region = "us-east-1"
[[keys.default.outputs]]
path = "/srv/keys/token"
format = "token"
group = "app"
mode = "0640"
"""


def examine(installed, *before):
    """What doctor finds, as root and without the daemon's environment, or behind another command."""
    words = before or ("env", *(f"{name}={value}" for name, value in NOWHERE.items()), "bedrock-keyd", "doctor")
    outcome = installed.systemd.run(*words, "--json", check=False)
    return json.loads(outcome.stdout)["findings"]


def of(findings, check, severity):
    return [one for one in findings if (one["check"], one["severity"]) == (check, severity)]


def test_the_daemon_its_unit_and_the_view_of_its_user(installed):
    installed.set_credentials(**NOWHERE)
    installed.start()
    findings = examine(installed)
    daemon, = of(findings, "daemon", "fine")
    assert daemon["values"] == {"pid": str(installed.main_pid()), "user": "bedrock-keyd", "unit": SERVICE}
    version = re.match(r"systemd (\d+)", installed.systemd.run("systemctl", "--version").stdout)[1]
    assert of(findings, "systemd", "fine")[0]["values"] == {"version": version}
    # Root has no credentials here; the remedy, as it stands, looks as the daemon does.
    assert of(findings, "credentials", "problem")
    note, = of(findings, "user", "note")
    findings = examine(installed, *shlex.split(note["remedy"]))
    assert of(findings, "user", "note") == [] and of(findings, "credentials", "fine")


def test_groups_and_sandbox_and_their_remedies(installed):
    installed.set_credentials(**NOWHERE)
    installed.configure(ONE_OUTPUT)
    installed.systemd.run("groupadd", "--system", "app")
    installed.systemd.run("install", "-d", "-o", "bedrock-keyd", "/srv/keys")
    problems = of(examine(installed), "output", "problem")
    assert len(problems) == 2 and all(one["values"]["path"] == "/srv/keys/token" for one in problems)
    assert "SupplementaryGroups=" in problems[0]["remedy"] and "ReadWritePaths=/srv/keys" in problems[1]["remedy"]
    installed.systemd.drop_in(SERVICE, "[Service]\nSupplementaryGroups=app\nReadWritePaths=/srv/keys\n")
    installed.systemd.systemctl("daemon-reload")
    assert of(examine(installed), "output", "problem") == []
    # What it says is so: the daemon writes it.
    installed.start()
    assert installed.identity("/srv/keys/token") == "640 bedrock-keyd app"
    assert of(examine(installed), "output", "fine")


def test_a_file_in_a_home_that_the_sandbox_hides(installed):
    installed.set_credentials(**NOWHERE)
    installed.systemd.run("mkdir", "-p", "/home/app/.aws")
    installed.systemd.write("/home/app/.aws/config", "[default]\n", mode=0o644)
    installed.configure(
        '[keys.default]\nregion = "us-east-1"\n[keys.default.environment]\nAWS_CONFIG_FILE = "/home/app/.aws/config"\n')
    problem, = of(examine(installed), "file", "problem")
    assert "ProtectHome=" in problem["message"] and problem["values"] == {"path": "/home/app/.aws/config"}
