"""The Security Token Service: AssumeRole and AssumeRoleWithWebIdentity, with every header signature verified.

https://docs.aws.amazon.com/STS/latest/APIReference/
"""

from urllib.parse import parse_qs

from .answers import Answer
from .credential_ledger import CredentialLedger, IssuedCredentials
from .header_signature import signature_problem, time_problem
from .service import Request, Service


class SecurityTokenService(Service):
    """Steps: AssumeRole, AssumeRoleWithWebIdentity are counted in `actions`; all requests are of the step `call`.

    Each role that is assumed gets the same credentials for the life of the service, so that two clients can be
    compared, unless `repeats` is switched off. token: the web identity token that is accepted.
    """

    def __init__(self, ledger: CredentialLedger, lifetime: float = 3600, **server):
        super().__init__(**server)
        self.ledger = ledger
        self.lifetime = lifetime
        self.token = "header.payload.signature"
        self.repeats = True
        self.calls: list[dict[str, str]] = []
        self.roles: dict[str, IssuedCredentials] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        return {"AWS_ENDPOINT_URL_STS": self.url}

    def step(self, method: str, path: str) -> str:
        return "call"

    def answer(self, request: Request) -> Answer:
        if request.method == "GET":
            # What people see who open the endpoint in a browser.
            return Answer(status=302, headers={"Location": "https://aws.amazon.com/iam"})
        form = {name: values[0] for name, values in parse_qs(request.body.decode(), strict_parsing=True).items()}
        self.calls.append(form)
        if form.get("Version") != "2011-06-15" or request.method != "POST":
            self.violation(f"{request.method} with Version {form.get('Version')!r}")
        action = form["Action"]
        refusal = self._refusal(request, form, action)
        if refusal:
            return _error(*refusal)
        if action == "GetCallerIdentity":
            return self._identity(request)
        role = form["RoleArn"]
        issued = self.roles.get(role) if self.repeats else None
        issued = self.roles[role] = issued or self.ledger.session(self.lifetime + self.ahead)
        name = role.rpartition("/")[2]
        account = role.split(":")[4]
        body = f"""<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><AssumedRoleUser>
<AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::{account}:assumed-role/{name}/{form["RoleSessionName"]}</Arn>
</AssumedRoleUser><Credentials><AccessKeyId>{issued.access_key_id}</AccessKeyId>
<SecretAccessKey>{issued.secret_access_key}</SecretAccessKey><SessionToken>{issued.session_token}</SessionToken>
<Expiration>{issued.expiration}</Expiration></Credentials></{action}Result>
<ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata></{action}Response>"""
        return Answer(headers={"Content-Type": "text/xml"}, body=body.encode())

    def _identity(self, request: Request) -> Answer:
        """Whose signature it is: a role's session by the role it was given for, else a user."""
        key_id = request.headers["authorization"].partition("Credential=")[2].partition("/")[0]
        role = next((role for role, issued in self.roles.items() if issued.access_key_id == key_id), None)
        arn = "arn:aws:iam::111122223333:user/app"
        if role:
            arn = f"arn:aws:sts::{role.split(':')[4]}:assumed-role/{role.rpartition('/')[2]}/session"
        body = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{arn.split(":")[4]}</Account></GetCallerIdentityResult><ResponseMetadata>
<RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""
        return Answer(headers={"Content-Type": "text/xml"}, body=body.encode())

    def _refusal(self, request, form, action):
        if action == "AssumeRoleWithWebIdentity":
            if "authorization" in request.headers:
                self.violation("AssumeRoleWithWebIdentity is signed")
            good = form.get("WebIdentityToken") == self.token
            return None if good else ("InvalidIdentityToken", "the token is not the one", 400)
        if action not in ("AssumeRole", "GetCallerIdentity"):
            return "InvalidAction", "no such action", 400
        problem = signature_problem(request, self.ledger, "sts")
        if problem:
            self.violation(problem)
            return "SignatureDoesNotMatch", problem, 403
        late = time_problem(request, self.ahead)
        if late:
            return "SignatureDoesNotMatch", late, 403
        if form.get("RoleArn", "").endswith("/denied"):
            return "AccessDenied", "not authorized to perform: sts:AssumeRole", 403
        return None


def _error(code: str, message: str, status: int) -> Answer:
    body = (f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>{code}'
            f"</Code><Message>{message}</Message></Error><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId>"
            "</ErrorResponse>")
    return Answer(status=status, headers={"Content-Type": "text/xml"}, body=body.encode())
