"""IAM Identity Center: the portal that hands out role credentials, and the OIDC service that renews its tokens.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
"""

import hashlib
import json
import time
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qs

from .answers import Answer
from .credential_ledger import CredentialLedger
from .service import Request
from .supply import CredentialSupply

START_URL = "https://corp.awsapps.com/start"


class IdentityCenter(CredentialSupply):
    """Steps: role, token.

    access_token, refresh_token: those that count; both change when the token is renewed, unless `rotates` is false.
    `reuses` counts the uses of a refresh token that no longer counts. token_lifetime: seconds that a new access token
    lives. assigned: account and role of the user.
    """

    def __init__(self, ledger: CredentialLedger, lifetime: float = 3600, **server):
        super().__init__(ledger, lifetime, **server)
        self.access_token = ledger.secret("aoa")
        self.refresh_token = ledger.secret("aor")
        self.client_secret = ledger.secret("eyJ")
        self.rotates = True
        self.reuses = 0
        self.token_lifetime = 3600.0
        self.assigned = "111122223333/app"
        self._ends = float("inf")

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        return {"AWS_ENDPOINT_URL_SSO": self.url, "AWS_ENDPOINT_URL_SSO_OIDC": self.url}

    @property
    def places(self) -> dict[str, str]:
        """Words for the texts of a situation."""
        return {"access-token": self.access_token, "sso-refresh-token": self.refresh_token,
                "client-secret": self.client_secret}

    def profile(self, name: str = "default") -> str:
        """The sections of a config file that ask for the role."""
        section = name if name == "default" else f"profile {name}"
        account, _, role = self.assigned.partition("/")
        return (f"[{section}]\nsso_session = corp\nsso_account_id = {account}\nsso_role_name = {role}\n"
                f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = eu-central-1\n")

    def write_cache(self, folder: Path, left: float = 3600, name: str = "corp", **members) -> Path:
        """The file of the AWS CLI after a login, whose access token ends in so many seconds."""
        self._ends = time.time() + left
        token = {
            "startUrl": START_URL, "region": "eu-central-1", "accessToken": self.access_token, "expiresAt": _time(left),
            "clientId": "client", "clientSecret": self.client_secret, "registrationExpiresAt": _time(86_400),
            "refreshToken": self.refresh_token}
        path = folder / f"{hashlib.sha1(name.encode()).hexdigest()}.json"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(token | members))
        path.chmod(0o600)
        return path

    def step(self, method: str, path: str) -> str:
        return {"/federation/credentials": "role", "/token": "token"}.get(path, "unknown")

    def answer(self, request: Request) -> Answer:
        if (request.method, request.step) == ("GET", "role"):
            return self._role(request)
        if (request.method, request.step) == ("POST", "token"):
            return self._token(json.loads(request.body))
        self.violation(f"{request.method} {request.path}")
        return Answer(404)

    def _role(self, request: Request) -> Answer:
        query = parse_qs(request.query, strict_parsing=True)
        if query.keys() != {"role_name", "account_id"} or "authorization" in request.headers or request.body:
            self.violation(f"the request has {sorted(query)}, a signature or a body")
        if request.headers.get("x-amz-sso_bearer_token") != self.access_token or time.time() >= self._ends:
            return _refused(401, "UnauthorizedException", message="Session token not found or invalid")
        if [f"{query['account_id'][0]}/{query['role_name'][0]}"] != [self.assigned]:
            return _refused(403, "ForbiddenException", message="No access")
        issued = self.current()
        return Answer(headers={"Content-Type": "application/json"}, body=json.dumps({"roleCredentials": {
            "accessKeyId": issued.access_key_id, "secretAccessKey": issued.secret_access_key,
            "sessionToken": issued.session_token, "expiration": int(issued.expires * 1000)}}).encode())

    def _token(self, form: dict[str, str]) -> Answer:
        if form.keys() != {"clientId", "clientSecret", "grantType", "refreshToken"} or \
                form["grantType"] != "refresh_token":
            self.violation(f"the request has {sorted(form)}")
        if (form["clientId"], form["clientSecret"]) != ("client", self.client_secret):
            return _refused(401, "InvalidClientException", error="invalid_client")
        if form["refreshToken"] != self.refresh_token:
            self.reuses += 1
            return _refused(400, "InvalidGrantException", error="invalid_grant",
                            error_description="Invalid refresh token provided")
        if self.rotates:
            self.access_token, self.refresh_token = self.ledger.secret("aoa"), self.ledger.secret("aor")
        self._ends = time.time() + self.token_lifetime
        return Answer(headers={"Content-Type": "application/json"}, body=json.dumps({
            "accessToken": self.access_token, "expiresIn": round(self.token_lifetime), "tokenType": "Bearer",
            "refreshToken": self.refresh_token}).encode())


def _refused(status: int, kind: str, **members: str) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": f"{kind}:http://internal.amazon.com/coral/"}
    return Answer(status, headers=headers, body=json.dumps(members).encode())


def _time(left: float) -> str:
    return datetime.fromtimestamp(time.time() + left, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
