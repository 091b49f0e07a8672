"""IAM's users and their service-specific credentials, as values: what the fake IAM and the fake Bedrock share.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredential.html
"""

import base64
import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone

BEDROCK = "bedrock.amazonaws.com"
SERVICES = (BEDROCK, "codecommit.amazonaws.com", "cassandra.amazonaws.com")
LONGEST_AGE = 36600
_PER_USER = 2


class Refusal(Exception):
    """IAM refuses the request: its error code, its status and its words."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass
class ServiceCredential:
    """One credential. Times are seconds since 1970; settled: from when on Bedrock knows its present secret."""

    id: str
    user: str
    service: str
    alias: str
    created: float
    expires: float | None
    secret: str = ""
    settled: float = 0.0
    active: bool = True

    def status(self, now: float) -> str:
        """Active, Inactive or Expired."""
        if self.expires is not None and self.expires <= now:
            return "Expired"
        return "Active" if self.active else "Inactive"


@dataclass
class User:
    """An IAM user and the ARNs of the policies attached to it."""

    name: str
    id: str
    created: float
    policies: list[str] = field(default_factory=list)


class ServiceCredentials:
    """The users of an account, their credentials, and every secret that was ever handed out.

    settling: for so many seconds Bedrock refuses a new secret. listing_lag: for so many seconds List leaves a new
    credential out. day: the length of a day of CredentialAgeDays, in seconds. now: the clock.
    """

    def __init__(self, account: str):
        self.account = account
        self.users: dict[str, User] = {}
        self.credentials: dict[str, ServiceCredential] = {}
        self.secrets: list[str] = []
        self.settling = 0.0
        self.listing_lag = 0.0
        self.day = 86400.0
        self.now: Callable[[], float] = time.time

    def add_user(self, name: str) -> User:
        """Makes a user."""
        if name in self.users:
            raise Refusal("EntityAlreadyExists", f"User with name {name} already exists.", 409)
        self.users[name] = User(name, _id("AIDA"), self.now())
        return self.users[name]

    def user(self, name: str) -> User:
        """The user of a name."""
        if name not in self.users:
            raise Refusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
        return self.users[name]

    def create(self, user: str, service: str = BEDROCK, days: int | None = None) -> ServiceCredential:
        """Makes a credential, with its secret."""
        self.user(user)
        if service not in SERVICES:
            raise Refusal("NotSupportedService", f"Service {service} is not supported.", 404)
        others = {one.alias for one in self.of(user, service)}
        if len(others) >= _PER_USER:
            raise Refusal("LimitExceeded", f"Cannot exceed quota for ServiceSpecificCredentialsPerUser: {_PER_USER}", 409)
        first = f"{user}-at-{self.account}"
        made = ServiceCredential(
            _id("ACCA"), user, service, first if first not in others else f"{user}+1-at-{self.account}", self.now(),
            None if days is None else self.now() + days * self.day)
        self.credentials[made.id] = made
        self._renew_secret(made)
        return made

    def reset(self, id: str, user: str) -> ServiceCredential:
        """Gives a credential another secret; the old one is dead at once."""
        found = self.find(id, user)
        self._renew_secret(found)
        return found

    def find(self, id: str, user: str) -> ServiceCredential:
        """The credential of an id, which must be this user's."""
        self.user(user)
        found = self.credentials.get(id)
        if found is None or found.user != user:
            raise Refusal("NoSuchEntity", f"Service specific credential {id} does not exist.", 404)
        return found

    def of(self, user: str | None, service: str | None) -> list[ServiceCredential]:
        """The credentials of a user (of all without one) for a service (for all without one), in order of creation."""
        return [one for one in self.credentials.values() if user in (None, one.user) and service in (None, one.service)]

    def listed(self, user: str | None, service: str | None) -> list[ServiceCredential]:
        """What List tells of them at this moment."""
        return [one for one in self.of(user, service) if one.created + self.listing_lag <= self.now()]

    def bearer(self, key: str) -> str | None:
        """The ARN of the user whose long-term key Bedrock accepts at this moment; None where it accepts none of this."""
        for one in list(self.credentials.values()):
            if one.service == BEDROCK and one.secret == key:
                live = one.settled <= self.now() and one.status(self.now()) == "Active"
                return f"arn:aws:iam::{self.account}:user/{one.user}" if live else None
        return None

    def accepts(self, key: str) -> bool:
        """Whether Bedrock accepts a long-term key at this moment."""
        return self.bearer(key) is not None

    def _renew_secret(self, one: ServiceCredential) -> None:
        random = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(48))
        one.secret = "ABSK" + base64.b64encode(f"{one.alias}:{random}".encode()).decode()
        one.settled = self.now() + self.settling
        self.secrets.append(one.secret)


def moment(seconds: float) -> str:
    """A time as IAM writes it."""
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(17))
