"""Writes files.json: configuration and credentials files and what botocore finds in them together (null where it refuses
one), and words.json: texts and the words Python's shlex makes of them.

    python make_files.py                 # with botocore 1.44.5; writes beside itself

Tests/Differential/test_files.py fails where the recorded results are no longer those of botocore.
"""

import json
import os
import random
import shlex
import tempfile
from pathlib import Path
from unittest.mock import patch

import botocore.session
from botocore.exceptions import ConfigParseError

SEED = 20261124
MUTATIONS = 260
MUTATED_PAIRS = 240

FILES = [
    "",
    "[default]\nregion = us-east-1\n",
    "[default]\nregion=us-east-1\noutput : json\n[profile a]\naws_access_key_id = AKIA\n",
    "# comment\n; comment\n[default]\n# in between\nregion = x ; no comment\n",
    "[profile 'with space']\nregion = x\n[profile \"quoted\"]\nregion = y\n[profile\ttabbed]\nregion = z\n",
    "[profile a b]\nregion = x\n[profiles c]\nregion = y\n[other]\nregion = z\n[sso-session s]\nsso_region = x\n",
    "[default]\r\nregion = us-east-1\r\n[profile a]\r\nregion = eu-west-1\r\n",
    "[default]\rregion = us-east-1\r[profile a]\rregion = eu-west-1\r",
    "[default]\ns3 =\n  addressing_style = path\n  signature_version = s3v4\nregion = x\n",
    "[default]\ns3 =\n  addressing_style\nregion = x\n",
    "[default]\nlong = one\n  two\n\tthree\n\n  four\n\nregion = x\n",
    "[default]\nlong = one\n  # no part of it\n  two\nregion = x\n",
    "[default]\n  indented = 1\n  same = 2\n    deeper\nback = 3\n",
    "[DEFAULT]\nregion = x\noutput = json\n[default]\noutput = text\n[profile a]\n",
    "[default]\nREGION = x\nRegion_Name = Y\n",
    "[default]\nregion = x\nregion = y\n",
    "[default]\nregion = x\n[default]\noutput = y\n",
    "[default]\nregion\n",
    "[default]\n= x\n",
    "region = x\n[default]\n",
    "[default\nregion = x\n",
    "[]\nregion = x\n",
    "[default] trailing\nregion = x\n",
    "[profile a]b]\nregion = x\n",
    "[profile 'a]\nregion = x\n",
    "[default]\nempty =\nregion = x\n",
    "[default]\nkey = a=b:c\nother: d=e\n",
    "  [default]\n  region = x\n    more\n",
    "[default]\nregion = x\n\n\n[profile a]\n\n  \nregion = y\n",
    "[profile a]\nregion = x\n[profile a ]\nregion = y\n",
    "[default]\nregion = x\n[profile default]\nregion = y\n",
    "[profile default]\nregion = y\n[default]\nregion = x\n",
    "[default]\ncredential_process = /bin/sh -c 'echo \"x\"'\n",
    "[default]\nname = \u00fcml\u00e4ut \u20ac\n\u00a0region = x\n",
    "[default]\nquoted = \"x\"\n#\n;\n[profile a]\n",
]

