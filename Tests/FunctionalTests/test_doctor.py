"""`doctor`: what works, what does not, and what to do."""

import json
import os
import re

import pytest

from FakeAWS import make_certificate
from FakeAWS.bedrock import BedrockControlPlane
from FakeAWS.bedrock_runtime import BedrockRuntime
from FakeAWS.sts import SecurityTokenService
from Processes import clean_environment, command, find_secrets
from Processes.terminal import shown_on_terminal

ROLE = "arn:aws:iam::111122223333:role/"
SEVERITIES = ["fine", "note", "warning", "problem"]
CHECKS = {
    "configuration", "daemon", "user", "unit", "systemd", "libcurl", "output", "file", "credentials", "identity",
    "region", "life", "clock", "endpoint", "trial"}


class Report:
    """The JSON form of one run; its schema is checked."""

    def __init__(self, outcome):
        self.code, self.err = outcome.code, outcome.err
        document = json.loads(outcome.out)
        assert document.keys() == {"version", "result", "findings"} and document["version"] == 1
        self.findings = document["findings"]
        for finding in self.findings:
            assert finding.keys() == {"severity", "check", "keys", "message", "remedy", "values"}
            assert finding["severity"] in SEVERITIES and finding["check"] in CHECKS and finding["message"]
            assert isinstance(finding["keys"], list) and all(isinstance(key, str) for key in finding["keys"])
            assert finding["remedy"] is None or finding["remedy"]
            assert all(isinstance(value, str) for value in finding["values"].values())
            # What is wrong has a remedy, always.
            assert finding["remedy"] or finding["severity"] in ("fine", "note")
        assert document["result"] == max((one["severity"] for one in self.findings), key=SEVERITIES.index)
        assert self.code == 78 or (self.code == 1) == (document["result"] == "problem")

    def of(self, check, severity=None):
        """The messages of one check."""
        return [one["message"] for one in self.findings
                if one["check"] == check and severity in (None, one["severity"])]

    def one(self, check, severity):
        """The one finding of a check with a severity."""
        found, = [one for one in self.findings if (one["check"], one["severity"]) == (check, severity)]
        return found


class Surroundings:
    """Fake services over TLS, and a home folder with an AWS config file."""

    def __init__(self, folder, ledger):
        self.folder, self.ledger = folder, ledger
        certificate = make_certificate(folder)
        self.sts = SecurityTokenService(ledger, certificate=certificate)
        self.bedrock = BedrockControlPlane(ledger, certificate=certificate)
        self.runtime = BedrockRuntime(ledger, certificate=certificate)
        self.variables = {
            "AWS_CONFIG_FILE": str(folder / "aws-config"), "AWS_CA_BUNDLE": str(folder / "ca.pem"),
            "AWS_ENDPOINT_URL_STS": self.sts.url, "AWS_ENDPOINT_URL_BEDROCK": self.bedrock.url,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.runtime.url, "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1",
            "BEDROCK_KEYD_RUNTIME_DIR": str(folder / "runtime")}

    def environment(self, variables):
        """The environment of a run; variables that are empty are taken away."""
        environment = clean_environment(self.folder / "home", **self.variables | variables)
        return {name: value for name, value in environment.items() if value}

    def run(self, *arguments, config=None, aws_config=None, user=None, **variables):
        """One run of doctor; nothing secret may be in what it says."""
        if aws_config is not None:
            (self.folder / "aws-config").write_text(aws_config)
        if config is not None:
            (self.folder / "config.toml").write_text(config)
            arguments += ("--config", self.folder / "config.toml")
        outcome = command("doctor", *arguments, env=self.environment(variables), user=user)
        assert find_secrets(outcome.out + outcome.err, self.ledger.secrets()) == []
        return outcome

    def report(self, *arguments, **settings):
        """One run of doctor, as JSON."""
        return Report(self.run("--json", *arguments, **settings))


