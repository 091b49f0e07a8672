"""AWS Sign-In, as far as `aws login` needs it to renew its credentials. Each proof of possession is verified.

https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html
"""

import hashlib
import json
import time
from datetime import datetime, timezone
from pathlib import Path

from .answers import Answer
from .credential_ledger import CredentialLedger
from .dpop import ProofRefused, ProofVerifier
from .service import Request
from .supply import CredentialSupply

SESSION = "arn:aws:iam::111122223333:user/ann"
CLIENT = "arn:aws:signin:::devtools/same-device"
# The key of RFC 7515, appendix A.3.
PROOF_KEY = """-----BEGIN EC PRIVATE KEY-----
MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b
focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END EC PRIVATE KEY-----
"""


class SignIn(CredentialSupply):
    """Step: token.

    refresh_token: the one that counts. rotates: whether each use makes another one; `reuses` counts the uses of one
    that no longer counts. grace: whether the last one may be used again, as after an answer that was lost.
    error: the code that every request is refused with, None for none. expires_in: what is told of the credentials'
    life, None for the truth.
    """

    def __init__(self, ledger: CredentialLedger, lifetime: float = 900, **server):
        super().__init__(ledger, lifetime, **server)
        self.refresh_token = ledger.secret("refresh")
        self.previous: str | None = None
        self.rotates = True
        self.grace = False
        self.reuses = 0
        self.error: str | None = None
        self.expires_in: int | None = None
        self._verifier = ProofVerifier(ledger.remember(PROOF_KEY), lambda: time.time() + self.ahead)

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        return {"AWS_ENDPOINT_URL_SIGNIN": self.url}

    @property
    def places(self) -> dict[str, str]:
        """Words for the texts of a situation."""
        return {"proof-key": json.dumps(PROOF_KEY)[1:-1], "refresh-token": self.refresh_token}

    def write_cache(self, folder: Path, left: float = 900, session: str = SESSION, **members) -> Path:
        """The file of the AWS CLI after a login, whose credentials end in so many seconds."""
        issued = self.ledger.session(left)
        ends = datetime.fromtimestamp(issued.expires, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        token = {
            "accessToken": {
                "accessKeyId": issued.access_key_id, "secretAccessKey": issued.secret_access_key,
                "sessionToken": issued.session_token, "accountId": "111122223333", "expiresAt": ends},
            "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4", "clientId": CLIENT,
            "refreshToken": self.refresh_token, "idToken": self.ledger.secret("eyJ"), "dpopKey": PROOF_KEY}
        path = folder / f"{hashlib.sha256(session.encode()).hexdigest()}.json"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(token | members))
        path.chmod(0o600)
        return path

    def step(self, method: str, path: str) -> str:
        return "token" if path == "/v1/token" else "unknown"

    def answer(self, request: Request) -> Answer:
        if request.method != "POST" or request.step != "token":
            self.violation(f"{request.method} {request.path}: it must be POST /v1/token")
            return Answer(404)
        form = json.loads(request.body)
        if form.keys() != {"clientId", "grantType", "refreshToken"} or form["grantType"] != "refresh_token":
            self.violation(f"the request has {sorted(form)}")
            return _refused("ValidationException", "INVALID_REQUEST")
        try:
            self._verifier.verify(request.headers.get("dpop", ""), request.method, self.url + request.path)
        except ProofRefused as refusal:
            self.violation(str(refusal))
            return _refused("ValidationException", "INVALID_REQUEST")
        if self.error:
            return _refused("AccessDeniedException", self.error)
        allowed = {self.refresh_token} | ({self.previous} if self.grace else set())
        if form["clientId"] != CLIENT or form["refreshToken"] not in allowed:
            self.reuses += 1
            return _refused("AccessDeniedException", "TOKEN_EXPIRED")
        return self._renewed(form["refreshToken"])

    def _renewed(self, used: str) -> Answer:
        # Who asks again with the last one gets what was answered then.
        if self.rotates and used == self.refresh_token:
            self.previous, self.refresh_token = self.refresh_token, self.ledger.secret("refresh")
        issued = self.current()
        life = round(issued.expires - time.time()) if self.expires_in is None else self.expires_in
        return Answer(headers={"Content-Type": "application/json"}, body=json.dumps({
            "accessToken": {
                "accessKeyId": issued.access_key_id, "secretAccessKey": issued.secret_access_key,
                "sessionToken": issued.session_token},
            "tokenType": "aws_sigv4", "expiresIn": life, "refreshToken": self.refresh_token}).encode())


def _refused(kind: str, error: str) -> Answer:
    return Answer(400, headers={"Content-Type": "application/json", "x-amzn-ErrorType": kind},
                  body=json.dumps({"error": error, "message": "refused by the test"}).encode())
