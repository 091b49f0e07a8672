"""Writes files.json: configuration files and the profiles botocore finds in them (null where it refuses the file), and
words.json: texts and the words Python's shlex makes of them.

    python make_files.py                 # with botocore 1.44.5; writes beside itself
"""

import json
import random
import shlex
import tempfile
from pathlib import Path

from botocore.configloader import load_config
from botocore.exceptions import ConfigParseError

SEED = 20261124
MUTATIONS = 260

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

WORDS = [
    "", " ", "a", "a b", " a\tb\nc ", "'a b' c", "\"a b\" c", "a'b'c", "a\"b\"c", "''", "\"\"", "a '' b", "\\a", "\\ b",
    "a\\ b", "\"a\\\"b\"", "\"a\\nb\"", "\"a\\\\b\"", "'a\\'", "'a\\nb'", "'", "\"", "a\\", "\"a\\", "# a", "a # b", "a;b",
    "$HOME", "`x`", "a\u00e4 \u20ac", "\"it's\"", "'say \"x\"'", "sh -c 'echo a; exit 3'", "a\\\nb", "\"\"''x",
]


def profiles(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config")
        path.write_bytes(text.encode())
        try:
            return load_config(str(path))["profiles"]
        except ConfigParseError:
            return None


def mutated(chance):
    text = chance.choice(FILES)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(text))
        piece = chance.choice(
            [" ", "\t", "\n", "\r\n", "=", ":", "[", "]", "#", ";", "\n  ", "'", "\"", "a", "[profile b]\n", "x = y\n"]
        )
        text = text[:place] + piece + text[place + chance.choice([0, 0, 1, 5]):]
    return text


def words(text):
    try:
        return shlex.split(text)
    except ValueError:
        return None


chance = random.Random(SEED)
files = FILES + [mutated(chance) for _ in range(MUTATIONS)]
here = Path(__file__).parent
Path(here, "files.json").write_text(json.dumps([{"text": t, "profiles": profiles(t)} for t in files], indent=0))
Path(here, "words.json").write_text(json.dumps([{"text": t, "words": words(t)} for t in WORDS], indent=0))
