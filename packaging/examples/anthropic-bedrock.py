#!/usr/bin/env python3
"""Claude on Amazon Bedrock through the Anthropic SDK: anthropic-bedrock.py QUESTION

The SDK takes its key when a client is made, from `api_key` or AWS_BEARER_TOKEN_BEDROCK. with_options() makes a client
with another key on the same connections, which costs next to nothing, so each request takes the key of its moment.
"""

import os
import sys
from pathlib import Path

from anthropic import AnthropicBedrock

MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0"
TOKEN = Path(os.environ.get("BEDROCK_TOKEN_FILE", "/run/bedrock-keyd/default/token"))

# The region is AWS_REGION's; a key works in its own region only.
bedrock = AnthropicBedrock(api_key=TOKEN.read_text())


def ask(question: str) -> str:
    """The model's answer."""
    answer = bedrock.with_options(api_key=TOKEN.read_text()).messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": question}])
    return answer.content[0].text


if __name__ == "__main__":
    print(ask(sys.argv[1]))
