"""Keys of Claude Platform on AWS from the daemon against AWS's own generator, byte for byte."""

import os
import random
from datetime import datetime, timezone
from unittest.mock import patch

from botocore.credentials import Credentials
from token_generator_for_aws_external_anthropic.token_generator import _build_token

from FakeAWS import IssuedCredentials
from FakeAWS.oracle import generate

REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "sa-east-1"]
LIVES = {"1m": 60, "90s": 90, "15m": 900, "1h": 3600, "12h": 43200}


def generate_claude(credentials: IssuedCredentials, region: str, lifetime: int, issued: str) -> str:
    """The key that token-generator-for-aws-external-anthropic makes at this second."""
    signer = Credentials(credentials.access_key_id, credentials.secret_access_key, credentials.session_token or None)
    moment = datetime.fromisoformat(issued).astimezone(timezone.utc).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", return_value=moment):
        return _build_token(signer, region, lifetime)


def test_every_region_and_life(make_daemon, ledger):
    """30 keys of each kind of credentials in one daemon, beside the same keys for Bedrock."""
    draw = random.Random(seed := int(os.environ.get("BEDROCK_KEYD_SEED") or random.SystemRandom().randrange(1 << 32)))
    print(f"seed {seed}; repeat with BEDROCK_KEYD_SEED={seed}")
    for number, credentials in enumerate((ledger.static(), ledger.session(86400, token_length=draw.randint(1, 4096)))):
        keys = {f"{family}-{region}-{life}": (family, region, life)
                for family in ("bedrock", "claude-platform") for region in REGIONS for life in LIVES}
        config = "".join(
            f"[keys.{name}]\nfamily = '{family}'\nregion = '{region}'\nlifetime = '{life}'\n"
            for name, (family, region, life) in keys.items())
        daemon = make_daemon(config, credentials.environment, name=f"d{number}").start().wait_published(*keys, timeout=30)
        for name, (family, region, life) in keys.items():
            make = generate_claude if family == "claude-platform" else generate_at
            assert daemon.token(name) == make(credentials, region, LIVES[life], daemon.key(name)["issued"]), name
            variable = {"bedrock": "AWS_BEARER_TOKEN_BEDROCK", "claude-platform": "ANTHROPIC_AWS_API_KEY"}[family]
            assert daemon.file(name).read_text() == f"{variable}={daemon.token(name)}\n"
        daemon.stop()


def generate_at(credentials: IssuedCredentials, region: str, lifetime: int, issued: str) -> str:
    """Bedrock's generator, whose second is a number."""
    return generate(credentials, region, lifetime, int(datetime.fromisoformat(issued).timestamp()))
