"""IAM Roles Anywhere's CreateSession: each signature is verified by the certificate that comes with it.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
"""

import json
from urllib.parse import parse_qsl

from cryptography import x509

from .answers import Answer
from .authority import Authority
from .credential_ledger import CredentialLedger
from .header_signature import time_problem
from .service import Request, Service
from .x509_signature import Refused, chain_problem, signer_of

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/edge"
_TRUST = "Unable to assume role for {role}."


class RolesAnywhere(Service):
    """Step: session.

    authority: what the trust anchor holds. lifetime: seconds that a session lives, whatever is asked for; a negative one
    gives expired credentials. roles: those whose trust policy lets it in. signers: the certificates that signed, in order.
    """

    def __init__(self, ledger: CredentialLedger, authority: Authority | None = None, lifetime: float = 3600, **server):
        super().__init__(**server)
        self.ledger = ledger
        self.authority = authority or Authority()
        self.lifetime = lifetime
        self.region = "eu-central-1"
        self.roles = {ROLE}
        self.durations: list[int] = []
        self.signers: list[x509.Certificate] = []

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        return {"AWS_ENDPOINT_URL_ROLESANYWHERE": self.url}

    def arn(self, kind: str) -> str:
        """The ARN of the `trust-anchor` or the `profile`."""
        return f"arn:aws:rolesanywhere:{self.region}:{ACCOUNT}:{kind}/11111111-2222-3333-4444-555555555555"

    def settings(self, key: str, folder, **more: str) -> str:
        """The roles_anywhere table of a key whose edge.pem and edge.key are in the folder."""
        values = {"certificate": f"{folder}/edge.pem", "private_key": f"{folder}/edge.key", "role_arn": ROLE,
                  "trust_anchor_arn": self.arn("trust-anchor"), "profile_arn": self.arn("profile")} | more
        return f"[keys.{key}.roles_anywhere]\n" + "".join(f"{name} = '{value}'\n" for name, value in values.items())

    def step(self, method: str, path: str) -> str:
        return "session" if path == "/sessions" else "unknown"

    def answer(self, request: Request) -> Answer:
        if request.step != "session" or request.method != "POST":
            self.violation(f"{request.method} {request.path}: it must be POST /sessions")
            return Answer(404)
        try:
            role = self._accept(request)
        except Refused as refused:
            if refused.is_violation:
                self.violation(str(refused))
            return _refusal(str(refused), refused.code, refused.status)
        issued = self.ledger.session(self.lifetime + self.ahead)
        session = {
            "assumedRoleUser": {"arn": f"{role}/session", "assumedRoleId": "AROA:session"},
            "credentials": {
                "accessKeyId": issued.access_key_id, "secretAccessKey": issued.secret_access_key,
                "sessionToken": issued.session_token, "expiration": issued.expiration},
            "packedPolicySize": 10, "roleArn": role, "sourceIdentity": "CN=edge"}
        return Answer(201, json.dumps({"credentialSet": [session], "subjectArn": "arn:aws:x"}).encode(),
                      {"Content-Type": "application/json"})

    def _accept(self, request: Request) -> str:
        """Checks all that the service does; the role, or Refused."""
        certificate, chain = signer_of(request, self.region)
        if problem := time_problem(request, self.ahead):
            raise Refused(problem)
        if problem := chain_problem(certificate, chain, self.authority.certificate, self.ahead):
            raise Refused(problem)
        asked = self._parameters(request)
        self.durations.append(asked.get("durationSeconds"))
        for kind, name in (("trust-anchor", "trustAnchorArn"), ("profile", "profileArn")):
            if asked.get(name) != self.arn(kind):
                raise Refused(f"{name} was not found", "ResourceNotFoundException", 404)
        if asked.get("roleArn") not in self.roles:
            raise Refused(_TRUST.format(role=asked.get("roleArn")))
        self.signers.append(certificate)
        return asked["roleArn"]

    def _parameters(self, request: Request) -> dict:
        """What stands in the query, and in the body: the service takes the resources in either."""
        try:
            asked = dict(parse_qsl(request.query, strict_parsing=True)) if request.query else {}
            asked |= json.loads(request.body)
        except ValueError:
            raise Refused("the request cannot be read", "ValidationException", 400, is_violation=True) from None
        duration = asked.get("durationSeconds", 3600)
        if type(duration) is not int or not 900 <= duration <= 43200:
            raise Refused(f"durationSeconds is {duration!r}", "ValidationException", 400, is_violation=True)
        return asked


def _refusal(message: str, code: str, status: int) -> Answer:
    return Answer(status, json.dumps({"message": message}).encode(),
                  {"Content-Type": "application/json", "x-amzn-ErrorType": code,
                   "x-amzn-RequestId": "c6104cbe-af31-11e0-8154-cbc7ccf896c7"})
