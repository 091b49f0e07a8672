"""The product as installed in a booted systemd: its configuration, its files, what is true of a key on disk."""

import base64
import json
import time
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qs

from SystemdTests.booted_systemd import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICE = "bedrock-keyd.service"
RUNTIME = "/run/bedrock-keyd"
# Made up, and not ending in EXAMPLE, which the product would call by its name.
ACCESS_KEY_ID = "AKIDSYSTEMDTESTS0001"
SECRET_ACCESS_KEY = "systemd-tests/secret+access/key0000000001"

# What a credential_process program answers with them.
CREDENTIALS_DOCUMENT = f'{{"Version":1,"AccessKeyId":"{ACCESS_KEY_ID}","SecretAccessKey":"{SECRET_ACCESS_KEY}"}}'

# Three required keys of which the second's credentials are out of reach.
ONE_BROKEN_OF_THREE = """
[daemon]
ready_timeout = "3s"
[keys.first]
region = "us-east-1"
[keys.broken]
region = "us-east-1"
profile = "broken"
[keys.broken.environment]
AWS_CONFIG_FILE = "/etc/bedrock-keyd/aws/config"
[keys.third]
region = "eu-central-1"
"""
BROKEN_PROFILE = "[profile broken]\ncredential_process = /bin/false\n"


class Installation:
    """The installed product. `systemd` is the booted systemd that it is in."""

    def __init__(self, systemd):
        self.systemd = systemd

    # Configuration and life

    def set_credentials(self, **more):
        """Static credentials, and more variables, in the environment file of the unit."""
        variables = {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY, "AWS_REGION": "us-east-1",
        } | more
        text = "".join(f"{name}={value}\n" for name, value in variables.items())
        self.systemd.write("/etc/default/bedrock-keyd", text, mode=0o600)

    def configure(self, text):
        """Writes config.toml."""
        self.systemd.write("/etc/bedrock-keyd/config.toml", text)

    def start(self, **options):
        """Starts the service and waits for READY=1, as systemctl does."""
        try:
            return self.systemd.systemctl("start", SERVICE, **options)
        except AssertionError as error:
            entries = "\n".join(str(entry.get("MESSAGE")) for entry in self.systemd.journal(SERVICE))
            raise AssertionError(f"{error}\n{entries}") from None

    def main_pid(self):
        """The daemon's process id as seen inside; 0 if it does not run."""
        return int(self.systemd.show(SERVICE, "MainPID"))

    def command(self, *arguments, **options):
        """Runs bedrock-keyd inside as root."""
        return self.systemd.run("bedrock-keyd", *arguments, **options)

    def messages(self):
        """What the unit wrote into the journal, one text."""
        return "\n".join(str(entry.get("MESSAGE")) for entry in self.systemd.journal(SERVICE))

    # Files

    def status(self):
        """status.json, parsed."""
        return json.loads(self.systemd.read(f"{RUNTIME}/status.json"))

    def state(self, key):
        """The state of a key by status.json."""
        return next(entry["state"] for entry in self.status()["keys"] if entry["name"] == key)

    def token(self, key="default"):
        """The content of a key's token file, or None if there is none."""
        try:
            return self.systemd.read(f"{RUNTIME}/{key}/token")
        except FileNotFoundError:
            return None

    def environment(self, key="default"):
        """The variables of a key's env file."""
        lines = self.systemd.read(f"{RUNTIME}/{key}/env").splitlines()
        return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    def identity(self, path):
        """Mode, owner and group of a file, as `stat` prints them."""
        return self.systemd.run("stat", "-c", "%a %U %G", path).stdout.strip()

    def wait_for_state(self, key, state, timeout=15):
        """Waits until status.json says so."""
        wait_until(lambda: self.state(key) == state, timeout, what=f"key {key} {state}")


def decode(token):
    """The parameters of a short-term key and its expiration in seconds since 1970, as `expires`."""
    prefix = "bedrock-api-key-"
    assert token.startswith(prefix), token[:20]
    query = base64.b64decode(token[len(prefix):], validate=True).decode().partition("?")[2]
    parameters = {name: values[0] for name, values in parse_qs(query, strict_parsing=True).items()}
    signed = datetime.strptime(parameters["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
    return parameters | {"expires": signed + int(parameters["X-Amz-Expires"])}


def assert_live(token, region="us-east-1"):
    """The text is a whole key of our credentials for that region that is not dead yet."""
    assert token, "there is no key"
    parameters = decode(token)
    assert parameters["X-Amz-Credential"].startswith(f"{ACCESS_KEY_ID}/")
    assert parameters["X-Amz-Credential"].split("/")[2:] == [region, "bedrock", "aws4_request"]
    assert len(parameters["X-Amz-Signature"]) == 64
    assert parameters["expires"] > time.time()