@pytest.fixture
def around(folder, ledger):
    """Services that run."""
    surroundings = Surroundings(folder, ledger)
    with surroundings.sts, surroundings.bedrock, surroundings.runtime:
        yield surroundings


def test_static_credentials(around, ledger):
    report = around.report(**ledger.static().environment)
    assert report.code == 0 and report.err == ""
    assert report.one("credentials", "fine")["values"] == {"source": "environment"}
    assert report.one("identity", "fine")["values"] == {
        "arn": "arn:aws:iam::111122223333:user/app", "account": "111122223333"}
    assert report.one("region", "fine")["values"] == {"key": "default", "region": "eu-west-1", "origin": "AWS_REGION"}
    assert "do not expire" in report.one("life", "fine")["message"]
    assert report.one("clock", "fine")["values"] == {"skew_seconds": "0"}
    assert [one["values"]["url"] for one in report.findings if one["check"] == "endpoint"] == [
        around.sts.url, around.bedrock.url, around.runtime.url]
    assert report.of("trial") == [] and around.sts.violations == []


def test_a_chain_of_roles(around, ledger):
    static = ledger.static()
    report = around.report(
        config='[keys.a]\nprofile = "a"\n[keys.b]\nprofile = "a"\nregion = "eu-central-1"\n',
        aws_config=f"[profile a]\nrole_arn = {ROLE}a\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}b\n"
        f"source_profile = c\n[profile c]\naws_access_key_id = {static.access_key_id}\n"
        f"aws_secret_access_key = {static.secret_access_key}\n")
    assert report.code == 0
    found = report.one("credentials", "fine")
    assert found["keys"] == ["a", "b"]
    assert [found["message"].index(part) for part in (f"{ROLE}a", f"{ROLE}b", "profile c in")] == sorted(
        found["message"].index(part) for part in (f"{ROLE}a", f"{ROLE}b", "profile c in"))
    assert "environment (profile a is asked for)" in report.one("credentials", "note")["message"]
    assert report.one("identity", "fine")["values"]["arn"] == "arn:aws:sts::111122223333:assumed-role/a/session"
    assert "1 hour at most" in report.one("life", "note")["message"]
    assert [one["values"]["origin"] for one in report.findings if one["check"] == "region"] == [
        "AWS_REGION", "the configuration"]


def test_nothing_is_configured(around):
    report = around.report()
    assert report.code == 1
    assert "nothing is configured" in report.one("credentials", "problem")["message"]
    note = report.one("credentials", "note")["message"]
    for provider in ("environment", "web identity", "container", "instance metadata"):
        assert f"{provider} (" in note
    # The way to AWS was looked at all the same.
    assert len(report.of("endpoint", "fine")) == 3 and report.of("identity") == []


