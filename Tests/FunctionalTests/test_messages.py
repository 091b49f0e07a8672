"""Every message about credentials, in full (messages.toml): what is wrong and what to do about it, and no secret."""

import re
import tomllib
from pathlib import Path

import pytest

from Differential import services
from Differential.situations import USERS, Situation, make_ledger
from FakeAWS import make_certificate
from Processes import clean_environment, command

ROWS = tomllib.loads(Path(__file__).with_name("messages.toml").read_text())
SECRETS = [secret for user in USERS for secret in (user.secret_access_key, user.session_token) if secret]
SECRETS += ["secret-of-another", "secret-of-the-proxy", "secret-of-the-pod", "not.this.one", "secret-of-the-cache"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """What the services behind the proxy show: nobody trusts it."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), *services.HOSTS)


@pytest.fixture
def bring_about(folder, certificate):
    """The exit code and the message of a row, with the words of the situation in the places of what is another each
    time."""
    def bring_about(row):
        situation = Situation("", **{name: value for name, value in row.items() if name not in ("code", "says")})
        with services.run(situation.services, make_ledger(), certificate) as running:
            own = situation.write(folder / "home", running.places)
            environment = clean_environment(folder / "home", AWS_MAX_ATTEMPTS="1") | running.environment | own
            done = command("credentials", *(["--profile", situation.profile] if situation.profile else []),
                           env=environment)
        text = done.err
        for word, value in ({"home": str(folder / "home")} | running.places).items():
            text = text.replace(value, f"<{word}>")
        assert done.out == "" and not any(secret in done.err for secret in SECRETS)
        return done.code, re.sub(r"after \d+ (ms|milliseconds)", "after <time>", text).removeprefix("bedrock-keyd: ").rstrip("\n")

    return bring_about


@pytest.mark.parametrize("name", ROWS)
def test_message(bring_about, name):
    row = ROWS[name]
    assert bring_about(row) == (row["code"], row["says"].strip())
