"""The credential providers that ask a service, and what can go wrong with its answers: a new provider is a row."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from FakeAWS import Answer, ContainerEndpoint, CredentialLedger, InstanceMetadata, answers
from FakeAWS.answers import Fault
from FakeAWS.authority import make_key, write_identity
from FakeAWS.identity_center import IdentityCenter
from FakeAWS.roles_anywhere import RolesAnywhere
from FakeAWS.service import Service
from FakeAWS.signin import SESSION, SignIn
from FakeAWS.sts import SecurityTokenService

ROLE = "arn:aws:iam::111122223333:role/app"


class Provider(NamedTuple):
    """make: its service. environment: what points a client with a folder to it. step: where its credentials come from.

    attempts: how often a request is made at most (with MORE_ATTEMPTS in the environment). hanging: how many requests
    fit into 4 seconds when none is answered. settings: further tables of a key that is named, for what is configured
    there.
    """

    make: Callable[[CredentialLedger], Service]
    environment: Callable[[Service, Path], dict[str, str]]
    step: str
    attempts: int = 3
    hanging: int = 1
    settings: Callable[[Service, str, Path], str] = lambda service, key, folder: ""


def _sts(ledger: CredentialLedger) -> SecurityTokenService:
    service = SecurityTokenService(ledger)
    service.repeats = False
    return service


def _role(service: SecurityTokenService, folder: Path) -> dict[str, str]:
    """A role that is assumed with the keys of another profile."""
    keys = service.ledger.static()
    config = folder / "config"
    config.write_text(
        f"[default]\nrole_arn = {ROLE}\nsource_profile = base\nregion = eu-west-1\n[profile base]\n"
        f"aws_access_key_id = {keys.access_key_id}\naws_secret_access_key = {keys.secret_access_key}\n")
    return {"AWS_CONFIG_FILE": str(config), **service.environment}


def _web_identity(service: SecurityTokenService, folder: Path) -> dict[str, str]:
    token = folder / "token"
    token.write_text(service.token)
    return {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": ROLE, "AWS_REGION": "eu-west-1",
            **service.environment}


def _login(service: SignIn, folder: Path) -> dict[str, str]:
    """A login whose credentials are over. Its refresh token stays: an answer that is lost is a test of its own."""
    home = folder / "person"
    service.rotates = False
    service.write_cache(home / ".aws/login/cache", left=-60)
    (home / ".aws/config").write_text(f"[default]\nlogin_session = {SESSION}\nregion = eu-west-1\n")
    return {"HOME": str(home), **service.environment}


def _sso(service: IdentityCenter, folder: Path) -> dict[str, str]:
    """A role by an access token that lives."""
    home = folder / "person"
    service.write_cache(home / ".aws/sso/cache")
    (home / ".aws/config").write_text(service.profile())
    return {"HOME": str(home), **service.environment}


def _sso_token(service: IdentityCenter, folder: Path) -> dict[str, str]:
    """A role by an access token that is renewed each time."""
    environment = _sso(service, folder)
    service.rotates = False
    service.token_lifetime = 5
    service.write_cache(folder / "person/.aws/sso/cache", left=-60)
    return environment


def _certificate(service: RolesAnywhere, folder: Path) -> dict[str, str]:
    write_identity(folder, service.authority, make_key("p-256"))
    return service.environment


def _environment(service: Service, _: Path) -> dict[str, str]:
    return service.environment


# Instance metadata has an attempt of a second at a time, the container endpoint two seconds and one between; STS is
# waited for until the deadline.
PROVIDERS = {
    "instance": Provider(InstanceMetadata, _environment, "credentials", hanging=3),
    "container": Provider(ContainerEndpoint, _environment, "credentials", hanging=2),
    "role": Provider(_sts, _role, "call"),
    "web-identity": Provider(_sts, _web_identity, "call"),
    "login": Provider(SignIn, _login, "token"),
    "sso": Provider(IdentityCenter, _sso, "role"),
    "sso-token": Provider(IdentityCenter, _sso_token, "token"),
    "certificate": Provider(RolesAnywhere, _certificate, "session", settings=RolesAnywhere.settings),
}
MORE_ATTEMPTS = {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"}


class Case(NamedTuple):
    """A fault, the reason that is reported for it (an empty one: none, it succeeds), and how often the service is asked:
    once, as long as there is time, or as often as there are attempts.

    words: what the message must name.
    """

    fault: Fault
    reason: str
    asked: str = "once"
    words: str = ""


def _answered(status: int, **headers: str) -> Fault:
    return lambda _: Answer(status, b"refused by the test", {name.replace("_", "-"): value for name, value in
                                                             headers.items()})


def with_type(content_type: str) -> Fault:
    """The proper answer, called something else."""
    return lambda proper: Answer(proper.status, proper.body, proper.headers | {"Content-Type": content_type})


FAULTS = {
    "garbage": Case(answers.garbage(), "unreachable", "attempts"),
    "not-json": Case(answers.body(b"<html><p>welcome to the hotel network"), "unreachable", "attempts"),
    "empty": Case(answers.body(b""), "unreachable", "attempts"),
    "not-http": Case(answers.not_http(), "unreachable", "attempts"),
    "enormous": Case(answers.enormous(50), "unreachable"),
    "truncated": Case(answers.truncated(), "unreachable", "attempts"),
    "forbidden": Case(answers.refused(403), "denied", words="403"),
    "not-found": Case(answers.refused(404), "misconfigured", words="404"),
    "throttled": Case(_answered(429, Retry_After="1"), "throttled", "attempts", "429"),
    "server-error": Case(answers.refused(500), "unreachable", "attempts", "500"),
    "unavailable": Case(answers.refused(503), "unreachable", "attempts", "503"),
    "hang": Case(answers.hang(), "timeout", "hanging"),
    "other-type": Case(with_type("text/html; charset=utf-8"), ""),
}
