"""One daemon with a long-term key, and the IAM and Bedrock that it works with."""

import time
from pathlib import Path

from FakeAWS import BedrockControlPlane, CredentialLedger, IdentityService, make_certificate

from .daemon import Daemon

USER = "bedrock-batch"
REGION = "eu-west-1"
KEY = f'[keys.batch]\ntype = "long-term"\nuser = "{USER}"\nregion = "{REGION}"\n'


class LongTermScene:
    """IAM and Bedrock over TLS, and what a daemon needs to know of them. Use as a context manager."""

    def __init__(self, folder: Path, ledger: CredentialLedger, service: type[IdentityService] = IdentityService):
        certificate = make_certificate(folder)
        self.iam = service(ledger, certificate=certificate)
        self.account = self.iam.account
        self.account.add_user(USER)
        self.bedrock = BedrockControlPlane(ledger, REGION, self.account.bearer, certificate=certificate)
        self.environment = ledger.static().environment | self.iam.environment | {
            "AWS_ENDPOINT_URL_BEDROCK": self.bedrock.url, "AWS_CA_BUNDLE": str(certificate.authority)}

    def __enter__(self) -> "LongTermScene":
        self.iam.__enter__()
        self.bedrock.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self.bedrock.__exit__(*error)
        self.iam.__exit__(*error)
        assert self.iam.violations == [] and self.bedrock.violations == []

    def statuses(self) -> dict[str, str]:
        """Every Bedrock credential of the user, and how it is."""
        return {one.id: one.status(time.time()) for one in self.account.of(USER, "bedrock.amazonaws.com")}

    def only_active(self) -> str:
        """The one credential that works."""
        active = [id for id, status in self.statuses().items() if status == "Active"]
        assert len(active) == 1, self.statuses()
        return active[0]

    def secret(self, id: str) -> str:
        """The key of a credential."""
        return self.account.credentials[id].secret

    def changes(self) -> int:
        """How many requests came that change something."""
        return sum(self.iam.count(action + "ServiceSpecificCredential") for action in ("Create", "Update", "Delete"))


def secret_files(daemon: Daemon, key: str = "batch") -> set[str]:
    """The ids of the credentials whose keys the state folder holds."""
    return {path.name.removeprefix("key-") for path in (daemon.state / key).glob("key-*")}
