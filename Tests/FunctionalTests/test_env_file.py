"""The env file is read alike by shells, python-dotenv, the docker client and docker-compose.

systemd's own reading of it: Tests/SystemdTests/test_consumers.py.
"""

import json
import subprocess

import pytest
import yaml
from dotenv import dotenv_values

from Processes import clean_environment
from Processes.binaries import tool
from Processes.docker_engine import DockerEngine, docker_client

CONSTANTS = {
    "AWS_REGION": "eu-west-1", "ENDPOINT": "https://bedrock-runtime.eu-west-1.amazonaws.com:443/a-b_c",
    "SIGNS": "a.b:c@d%e+f=g,h-i", "MODEL": "anthropic.model-v1:0", "NUMBER": "0123",
}


@pytest.fixture
def env_file(make_daemon, static, ledger, folder):
    """An env file with a key of a long session token, two variables, and constants of every character allowed."""
    table = ", ".join(f"{name} = '{value}'" for name, value in CONSTANTS.items())
    path = folder / "app.env"
    config = (
        f"[keys.default]\n[[keys.default.outputs]]\npath = '{path}'\n"
        f"variables = ['AWS_BEARER_TOKEN_BEDROCK', 'SECOND']\nset = {{ {table} }}\n"
    )
    session = ledger.session(3600, token_length=4000).environment | {"AWS_REGION": "eu-west-1"}
    daemon = make_daemon(config, session).start().wait_published()
    token = daemon.run("print").out.strip()
    return path, CONSTANTS | {"AWS_BEARER_TOKEN_BEDROCK": token, "SECOND": token}


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_shells(env_file, folder, shell):
    path, expected = env_file
    done = subprocess.run(
        [tool(shell), "-c", f"set -a; . {path}; exec env -0"], env=clean_environment(folder), capture_output=True,
        check=True, text=True, timeout=20,
    )
    found = dict(pair.split("=", 1) for pair in done.stdout.split("\0") if pair)
    assert {name: found.get(name) for name in expected} == expected
    assert done.stderr == ""


def test_python_dotenv(env_file):
    path, expected = env_file
    assert dict(dotenv_values(path, interpolate=True)) == expected


def test_the_docker_client(env_file, folder):
    path, expected = env_file
    with DockerEngine(folder) as engine:
        subprocess.run(
            [docker_client(), "create", "--env-file", path, "an/image"], env=clean_environment(folder) | engine.environment,
            capture_output=True, check=True, text=True, timeout=20)
    container, = engine.created
    assert dict(variable.split("=", 1) for variable in container["Env"]) == expected
    assert len(container["Env"]) == len(expected)


def test_docker_compose(env_file, folder):
    path, expected = env_file
    project = folder / "compose.json"
    project.write_text(json.dumps({"version": "3", "services": {"app": {"image": "an/image", "env_file": str(path)}}}))
    done = subprocess.run(
        [tool("docker-compose"), "--file", project, "config"], env=clean_environment(folder), capture_output=True,
        check=True, text=True, timeout=20)
    assert yaml.safe_load(done.stdout)["services"]["app"]["environment"] == expected


def test_every_line_is_a_plain_assignment(env_file):
    """What they have in common: no quotes, no export, no space around the equals sign, comments on their own lines."""
    path, expected = env_file
    text = path.read_text()
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    assert text.endswith("\n") and "\r" not in text
    assert dict(line.split("=", 1) for line in lines) == expected
    assert not set("".join(lines)) & set("'\"\\$ `#")
