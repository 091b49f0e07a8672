"""`mint` against aws-bedrock-token-generator, byte for byte, in random cases. The seed is printed; set it to repeat."""

import os
import random
import time

from FakeAWS import IssuedCredentials, derive
from FakeAWS.oracle import generate
from Processes import clean_environment, command

CASES = 240
REGIONS = [
    "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "eu-north-1", "ap-northeast-1", "ap-southeast-2",
    "ap-south-1", "sa-east-1", "ca-central-1", "me-central-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1",
]
# Every character that percent-encoding treats in a way of its own, and those of base64.
TOKEN_CHARACTERS = "ABCXYZabcxyz0189/+=%&?#;:@!$'()*,~-_."
SECRET_CHARACTERS = "ABCXYZabcxyz0189/+="


def draw_case(draw, number):
    """Credentials, a region and a life in seconds. The first cases are the limits, the rest is chance."""
    lengths = [None, draw.randint(1, 64), draw.randint(1, 4096)]
    length = [None, 1, 4096, 0][number] if number < 4 else draw.choice(lengths)
    token = None if length is None else "".join(draw.choice(TOKEN_CHARACTERS) for _ in range(length))
    secret = "".join(draw.choice(SECRET_CHARACTERS) for _ in range(draw.randint(1, 60)))
    key_id = "ASIA" + "".join(draw.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(draw.randint(12, 28)))
    life = [1, 43200][number] if number < 2 else draw.choice([draw.randint(1, 43200), draw.randint(1, 120)])
    return IssuedCredentials(key_id, secret, token, None), REGIONS[number % len(REGIONS)], life


def lifetime_text(draw, seconds):
    """The life as it is written: in the largest unit that fits, or in seconds."""
    units = [f"{seconds // size}{unit}" for unit, size in (("h", 3600), ("m", 60)) if seconds % size == 0]
    return draw.choice([*units, f"{seconds}s"])


def test_mint_equals_the_generator_in_random_cases(folder):
    seed = int(os.environ.get("BEDROCK_KEYD_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}, {CASES} cases; repeat with BEDROCK_KEYD_SEED={seed}")
    draw = random.Random(seed)
    tried = set()
    for number in range(CASES):
        credentials, region, life = draw_case(draw, number)
        environment = clean_environment(folder, **credentials.environment)
        if credentials.session_token == "":
            environment["AWS_SESSION_TOKEN"] = ""
        before = int(time.time())
        outcome = command("mint", "--region", region, "--lifetime", lifetime_text(draw, life), env=environment)
        assert outcome.code == 0, f"seed {seed}, case {number}: {outcome.err}"
        key = outcome.out.removesuffix("\n")
        derived = derive(key, lambda _: credentials)
        assert before <= derived.issued <= time.time()
        assert key == generate(credentials, region, life, derived.issued), f"seed {seed}, case {number}"
        tried.add((region, life, key))
    assert len(tried) == CASES and len({region for region, _, _ in tried}) >= 10
