"""The IAM policies are policies, and name nothing that AWS does not have for these keys."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging/iam"
ACTIONS = {
    "bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken", "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream", "iam:CreateServiceSpecificCredential",
    "iam:DeleteServiceSpecificCredential", "iam:ListServiceSpecificCredentials", "iam:ResetServiceSpecificCredential",
    "iam:UpdateServiceSpecificCredential", "iam:CreateUser", "iam:AttachUserPolicy",
}
CONDITIONS = {
    "bedrock:bearerTokenType": {"SHORT_TERM", "LONG_TERM"},
    "iam:ServiceSpecificCredentialServiceName": {"bedrock.amazonaws.com"},
    "iam:PolicyARN": {"arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess"},
}


def statements(name):
    """The statements of a policy."""
    policy = json.loads((FOLDER / name).read_text())
    assert policy["Version"] == "2012-10-17" and set(policy) == {"Version", "Statement"}
    return policy["Statement"]


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_form(path):
    for statement in statements(path.name):
        assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] in ("Allow", "Deny") and statement["Resource"]
        assert statement["Action"] and set(statement["Action"]) <= ACTIONS
        for operator, keys in statement.get("Condition", {}).items():
            assert operator == ("ArnEquals" if "iam:PolicyARN" in keys else "StringEquals")
            assert all(value in CONDITIONS[key] for key, value in keys.items())


def test_what_each_is_for():
    short = statements("short-term.json")
    assert all(one["Effect"] == "Allow" for one in short)
    assert short[0]["Condition"] == {"StringEquals": {"bedrock:bearerTokenType": "SHORT_TERM"}}
    deny = statements("deny-long-term.json")
    assert [one["Effect"] for one in deny] == ["Deny", "Deny"]
    rotation = {action for one in statements("long-term-rotation.json") for action in one["Action"]}
    assert "iam:ResetServiceSpecificCredential" not in rotation and len(rotation) == 4
