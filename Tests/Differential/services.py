"""The fake services that a situation may name: a new one is a line of the table."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from FakeAWS import Answer, Certificate, ContainerEndpoint, CredentialLedger, InstanceMetadata
from FakeAWS.identity_center import IdentityCenter
from FakeAWS.proxy import Proxy
from FakeAWS.signin import SignIn
from FakeAWS.sts import SecurityTokenService


class Kind(NamedTuple):
    """make: from the ledger. host: how its names in AWS begin, empty for one that is never asked through a proxy.
    named: the access key ids that it handed out, with names for them."""

    make: Callable
    host: str
    named: Callable[[object], dict[str, str]]


KINDS = {
    "sts": Kind(SecurityTokenService, "sts",
                lambda sts: {one.access_key_id: f"role {arn.rpartition('/')[2]}" for arn, one in sts.roles.items()}),
    "instance": Kind(InstanceMetadata, "", lambda service: {one.access_key_id: "instance" for one in service.issued}),
    "container": Kind(ContainerEndpoint, "", lambda service: {one.access_key_id: "container" for one in service.issued}),
    "sso": Kind(IdentityCenter, "", lambda service: {one.access_key_id: "sso" for one in service.issued}),
    "signin": Kind(SignIn, "", lambda service: {one.access_key_id: "login" for one in service.issued}),
}
REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-north-1", "ap-south-1"]
# The names on the certificate of what is asked through the proxy.
HOSTS = ["sts.amazonaws.com", "*.cn-north-1.amazonaws.com.cn",
         *(f"*.{region}.{suffix}" for region in REGIONS for suffix in ("amazonaws.com", "api.aws"))]


@dataclass
class Running:
    """The services of a situation. places: words in angle brackets that stand for their URLs in its texts."""

    services: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    proxy: Proxy | None = None

    def name(self, access_key_id: str) -> str:
        """What a situation calls the credentials with this id."""
        for name, service in self.services.items():
            found = KINDS[name].named(service).get(access_key_id)
            if found:
                return found
        return access_key_id

    def clear(self) -> None:
        """Forgets what was asked."""
        for service in self.services.values():
            service.requests.clear()
            service.violations.clear()
        if self.proxy:
            self.proxy.hosts.clear()

    def violations(self) -> list[str]:
        """What a real service would not have accepted since."""
        return [violation for service in self.services.values() for violation in service.violations]

    def asked(self) -> list[tuple]:
        """What was asked since: of each request its service, host, path, form and region of the signature; the same
        thing in a row counts once, however often it was tried."""
        every = [(name, request.headers.get("host"), request.path, _form(request), _signing_region(request))
                 for name, service in self.services.items() for request in service.requests]
        return [one for one, before in zip(every, [None, *every]) if one != before]


@contextmanager
def run(described: Mapping[str, Mapping], ledger: CredentialLedger, certificate: Certificate):
    """The services of a situation's table, each with its settings; with a proxy all that have a host are behind it."""
    running = Running()
    with ExitStack() as stack:
        proxied = "proxy" in described
        for name, settings in described.items():
            if name == "proxy":
                continue
            behind = proxied and KINDS[name].host
            service = KINDS[name].make(ledger, **({"certificate": certificate} if behind else {}))
            announced = _configure(service, settings) and not behind
            stack.enter_context(service)
            running.services[name] = service
            running.places |= {name: service.url, f"{name}-by-name": service.url.replace("127.0.0.1", "localhost"),
                               f"{name}-without-scheme": service.url.partition("//")[2]}
            running.places |= getattr(service, "places", {})
            running.environment |= service.environment if announced else {}
        if proxied:
            routes = {KINDS[name].host: int(service.url.rpartition(":")[2]) for name, service in
                      running.services.items() if KINDS[name].host}
            running.proxy = stack.enter_context(Proxy(routes))
            announced = _configure(running.proxy, described["proxy"])
            running.environment |= {"HTTPS_PROXY": running.proxy.url} if announced else {}
            running.places |= {"proxy": running.proxy.url, "proxy-without-scheme": running.proxy.url.partition("//")[2],
                               "authority": str(certificate.authority)}
        yield running


def _configure(service, settings: Mapping) -> bool:
    """Applies the settings; whether the environment shall point to the service."""
    if hasattr(service, "repeat_until"):
        service.repeat_until = 0
    for name, value in settings.items():
        if name == "break":
            for step, answer in value.items():
                service.break_step(step, _fault(answer))
        elif name != "announce":
            assert hasattr(service, name), f"{type(service).__name__} has no {name}"
            setattr(service, name, value)
    return settings.get("announce", True)


def _fault(answer: Mapping):
    sent = Answer(status=answer.get("status", 200), body=answer.get("body", "").encode(),
                  headers=answer.get("headers", {"Content-Type": "text/plain"}), hang=answer.get("hang", False))
    return lambda _: sent


def _form(request) -> dict[str, str]:
    """The parameters, without the session names that each client makes up and the times of its own."""
    if request.body.startswith(b"{"):
        return json.loads(request.body)
    if request.query:
        return dict(parse_qsl(request.query))
    pairs = (pair.partition("=") for pair in request.body.decode("latin-1").split("&") if pair)
    return {name: value for name, _, value in pairs
            if not (name == "RoleSessionName" and value.startswith(("botocore-session-", "bedrock-keyd-")))}


def _signing_region(request) -> str:
    scope = request.headers.get("authorization", "").partition("Credential=")[2].split("/")
    return scope[2] if len(scope) > 3 else ""
