"""Every credential that a test hands out, by access key id: to verify keys, and to search logs for secrets."""

import secrets
import string
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone

_KEY_ID_CHARACTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class IssuedCredentials:
    """One set of credentials. expires is in seconds since 1970, None where the source tells none."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None
    expires: float | None

    @property
    def expiration(self) -> str | None:
        """The expiration as AWS writes it."""
        if self.expires is None:
            return None
        return datetime.fromtimestamp(self.expires, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def environment(self) -> dict[str, str]:
        """The same as the environment variables of AWS."""
        variables = {"AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": self.secret_access_key}
        if self.session_token:
            variables["AWS_SESSION_TOKEN"] = self.session_token
        if self.expiration:
            variables["AWS_CREDENTIAL_EXPIRATION"] = self.expiration
        return variables

    @property
    def process_output(self) -> dict[str, object]:
        """The same as the output of a credential_process."""
        output = {"Version": 1, "AccessKeyId": self.access_key_id, "SecretAccessKey": self.secret_access_key}
        if self.session_token:
            output["SessionToken"] = self.session_token
        if self.expiration:
            output["Expiration"] = self.expiration
        return output


class CredentialLedger:
    """Makes credentials and remembers them."""

    def __init__(self):
        self._issued: dict[str, IssuedCredentials] = {}
        self._others: list[str] = []
        self._lock = threading.Lock()

    def session(self, lifetime: float, token_length: int = 700) -> IssuedCredentials:
        """Session credentials that expire `lifetime` seconds from now, at a whole second as AWS's do."""
        token = f"IQoJ{_base64_characters(token_length)}=="
        return self.add(IssuedCredentials(_key_id("ASIA"), _secret(), token, float(int(time.time() + lifetime))))

    def static(self) -> IssuedCredentials:
        """The credentials of an IAM user: no session token, no expiration."""
        return self.add(IssuedCredentials(_key_id("AKIA"), _secret(), None, None))

    def add(self, credentials: IssuedCredentials) -> IssuedCredentials:
        """Remembers credentials that a test made itself."""
        with self._lock:
            self._issued[credentials.access_key_id] = credentials
        return credentials

    def secret(self, prefix: str, length: int = 200) -> str:
        """A secret of another kind (a token, say): letters and digits after the prefix."""
        return self.remember(prefix + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length)))

    def remember(self, secret: str) -> str:
        """Remembers a secret of another kind."""
        with self._lock:
            self._others.append(secret)
        return secret

    def find(self, access_key_id: str) -> IssuedCredentials | None:
        """The credentials with this id."""
        with self._lock:
            return self._issued.get(access_key_id)

    def all(self) -> list[IssuedCredentials]:
        """Everything that was handed out, in order."""
        with self._lock:
            return list(self._issued.values())

    def secrets(self) -> list[str]:
        """Every secret access key, session token and other secret that was ever handed out."""
        own = [secret for one in self.all() for secret in (one.secret_access_key, one.session_token) if secret]
        with self._lock:
            return own + self._others


def _key_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_KEY_ID_CHARACTERS) for _ in range(16))


def _secret() -> str:
    # AWS's secret access keys have 40 characters of base64.
    return _base64_characters(40)


def _base64_characters(count: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits + "+/") for _ in range(count))
