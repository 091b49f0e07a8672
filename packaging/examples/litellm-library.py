#!/usr/bin/env python3
"""Amazon Bedrock through the LiteLLM library: litellm-library.py QUESTION

`api_key` is an argument of each call, so each call takes the key of its moment. LiteLLM's proxy: litellm-proxy.yaml.
"""

import os
import sys
from pathlib import Path

import litellm

# LiteLLM takes the region from AWS_REGION; a key works in its own region only.
MODEL = "bedrock/converse/mistral.mistral-large-2407-v1:0"
TOKEN = Path(os.environ.get("BEDROCK_TOKEN_FILE", "/run/bedrock-keyd/default/token"))


def ask(question: str) -> str:
    """The model's answer."""
    answer = litellm.completion(
        model=MODEL, api_key=TOKEN.read_text(), messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content


if __name__ == "__main__":
    print(ask(sys.argv[1]))