# Files as they are on servers: the configuration file, then the credentials file.
PAIRS = [
    (
        "[default]\nregion = eu-central-1\noutput = json\n\n# the fleet\n[profile prod]\nrole_arn = "
        "arn:aws:iam::111122223333:role/app\nsource_profile = base\nexternal_id = a/b\nduration_seconds = 3600\n\n"
        "[profile base]\nregion=us-east-1\n",
        "[default]\naws_access_key_id = AKIDEFAULT\naws_secret_access_key = a/b+c=\n\n[base]\n"
        "aws_access_key_id=AKIDBASE\naws_secret_access_key=x\naws_session_token=y==\n",
    ),
    (
        "[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n[sso-session corp]\n"
        "sso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start#/\n"
        "sso_registration_scopes = sso:account:access\n[services local]\nsts =\n  endpoint_url = http://127.0.0.1:1\n"
        "s3 = \n  endpoint_url = http://127.0.0.1:2\n  addressing_style = path\n",
        "; written by hand\r\n[sso]\r\nregion = eu-west-2\r\n\r\n[other]\r\naws_access_key_id = AKIDOTHER\r\n",
    ),
    (
        "[profile \"two words\"]\ncredential_process = /opt/bin/get-keys --role 'a b' \\\n  --quiet\n"
        "[profile 'web']\nweb_identity_token_file=/var/run/token\nrole_arn: arn:aws:iam::111122223333:role/web\n"
        "\tregion = nested?\n[DEFAULT]\nretry_mode = standard\n",
        "[two words]\naws_access_key_id = AKIDTWO\n  continued\naws_secret_access_key =\n  a = b\n  c = d\n",
    ),
    ("[default]\nregion = x\n", ""), ("", "[profile a]\nregion = x\n[a]\nregion = y\n"), ("", ""),
]

WORDS = [
    "", " ", "a", "a b", " a\tb\nc ", "'a b' c", "\"a b\" c", "a'b'c", "a\"b\"c", "''", "\"\"", "a '' b", "\\a", "\\ b",
    "a\\ b", "\"a\\\"b\"", "\"a\\nb\"", "\"a\\\\b\"", "'a\\'", "'a\\nb'", "'", "\"", "a\\", "\"a\\", "# a", "a # b", "a;b",
    "$HOME", "`x`", "a\u00e4 \u20ac", "\"it's\"", "'say \"x\"'", "sh -c 'echo a; exit 3'", "a\\\nb", "\"\"''x",
]


def found(config, credentials=""):
    """The sections that botocore finds in two files, None where it refuses one."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"AWS_CONFIG_FILE": Path(folder, "config"), "AWS_SHARED_CREDENTIALS_FILE": Path(folder, "credentials")}
        for path, text in zip(files.values(), (config, credentials)):
            path.write_bytes(text.encode())
        with patch.dict(os.environ, {name: str(path) for name, path in files.items()}, clear=True):
            try:
                whole = botocore.session.Session().full_config
            except ConfigParseError:
                return None
    return {"profiles": whole["profiles"], "sso_sessions": whole["sso_sessions"], "services": whole["services"]}


def mutated(text, chance, most=4):
    """The text with some places cut, or with something put in; after two of them most files are refused."""
    for _ in range(chance.randint(1, most)):
        place = chance.randint(0, len(text))
        piece = chance.choice(
            [" ", "\t", "\n", "\r\n", "=", ":", "[", "]", "#", ";", "\n  ", "'", "\"", "a", "[profile b]\n", "x = y\n"]
        )
        text = text[:place] + piece + text[place + chance.choice([0, 0, 1, 5]):]
    return text


def mutated_pair(chance):
    """A pair of which one file, or both, went wrong."""
    config, credentials = chance.choice(PAIRS)
    which = chance.choice(["config", "credentials", "both"])
    return (config if which == "credentials" else mutated(config, chance, 1),
            credentials if which == "config" else mutated(credentials, chance, 1))


def words(text):
    """The words of shlex, None where it refuses the text."""
    try:
        return shlex.split(text)
    except ValueError:
        return None


def make():
    """What files.json and words.json hold."""
    chance = random.Random(SEED)
    pairs = [(text, "") for text in FILES] + [(mutated(chance.choice(FILES), chance), "") for _ in range(MUTATIONS)]
    pairs += PAIRS + [mutated_pair(chance) for _ in range(MUTATED_PAIRS)]
    return {
        "files.json": [{"config": config, "credentials": credentials, "found": found(config, credentials)}
                       for config, credentials in pairs],
        "words.json": [{"text": text, "words": words(text)} for text in WORDS],
    }


if __name__ == "__main__":
    for name, content in make().items():
        Path(__file__).with_name(name).write_text(json.dumps(content, indent=0))
