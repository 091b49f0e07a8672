"""Each example of a client, once, as its first lines say how."""

import subprocess

import pytest

from ClientTests.conftest import EXAMPLES, PYTHON
from FakeAWS.bedrock_runtime import REPLY
from Processes import binary

# The proxy itself is LiteLLM's; its configuration is read and used by LiteLLM's router, as the proxy does.
ROUTER = """
import sys, yaml
from litellm import Router
models = yaml.safe_load(open(sys.argv[1]))["model_list"]
answer = Router(model_list=models).completion(models[0]["model_name"], [{"role": "user", "content": "ping"}])
print(answer.choices[0].message.content)
"""


@pytest.fixture
def daemon(make_daemon, static):
    return make_daemon("[keys.default]\n", static).start().wait_published()


def run(clients, daemon, *words, **more):
    done = subprocess.run(
        list(map(str, words)), env=clients.of(daemon, **more), capture_output=True, text=True, timeout=60, cwd="/",
        stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("example", ["openai-callable-key.py", "anthropic-bedrock.py", "litellm-library.py"])
def test_a_program_that_reads_the_key_for_each_request(clients, daemon, example):
    assert run(clients, daemon, PYTHON, EXAMPLES / example, "Why is the sky blue?") == REPLY


def test_a_program_that_is_given_the_key_at_its_start(clients, daemon):
    program = [PYTHON, EXAMPLES / "boto3-converse.py", "Why is the sky blue?"]
    assert run(clients, daemon, binary(), "exec", "--", *program) == REPLY


def test_the_configuration_of_the_litellm_proxy(clients, daemon):
    program = [PYTHON, "-c", ROUTER, EXAMPLES / "litellm-proxy.yaml"]
    assert run(clients, daemon, binary(), "exec", "--grace", "30s", "--", *program) == REPLY


def test_claude_platform_on_aws(clients, make_daemon, static, claude_platform):
    daemon = make_daemon("[keys.claude]\nfamily = 'claude-platform'\n", static).start().wait_published("claude")
    token = daemon.file("claude", "token")
    answer = run(
        clients, daemon, PYTHON, EXAMPLES / "anthropic-aws.py", "Why is the sky blue?", CLAUDE_TOKEN_FILE=str(token),
        ANTHROPIC_AWS_BASE_URL=claude_platform.url, ANTHROPIC_AWS_WORKSPACE_ID="wrkspc_01")
    assert claude_platform.refused == []
    assert (answer, claude_platform.accepted) == (REPLY, [token.read_text()])