def test_no_instance_metadata(around):
    """On a machine that is no instance nobody answers: that is no fault."""
    report = around.report(
        AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:9")
    assert "instance metadata" in " ".join(report.of("credentials", "problem"))
    assert "127.0.0.1:9" in " ".join(report.of("credentials"))


def test_a_denied_role(around, ledger):
    static = ledger.static()
    report = around.report(
        aws_config=f"[default]\nrole_arn = {ROLE}denied\nsource_profile = c\n[profile c]\n"
        f"aws_access_key_id = {static.access_key_id}\naws_secret_access_key = {static.secret_access_key}\n")
    finding = report.one("credentials", "problem")
    assert f"{ROLE}denied" in finding["message"] and "trust policy" in finding["remedy"]
    assert finding["values"] == {"reason": "denied"}


def test_credentials_that_sts_does_not_know(around):
    report = around.report(AWS_ACCESS_KEY_ID="AKIAUNKNOWN", AWS_SECRET_ACCESS_KEY="not-a-known-secret-access-key")
    assert "never handed out" in report.one("identity", "problem")["message"]


@pytest.mark.parametrize("role", [True, False])
def test_a_wrong_clock(around, ledger, role):
    around.sts.ahead = around.bedrock.ahead = around.runtime.ahead = 7200
    static = ledger.static()
    settings = static.environment
    if role:
        settings = {"aws_config": f"[default]\nrole_arn = {ROLE}a\nsource_profile = c\n[profile c]\n"
                    f"aws_access_key_id = {static.access_key_id}\naws_secret_access_key = {static.secret_access_key}\n"}
    report = around.report(**settings)
    # Who calls AWS for its credentials learns the time; who does not signs keys by the wrong clock.
    finding = report.one("clock", "warning" if role else "problem")
    assert "2 h behind AWS's" in finding["message"] and abs(int(finding["values"]["skew_seconds"]) - 7200) <= 2
    assert len(report.of("identity", "fine")) == 1


def test_a_proxy_that_does_not_answer(around, ledger):
    """Its password stands nowhere."""
    outcome = around.run(HTTPS_PROXY="http://me:proxy-password@127.0.0.1:9", **ledger.static().environment)
    assert outcome.code == 0 and "through the proxy http://127.0.0.1:9" in outcome.out
    assert "proxy-password" not in outcome.out + outcome.err
    report = around.report(HTTPS_PROXY="http://me:proxy-password@127.0.0.1:9", **ledger.static().environment)
    assert len(report.of("endpoint", "warning")) == 3 and len(report.of("identity", "warning")) == 1
    assert all("HTTPS_PROXY" in one["remedy"] for one in report.findings if one["check"] == "endpoint")


def test_a_broken_configuration(around):
    report = around.report(config="[keys.a]\nlifetime = 3\nunknown = 1\n")
    assert report.code == 78 and len(report.of("configuration", "problem")) == 2
    assert "config.toml:2" in report.of("configuration", "problem")[0] and report.of("credentials") == []
    assert around.run("--config", around.folder / "absent.toml").code == 78


def test_wrong_options(around):
    assert around.run("--model", "amazon.nova-lite-v1:0").code == 64
    assert around.run("--try", "--model", "").code == 64


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")
def test_outputs_that_the_user_cannot_write(around, ledger, reachable_binaries):
    (around.folder / "closed").mkdir(mode=0o755)
    (around.folder / "open").mkdir()
    os.chown(around.folder / "open", 65534, 65534)
    outputs = "".join(
        f'[[keys.default.outputs]]\npath = "{around.folder}/{path}"\nformat = "token"\n{more}'
        for path, more in [("open/fine", ""), ("open/grouped", "group = 'daemon'\nmode = '0640'\n"),
                           ("open/owned", "owner = 'daemon'\n"), ("closed/x", ""), ("missing/x", "")])
    report = around.report(config=f"[keys.default]\n{outputs}", user=65534, **ledger.static().environment)
    found = {one["values"]["path"].removeprefix(f"{around.folder}/"): one for one in report.findings
             if one["check"] == "output" and one["severity"] == "problem"}
    assert found.keys() == {"open/grouped", "open/owned", "closed/x", "missing/x"} and report.code == 1
    assert "SupplementaryGroups=" in found["open/grouped"]["remedy"]
    assert "only root" in found["open/owned"]["message"]
    assert "may not write to" in found["closed/x"]["message"]
    assert "make the folder" in found["missing/x"]["remedy"]
    assert report.one("output", "fine")["message"].startswith("1 output can be written by ")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")
def test_files_that_the_daemon_cannot_read(around, make_daemon, ledger, reachable_binaries):
    """Root looks, the daemon is another user: what only root may read is named."""
    daemon = make_daemon(environment=ledger.static().environment | {"AWS_REGION": "eu-west-1"})
    for path in (daemon.runtime, daemon.state):
        os.chown(path, 65534, 65534)
    daemon.start(user=65534).wait_published()
    config = around.folder / "aws-config"
    config.touch(mode=0o600)
    report = around.report(BEDROCK_KEYD_RUNTIME_DIR=str(daemon.runtime), **ledger.static().environment)
    assert report.one("file", "problem")["values"] == {"path": str(config)}
    assert "may not read" in report.one("file", "problem")["message"]
    assert "this looks as root" in report.one("user", "note")["message"]
    assert report.one("daemon", "fine")["values"]["pid"] == str(daemon.pid)


def test_a_running_daemon_and_its_troubles(around, make_daemon, profiles):
    profiles.add("p")
    profiles.switch_off("p")
    daemon = make_daemon('[keys.default]\nprofile = "p"\n', profiles.environment).start()
    daemon.wait("a failure", lambda: daemon.key().get("last_error"))
    report = around.report(BEDROCK_KEYD_RUNTIME_DIR=str(daemon.runtime))
    assert "credential_process" in report.one("daemon", "problem")["message"]
    daemon.stop()
    report = around.report(BEDROCK_KEYD_RUNTIME_DIR=str(daemon.runtime))
    assert f"had the pid {daemon.pid}" in report.one("daemon", "warning")["message"]


def test_no_libcurl(around, ledger):
    """A library that cannot be loaded is named with the linker's reason."""
    (around.folder / "libcurl.so.4").write_bytes(b"no library")
    report = around.report(LD_LIBRARY_PATH=str(around.folder), **ledger.static().environment)
    finding = report.one("libcurl", "problem")
    assert "libcurl.so.4" in finding["message"] and finding["remedy"] == "install libcurl4"


def test_a_key_is_tried(around, ledger):
    report = around.report("--try", **ledger.static().environment)
    assert report.code == 0 and report.of("trial") == ["ListFoundationModels with a key in eu-west-1 works"]
    assert len(around.bedrock.check.accepted) == 1 and around.runtime.accepted == {}


def test_a_key_is_tried_where_it_may_not_be_used(around, ledger):
    around.bedrock.check.denied["bedrock:CallWithBearerToken"] = "missing"
    report = around.report("--try", "--model", "amazon.nova-lite-v1:0", **ledger.static().environment)
    assert "bedrock:CallWithBearerToken" in report.one("trial", "problem")["remedy"]
    assert around.runtime.accepted == {}


@pytest.mark.parametrize("model", [
    "amazon.nova-lite-v1:0", "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"])
def test_a_model_is_asked_once_and_the_price_is_told_before(around, ledger, model):
    report = around.report("--try", "--model", model, **ledger.static().environment)
    assert report.code == 0 and f"asks {model} for at most 8 tokens" in report.err and "charges" in report.err
    assert report.of("trial")[1] == f"Converse with {model} in eu-west-1 works: 1 tokens in, 1 out"
    assert list(around.runtime.accepted) == [model] and len(around.runtime.accepted[model]) == 1


def test_a_model_that_is_denied(around, ledger):
    around.runtime.check.denied["bedrock:InvokeModel"] = "missing"
    report = around.report("--try", "--model", "m", **ledger.static().environment)
    assert "bedrock:InvokeModel" in report.one("trial", "problem")["remedy"]
    assert len(report.of("trial", "fine")) == 1


@pytest.mark.parametrize("columns", [80, 60])
def test_it_fits_the_terminal(around, ledger, columns):
    """Only what must be copied whole (paths, URLs, commands' words) may be longer."""
    text = shown_on_terminal(["doctor"], around.environment(ledger.static().environment), columns)
    assert "\x1b[32mfine\x1b[0m" in text
    lines = re.sub("\x1b\\[[0-9]+m", "", text).splitlines()
    assert len(lines) > 10
    for line in lines:
        assert len(line) <= columns or max(map(len, line.split())) > columns - 11, line


def test_no_colors_where_nobody_sees_them(around, ledger):
    variables = ledger.static().environment
    assert "\x1b" not in around.run(**variables).out
    for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        text = shown_on_terminal(["doctor"], around.environment(variables | more), 80)
        assert "fine" in text and "\x1b" not in text
