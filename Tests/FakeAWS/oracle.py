"""AWS's own generator at a second of our choice."""

from datetime import datetime, timezone
from unittest.mock import patch

from aws_bedrock_token_generator.token_generator import _generate_token
from botocore.credentials import Credentials

from .credential_ledger import IssuedCredentials


def generate(credentials: IssuedCredentials, region: str, lifetime: int, second: int) -> str:
    """The key that aws-bedrock-token-generator makes for these credentials, region and life (s) at this second.

    An empty session token is none, as botocore reads the environment.
    """
    signer = Credentials(credentials.access_key_id, credentials.secret_access_key, credentials.session_token or None)
    moment = datetime.fromtimestamp(second, timezone.utc).replace(tzinfo=None)
    # botocore asks its own module for the time; nothing else of the generator depends on it.
    with patch("botocore.auth.get_current_datetime", return_value=moment):
        return _generate_token(signer, region, lifetime)
