#!/usr/bin/env python3
"""Amazon Bedrock through boto3: boto3-converse.py QUESTION

boto3 takes the key from AWS_BEARER_TOKEN_BEDROCK when a client is made and never looks again. A program that runs
longer than a key lives is therefore started anew with each key:

    bedrock-keyd exec -- python3 boto3-converse.py "Why is the sky blue?"
"""

import os
import sys

import boto3

MODEL = "amazon.nova-lite-v1:0"

# boto3 by itself knows AWS_DEFAULT_REGION alone. A key works in its own region only.
bedrock = boto3.client("bedrock-runtime", region_name=os.environ["AWS_REGION"])


def ask(question: str) -> str:
    """The model's answer."""
    answer = bedrock.converse(modelId=MODEL, messages=[{"role": "user", "content": [{"text": question}]}])
    return answer["output"]["message"]["content"][0]["text"]


if __name__ == "__main__":
    print(ask(sys.argv[1]))
