"""The endpoints that the unit tests hold the table against are those of the botocore that is pinned."""

import json
from pathlib import Path

import botocore.session

from Differential.recorders import recorder

FIXTURES = Path(__file__).parents[1] / "AWSClientTests" / "Fixtures"


def test_what_is_recorded_is_what_botocore_answers():
    fixture, _ = recorder(FIXTURES / "make_endpoints.py").recorded(botocore.session.Session())
    assert json.loads((FIXTURES / "endpoints.json").read_text()) == fixture
    assert {row["service"] for row in fixture} >= {"sts", "iam", "signin", "bedrock-runtime"} and len(fixture) > 1500
