"""Mutated config and credentials files: botocore and bedrock-keyd find the same profiles and keys, or both refuse.

What the files hold is compared by the unit tests, with what botocore was recorded to find (make_files.py); here the
record is held against botocore, and other mutations are tried on the program itself.
"""

import json
import os
import random
from pathlib import Path

from Differential.recorders import recorder
from Differential.resolvers import by_bedrock_keyd, by_botocore
from Processes import clean_environment

FIXTURES = Path(__file__).parents[1] / "AWSCredentialsTests" / "Fixtures"
MUTATIONS = 200
# A profile for each way to write one, each with keys of its own.
CONFIG = (
    "# keys of four profiles\n[default]\nregion = eu-west-1\naws_access_key_id = AKIADEFAULT\n"
    "aws_secret_access_key = one/two+three=\n\n[profile a]\naws_access_key_id=AKIAA\naws_secret_access_key: four\n"
    "aws_session_token = five==\ns3 =\n  addressing_style = path\n[profile 'b c']\n  aws_access_key_id = AKIAB\n"
    "  aws_secret_access_key = six\n"
)
CREDENTIALS = (
    "[a]\r\naws_access_key_id = AKIAOTHER\r\naws_secret_access_key = seven\r\n\r\n; by hand\r\n[d]\r\n"
    "aws_access_key_id = AKIAD\r\naws_secret_access_key = eight\r\n"
)
PROFILES = [None, "a", "b", "b c", "d"]
MAKE_FILES = recorder(FIXTURES / "make_files.py")


def test_what_is_recorded_is_what_botocore_finds():
    for name, content in MAKE_FILES.make().items():
        assert json.loads((FIXTURES / name).read_text()) == json.loads(json.dumps(content)), name


def test_other_mutations(folder):
    """A profile of each mutated pair of files; the results must not all be alike, or nothing was tried."""
    chance = random.Random(seed := int(os.environ.get("BEDROCK_KEYD_SEED") or random.SystemRandom().randrange(1 << 32)))
    print(f"seed {seed}; repeat with BEDROCK_KEYD_SEED={seed}")
    mutated = MAKE_FILES.mutated
    outcomes = set()
    for number in range(MUTATIONS):
        config, credentials = folder / "config", folder / "credentials"
        texts = [CONFIG, CREDENTIALS]
        which = number % 2
        texts[which] = mutated(texts[which], chance, 2)
        for path, text in zip((config, credentials), texts):
            path.write_bytes(text.encode())
        environment = clean_environment(folder, AWS_CONFIG_FILE=config, AWS_SHARED_CREDENTIALS_FILE=credentials)
        profile = chance.choice(PROFILES)
        theirs, ours = by_botocore(environment, profile), by_bedrock_keyd(environment, profile)
        outcomes.add((ours.outcome, ours.credentials))
        # An empty id or secret is the one listed difference that a mutation can make.
        if theirs.credentials and not all(theirs.credentials[:2]):
            assert ours.outcome == "refuses"
            continue
        assert (ours.outcome, ours.credentials) == (theirs.outcome, theirs.credentials), (texts, profile, theirs, ours)
    assert len(outcomes) >= 5 and {outcome for outcome, _ in outcomes} >= {"finds", "refuses"}
