"""The examples that are no units: parsed by what they are for, and run. (Units: Tests/SystemdTests; SDKs: ClientTests.)"""

import json
import os
import re
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from FakeAWS import derive, make_certificate
from FakeAWS.bedrock_runtime import REPLY, BedrockRuntime
from Processes import binary, clean_environment
from Processes.binaries import tool
from Processes.docker_engine import DockerEngine, docker_client
from Processes.waiting import wait_for

EXAMPLES = Path(__file__).resolve().parents[2] / "packaging/examples"


@pytest.fixture
def running(daemon):
    """A daemon with a live key."""
    return daemon.start().wait_published()


@pytest.fixture
def programs(folder):
    """A folder for PATH with the product, and with programs that print what they were given."""
    path = folder / "bin"
    path.mkdir()
    (path / "bedrock-keyd").symlink_to(binary())
    for name in ("claude", "report"):
        (path / name).write_text(
            '#!/bin/sh\necho "$AWS_BEARER_TOKEN_BEDROCK $AWS_REGION ${CLAUDE_CODE_USE_BEDROCK-} $*"\n')
        (path / name).chmod(0o755)
    return path


def run(words, environment, programs, **settings):
    """Runs a command with these programs before all others; what it printed."""
    done = subprocess.run(
        list(map(str, words)), env=environment | {"PATH": f"{programs}:{os.environ['PATH']}"}, capture_output=True,
        text=True, timeout=30, stdin=subprocess.DEVNULL, **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_known_to_a_test():
    """A new example comes with the test that reads or runs it."""
    here = Path(__file__).resolve().parents[1]
    tests = "".join(path.read_text() for path in here.glob("*/test_*.py"))
    assert [path.name for path in EXAMPLES.iterdir() if path.name not in tests] == []


def test_claude_code_starts_with_the_key(running, programs):
    out = run([EXAMPLES / "claude-code", "--continue", "a b"], running.full_environment, programs)
    assert out == f"{running.token()} eu-west-1 1 --continue a b\n"


def test_the_job_of_cron(running, programs):
    """The line's last field as cron runs it: by /bin/sh, up to a percent sign."""
    line = next(line for line in (EXAMPLES / "cron").read_text().splitlines() if re.match(r"[\d*]", line))
    *when, user, job = re.split(r"\s+", line, maxsplit=6)
    assert len(when) == 5 and user == "app" and "%" not in job
    assert run(["/bin/sh", "-c", job], running.full_environment, programs).split()[0] == running.token()
    # With too little left there is no run, and the reason is told.
    short = job.replace("30m", "13h")
    done = subprocess.run(
        ["/bin/sh", "-c", short], env=running.full_environment | {"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=30)
    assert short != job and done.returncode != 0 and done.stdout == "" and done.stderr


def test_curl(running, programs, ledger, folder):
    tool("curl")
    with BedrockRuntime(ledger, certificate=make_certificate(folder)) as runtime:
        more = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": runtime.url, "CURL_CA_BUNDLE": str(folder / "ca.pem")}
        out = run([EXAMPLES / "curl.sh", 'say "a\\b"'], running.full_environment | more, programs)
    assert json.loads(out)["output"]["message"]["content"] == [{"text": REPLY}]
    assert (runtime.refused, runtime.violations) == ([], [])
    request, = runtime.requests
    assert json.loads(request.body)["messages"][0]["content"] == [{"text": 'say "a\\b"'}]


def test_github_actions(static, ledger, folder, programs):
    """The step that makes the key, as the runner does it: bash, and a file of variables for the later steps."""
    workflow = yaml.safe_load((EXAMPLES / "github-actions.yaml").read_text())
    assert workflow["permissions"]["id-token"] == "write"
    steps = workflow["jobs"]["evaluation"]["steps"]
    script = next(step["run"] for step in steps if "bedrock-keyd" in step.get("run", ""))
    variables = folder / "github_env"
    environment = clean_environment(folder) | static | {"GITHUB_ENV": str(variables)}
    out = run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], environment, programs)
    name, _, key = variables.read_text().rstrip("\n").partition("=")
    assert name == "AWS_BEARER_TOKEN_BEDROCK" and derive(key, ledger.find).lifetime == 1800
    assert out == f"::add-mask::{key}\n"


def test_docker_run(running, folder, programs):
    """What the client asks the engine for, with the folder of this daemon in place of the installed one."""
    script = folder / "docker-run"
    script.write_text((EXAMPLES / "docker-run").read_text().replace("/run/bedrock-keyd", str(running.runtime)))
    (programs / "docker").symlink_to(docker_client())
    with DockerEngine(folder) as engine:
        out = run(["sh", script, "an/image", "serve"], running.full_environment | engine.environment, programs)
    container, = engine.created
    assert out.strip() == engine.started[0]
    assert container["HostConfig"]["Binds"] == [f"{running.runtime}/default:/run/bedrock:ro"]
    assert container["HostConfig"]["GroupAdd"] == [str(running.file(output="token").stat().st_gid)]
    assert (container["Env"], container["Cmd"]) == (["BEDROCK_TOKEN_FILE=/run/bedrock/token"], ["serve"])


def test_compose(running, folder):
    """docker-compose's own schema and parser, with the env file of this daemon in place of the installed one."""
    text = (EXAMPLES / "compose.yaml").read_text()
    project = folder / "compose.yaml"
    project.write_text(text.replace("/run/bedrock-keyd", str(running.runtime)))
    done = subprocess.run(
        [tool("docker-compose"), "--file", project, "config"], env=clean_environment(folder), capture_output=True,
        text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert services["batch"]["environment"] == {"AWS_BEARER_TOKEN_BEDROCK": running.token()}
    volume, = services["app"]["volumes"]
    if isinstance(volume, dict):  # as docker-compose 2 writes it
        volume = f"{volume['source']}:{volume['target']}:{'ro' if volume['read_only'] else 'rw'}"
    assert volume == f"{running.runtime}/default:/run/bedrock:ro"


class TestKubernetes:
    """The manifest against Kubernetes' own schemas, and what it runs."""

    @pytest.fixture
    def manifests(self):
        return {one["kind"]: one for one in yaml.safe_load_all((EXAMPLES / "kubernetes-sidecar.yaml").read_text())}

    def test_the_schemas_accept_it(self, manifests):
        assert manifests.keys() == {"ConfigMap", "Pod"}
        for manifest in manifests.values():
            kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
        manifests["Pod"]["spec"]["initContainers"][0]["startupProbes"] = {}
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(manifests["Pod"], kubernetes_validate.latest_version(), strict=True)

    def test_the_sidecar_makes_the_key_and_its_probes_tell(self, manifests, static, folder):
        sidecar, = manifests["Pod"]["spec"]["initContainers"]
        (folder / "bedrock-keyd").mkdir()
        config = folder / "bedrock-keyd/config.toml"
        config.write_text(manifests["ConfigMap"]["data"]["config.toml"])
        variables = {one["name"]: folder / one["name"] for one in sidecar["env"]}
        for path in variables.values():
            path.mkdir()
        environment = clean_environment(folder, **variables, BEDROCK_KEYD_RUNTIME_DIR=variables["RUNTIME_DIRECTORY"])
        probes = [sidecar[name]["exec"]["command"][1:] for name in ("startupProbe", "readinessProbe")]

        def passes(probe):
            return subprocess.run([binary(), *probe], env=environment, capture_output=True, timeout=20).returncode == 0

        assert not passes(probes[1])
        daemon = subprocess.Popen(
            [binary(), *sidecar["args"], "--config", config], env=environment | static, stderr=subprocess.DEVNULL)
        try:
            wait_for("the startup probe", lambda: passes(probes[0]), sidecar["startupProbe"]["failureThreshold"])
            assert passes(probes[1])
            application, = manifests["Pod"]["spec"]["containers"]
            token = application["env"][0]["value"].replace("/run/bedrock-keyd", str(variables["RUNTIME_DIRECTORY"]))
            assert Path(token).read_text().startswith("bedrock-api-key-")
        finally:
            daemon.terminate()
            daemon.wait(20)


def test_the_image_holds_what_is_installed_and_needed(tmp_path):
    """Its files are those that `make install` writes, its packages those that .ci/install-packages run installs."""
    text = (EXAMPLES / "Dockerfile").read_text()
    repository = EXAMPLES.parents[1]
    subprocess.run(
        ["make", "--no-print-directory", "-C", repository, "install", f"DESTDIR={tmp_path}",
         f"BIN_DIR={binary().parent}"], check=True, capture_output=True)
    copied = re.findall(r"^COPY (\S+) ", text, re.MULTILINE)
    assert copied and all((tmp_path / path).exists() for path in copied)
    packages = re.search(r"--no-install-recommends (.*?) \\", text)[1].split()
    listed = re.search(r'^run="(.*)"$', (repository / ".ci/install-packages").read_text(), re.MULTILINE)[1].split()
    assert set(packages) == set(listed) - {"util-linux"}
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
