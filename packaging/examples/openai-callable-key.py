#!/usr/bin/env python3
"""Amazon Bedrock through the OpenAI SDK: openai-callable-key.py QUESTION

The SDK calls `api_key` before each request, so the program sees a new key without a restart. Bedrock's endpoint for it
is given as the SDK wants it: OPENAI_BASE_URL=https://bedrock-runtime.REGION.amazonaws.com/openai/v1
"""

import os
import sys
from pathlib import Path

from openai import OpenAI

MODEL = "openai.gpt-oss-20b-1:0"
# The file, not an open descriptor: a renewal puts another file in its place.
TOKEN = Path(os.environ.get("BEDROCK_TOKEN_FILE", "/run/bedrock-keyd/default/token"))

bedrock = OpenAI(api_key=TOKEN.read_text)


def ask(question: str) -> str:
    """The model's answer."""
    answer = bedrock.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content


if __name__ == "__main__":
    print(ask(sys.argv[1]))
