"""Writes keys.json: short-term keys as AWS's generators make them.

    pip install aws-bedrock-token-generator==1.1.0 token-generator-for-aws-external-anthropic==1.0.0
    python make_keys.py > keys.json
"""

import datetime
import json
from unittest import mock

import botocore.auth
from aws_bedrock_token_generator.token_generator import _generate_token
from botocore.credentials import Credentials
from token_generator_for_aws_external_anthropic.token_generator import _build_token

GENERATORS = {"bedrock": _generate_token, "claude-platform": _build_token}

CASES = [
    # access key id, secret access key, session token, region, life in seconds, date
    ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None, "us-east-1", 43200, "2026-11-24T08:15:00"),
    ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None, "us-east-1", 43200, "2026-11-25T00:00:00"),
    ("ASIAQNZGKIQY56JQ7WML", "s/+=x", "IQoJb3JpZ2luX2VjE/+=%&~ end==", "eu-central-1", 1, "2024-02-29T23:59:59"),
    ("ASIAQNZGKIQY56JQ7WML", "a" * 64, "/" * 4096, "cn-northwest-1", 3600, "2030-01-01T00:00:00"),
    ("ASIAQNZGKIQY56JQ7WML", "b" * 65, "é€\U0001f511", "us-gov-west-1", 59, "1999-12-31T12:00:01"),
]


def key(family, access_key_id, secret, token, region, life, date):
    moment = datetime.datetime.fromisoformat(date)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: moment):
        made = GENERATORS[family](Credentials(access_key_id, secret, token), region, life)
    return {
        "family": family, "accessKeyID": access_key_id, "secret": secret, "token": token or "", "region": region, "life": life,
        "date": date + "Z", "key": made,
    }


print(json.dumps([key(family, *case) for family in GENERATORS for case in CASES], indent=1))
