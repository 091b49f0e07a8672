#!/usr/bin/env python3
"""Claude Platform on AWS through the Anthropic SDK: anthropic-aws.py QUESTION

For a key with `family = "claude-platform"`. The SDK reads ANTHROPIC_AWS_API_KEY once; with_options() makes a client
with another key on the same connections, so each request takes the key of its moment. ANTHROPIC_AWS_WORKSPACE_ID and
AWS_REGION say which workspace it is.
"""

import os
import sys
from pathlib import Path

from anthropic import AnthropicAWS

MODEL = "claude-haiku-4-5"
TOKEN = Path(os.environ.get("CLAUDE_TOKEN_FILE", "/run/bedrock-keyd/claude/token"))

claude = AnthropicAWS(api_key=TOKEN.read_text())


def ask(question: str) -> str:
    """The model's answer."""
    answer = claude.with_options(api_key=TOKEN.read_text()).messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": question}])
    return answer.content[0].text


if __name__ == "__main__":
    print(ask(sys.argv[1]))
