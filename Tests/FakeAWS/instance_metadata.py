"""EC2's instance metadata service, version 2 only.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

import json
import secrets
import time

from .answers import Answer
from .credential_ledger import CredentialLedger
from .service import Request
from .supply import CredentialSupply

_CREDENTIALS = "/latest/meta-data/iam/security-credentials/"
_LONGEST_TTL = 21600


class InstanceMetadata(CredentialSupply):
    """Steps: token, role, credentials, region, zone.

    version_1: requests without a token are answered, and none is given.
    """

    def __init__(self, ledger: CredentialLedger, lifetime: float = 3600, **server):
        super().__init__(ledger, lifetime, **server)
        self.version_1 = False
        self.role: str | None = "app-role"
        self.code = "Success"
        self.region = "eu-west-1"
        self._tokens: dict[str, float] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url, "AWS_EC2_METADATA_DISABLED": "false"}

    def step(self, method: str, path: str) -> str:
        if path == "/latest/api/token":
            return "token"
        if path.startswith(_CREDENTIALS) or path == _CREDENTIALS.rstrip("/"):
            return "credentials" if path[len(_CREDENTIALS):] else "role"
        return {
            "/latest/meta-data/placement/region": "region",
            "/latest/meta-data/placement/availability-zone": "zone",
            "/latest/meta-data/placement/availability-zone/": "zone",
        }.get(path, "unknown")

    def answer(self, request: Request) -> Answer:
        if "x-forwarded-for" in request.headers:
            self.violation("X-Forwarded-For was sent: the request came through a proxy")
            return Answer(403)
        if request.step == "token":
            return self._token(request)
        refusal = self._refusal(request)
        if refusal:
            return refusal
        if request.step == "role":
            return self._text(self.role) if self.role else Answer(404)
        if request.step == "credentials":
            return self._credentials(request)
        if request.step == "region":
            return self._text(self.region)
        if request.step == "zone":
            return self._text(self.region + "a")
        return Answer(404)

    def _token(self, request: Request) -> Answer:
        if self.version_1:
            return Answer(404)
        if request.method != "PUT":
            self.violation(f"{request.method} for a token: it must be PUT")
            return Answer(405)
        ttl = request.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not ttl.isdigit() or not 1 <= int(ttl) <= _LONGEST_TTL:
            self.violation(f"token asked for with the TTL {ttl!r}")
            return Answer(400)
        token = secrets.token_urlsafe(40) + "=="
        self._tokens[token] = time.time() + int(ttl)
        return Answer(body=token.encode(), headers={"X-aws-ec2-metadata-token-ttl-seconds": ttl})

    def _refusal(self, request: Request) -> Answer | None:
        if request.method != "GET":
            self.violation(f"{request.method} {request.path}: it must be GET")
            return Answer(405)
        token = request.headers.get("x-aws-ec2-metadata-token")
        if token is None and self.version_1:
            return None
        if token is None:
            self.violation(f"{request.path} without a token: that is IMDSv1")
            return Answer(401)
        if self._tokens.get(token, 0) < time.time():
            self.violation(f"{request.path} with a token that is unknown or expired")
            return Answer(401)
        return None

    def _credentials(self, request: Request) -> Answer:
        if request.path != _CREDENTIALS + (self.role or ""):
            self.violation(f"{request.path} asks for a role that the instance does not have")
            return Answer(404)
        if self.code != "Success":
            return Answer(body=json.dumps({"Code": self.code, "Message": "the role cannot be assumed"}).encode())
        issued = self.current()
        return Answer(
            headers={"Content-Type": "text/plain"},
            body=json.dumps({
                "Code": "Success", "LastUpdated": "2024-01-01T00:00:00Z", "Type": "AWS-HMAC",
                "AccessKeyId": issued.access_key_id, "SecretAccessKey": issued.secret_access_key,
                "Token": issued.session_token, "Expiration": issued.expiration,
            }, indent=2).encode(),
        )

    @staticmethod
    def _text(text: str) -> Answer:
        return Answer(body=text.encode(), headers={"Content-Type": "text/plain"})
