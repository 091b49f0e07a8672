"""The two that resolve credentials in a situation: botocore and bedrock-keyd, in comparable form."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from unittest.mock import patch

import botocore.session

from Differential.situations import FINDS, NOTHING, REFUSES
from Processes import command


@dataclass(frozen=True)
class Resolved:
    """What came of it: one of the three outcomes, the credentials (access key id, secret, token), their expiration in
    seconds since 1970, and the words of who refused."""

    outcome: str
    credentials: tuple = ()
    expiration: int | None = None
    words: str = ""


def by_botocore(environment: Mapping[str, str], profile: str | None) -> Resolved:
    """In this process, with exactly this environment; nobody is there to type a code."""
    with (
        patch.dict(os.environ, environment, clear=True),
        patch("getpass.getpass", side_effect=EOFError),
        # It waits a second between attempts at the container endpoint.
        patch("botocore.utils.ContainerMetadataFetcher.SLEEP_TIME", 0),
        # It looks for the home folder when it is imported.
        patch("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", f"{environment['HOME']}/.aws/sso/cache"),
        patch("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", f"{environment['HOME']}/.aws/sso/cache"),
    ):
        try:
            found = botocore.session.Session(profile=profile).get_credentials()
            if found is None:
                return Resolved(NOTHING)
            frozen = found.get_frozen_credentials()
        except Exception as error:  # it raises many kinds: that it refuses is what counts
            return Resolved(REFUSES, words=repr(error))
    expiration = getattr(found, "_expiry_time", None)
    return Resolved(FINDS, (frozen.access_key, frozen.secret_key, frozen.token or None),
                    expiration and int(expiration.timestamp()))


def by_bedrock_keyd(environment: Mapping[str, str], profile: str | None) -> Resolved:
    """The release binary."""
    done = command("credentials", *(["--profile", profile] if profile is not None else []), env=dict(environment))
    if done.code != 0:
        assert done.out == "" and done.code in (1, 78), done
        return Resolved(NOTHING if "nothing is configured" in done.err else REFUSES, words=done.err)
    answer = json.loads(done.out)
    expiration = answer.get("Expiration")
    return Resolved(
        FINDS, (answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken")),
        expiration and int(datetime.fromisoformat(expiration).astimezone(timezone.utc).timestamp()), done.err)
