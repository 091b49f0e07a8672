"""The credential endpoint of ECS tasks and EKS pods.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import json
from pathlib import Path

from .answers import Answer
from .certificates import Certificate
from .credential_ledger import CredentialLedger
from .service import Request
from .supply import CredentialSupply


class ContainerEndpoint(CredentialSupply):
    """Step: credentials.

    authorization: the header's value that is asked for, None for none. authorization_file: its value is read from
    this file at each request, as EKS replaces the token of a pod.
    """

    PATH = "/v1/credentials"

    def __init__(self, ledger: CredentialLedger, lifetime: float = 3600, **server):
        super().__init__(ledger, lifetime, **server)
        self.authorization: str | None = None
        self.authorization_file: Path | None = None
        self._certificate: Certificate | None = server.get("certificate")

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        variables = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.url + self.PATH}
        if self._certificate:
            variables["AWS_CA_BUNDLE"] = str(self._certificate.authority)
        if self.authorization_file:
            variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = str(self.authorization_file)
        elif self.authorization:
            variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = self.authorization
        return variables

    def step(self, method: str, path: str) -> str:
        return "credentials" if path == self.PATH else "unknown"

    def answer(self, request: Request) -> Answer:
        if request.step != "credentials" or request.method != "GET":
            self.violation(f"{request.method} {request.path}: it must be GET {self.PATH}")
            return Answer(404)
        expected = self.authorization
        if self.authorization_file:
            expected = self.authorization_file.read_text().removesuffix("\n")
        if request.headers.get("authorization") != expected:
            # The values stay out of the message: tests print it.
            self.violation("the Authorization header is not the one of this moment")
            return Answer(401, body=json.dumps({"code": "Unauthorized", "message": "bad authorization"}).encode())
        issued = self.current()
        return Answer(
            headers={"Content-Type": "application/json"},
            body=json.dumps({
                "RoleArn": "arn:aws:iam::111122223333:role/app", "AccessKeyId": issued.access_key_id,
                "SecretAccessKey": issued.secret_access_key, "Token": issued.session_token,
                "Expiration": issued.expiration,
            }).encode(),
        )
