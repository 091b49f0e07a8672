"""The real clients: the examples of packaging/examples with the SDKs that they are for, against a fake Bedrock over TLS."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from FakeAWS import make_certificate
from FakeAWS.bedrock_runtime import REPLY, BedrockRuntime
from FakeAWS.claude_platform import ClaudePlatform
from Processes import binary

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "packaging/examples"
PYTHON = REPOSITORY / ".build/clients/bin/python"
LOAD = Path(__file__).with_name("load.py")


@pytest.fixture(scope="session", autouse=True)
def sdks():
    """The SDKs are there: without them nothing here can run."""
    if not PYTHON.exists():
        pytest.skip("needs the SDKs of Tests/ClientTests/requirements.txt: make .build/clients/.made")


@pytest.fixture
def certificate(folder):
    """The certificate of every service here."""
    return make_certificate(folder)


@pytest.fixture
def runtime(ledger, certificate):
    """Bedrock's runtime in eu-west-1."""
    with BedrockRuntime(ledger, certificate=certificate) as service:
        yield service
    assert service.violations == []


@pytest.fixture
def claude_platform(ledger, certificate):
    """Claude Platform on AWS in eu-west-1."""
    with ClaudePlatform(ledger, certificate=certificate) as service:
        yield service
    assert service.violations == []


@dataclass
class Client:
    """An example under load. log: what came of each request."""

    process: subprocess.Popen
    log: Path

    def outcomes(self) -> list[str]:
        """A line for each request so far."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def failures(self) -> list[str]:
        """What was not the model's answer."""
        return [line for line in self.outcomes() if line != REPLY]


class Clients:
    """Runs examples beside a daemon, as their documentation says how."""

    def __init__(self, folder: Path, runtime: BedrockRuntime, authority: Path):
        self.folder = folder
        self.running: list[Client] = []
        # Each SDK by its own means: where the endpoint is, and whom to trust.
        self.environment = {
            "AWS_REGION": runtime.check.region, "AWS_CA_BUNDLE": str(authority), "SSL_CERT_FILE": str(authority),
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": runtime.url, "AWS_BEDROCK_RUNTIME_ENDPOINT": runtime.url,
            "ANTHROPIC_BEDROCK_BASE_URL": runtime.url, "OPENAI_BASE_URL": f"{runtime.url}/openai/v1",
            # LiteLLM otherwise fetches its list of prices when it is loaded.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "PYTHONDONTWRITEBYTECODE": "1",
        }

    def of(self, daemon, **more: str) -> dict[str, str]:
        """The environment of a client of this daemon."""
        return daemon.full_environment | self.environment | {"BEDROCK_TOKEN_FILE": str(daemon.file(output="token"))} | more

    def start(self, daemon, example: str, restarted: bool = False, **more: str) -> Client:
        """Puts an example under load; restarted: it is run by `exec`, which starts it anew with each key."""
        log = self.folder / f"{example}.log"
        words = [PYTHON, LOAD, EXAMPLES / example, log]
        if restarted:
            words = [binary(), "exec", "--", *words]
        process = subprocess.Popen(words, env=self.of(daemon, **more), cwd="/", stdin=subprocess.DEVNULL)
        self.running.append(Client(process, log))
        return self.running[-1]

    def stop(self) -> None:
        """Ends all of them, as a server is ended."""
        for client in self.running:
            client.process.terminate()
        for client in self.running:
            client.process.wait(30)

    def kill(self) -> None:
        """What a failed test leaves behind."""
        for client in self.running:
            client.process.kill()
            client.process.wait(10)


@pytest.fixture
def clients(folder, runtime, certificate):
    """Runs examples; what still runs at the end is killed."""
    made = Clients(folder, runtime, certificate.authority)
    yield made
    made.kill()
