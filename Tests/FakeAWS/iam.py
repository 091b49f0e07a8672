"""Identity and Access Management: users and service-specific credentials over the query protocol, signatures verified.

https://docs.aws.amazon.com/IAM/latest/APIReference/
"""

import base64
import binascii
import re
from dataclasses import replace
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from .answers import Answer
from .credential_ledger import CredentialLedger, IssuedCredentials
from .header_signature import signature_problem
from .iam_parameters import PARAMETERS, Parameters
from .service import Request, Service
from .service_credentials import LONGEST_AGE, Refusal, ServiceCredential, ServiceCredentials, moment

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_POLICY = re.compile(r"arn:(aws[a-z-]*):iam::(aws|\d{12}):policy/([\w+=,.@/-]+)", re.ASCII)
MANAGED_POLICIES = ("AmazonBedrockLimitedAccess", "AmazonBedrockFullAccess", "AmazonBedrockReadOnly")


class IdentityService(Service):
    """IAM. Each action is a step. `account` has the users and credentials, for tests to look at and to change.

    break_step(action, fault) makes an answer go wrong after the action was applied, answers.lost() for one;
    prevent(action, answer) gives another answer and applies nothing. own(credentials, user) says whose static
    credentials these are, for requests that name no user. page: how many credentials List tells at once.
    """

    def __init__(self, ledger: CredentialLedger, account: str = "111122223333", **server):
        super().__init__(**server)
        self.ledger = ledger
        self.account = ServiceCredentials(account)
        self.page = 100
        self._owners: dict[str, str] = {}
        self._prevented: dict[str, tuple[Answer, int | None]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here."""
        return {"AWS_ENDPOINT_URL_IAM": self.url}

    def own(self, credentials: IssuedCredentials, user: str) -> None:
        """These are the access keys of this user."""
        self._owners[credentials.access_key_id] = user

    def prevent(self, action: str, answer: Answer, times: int | None = None) -> None:
        """From now on (or for the next `times` requests) the action is answered so, and nothing is applied."""
        with self._lock:
            self._prevented[action] = (answer, times)

    def heal(self) -> None:
        super().heal()
        self._prevented.clear()

    def respond(self, request: Request) -> Answer:
        form = dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
        return super().respond(replace(request, step=form.get("Action", "?")))

    def step(self, method: str, path: str) -> str:
        return "?"

    def answer(self, request: Request) -> Answer:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
        try:
            self._check(request, form)
            prevented = self._next_prevented(request.step)
            if prevented:
                return prevented
            result = getattr(self, "_" + request.step)(Parameters(form, request, self._owners))
        except Refusal as refusal:
            return refused(refusal.code, refusal.message, refusal.status)
        body = "" if result is None else f"<{request.step}Result>{result}</{request.step}Result>"
        return _xml(200, f'<{request.step}Response xmlns="{_NAMESPACE}">{body}<ResponseMetadata><RequestId>'
                    f"7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId></ResponseMetadata></{request.step}Response>")

    def _next_prevented(self, action: str) -> Answer | None:
        answer, left = self._prevented.get(action, (None, None))
        if left is not None:
            self._prevented[action] = (answer, left - 1)
            if left <= 1:
                del self._prevented[action]
        return answer

    def _check(self, request: Request, form: dict[str, str]) -> None:
        problem = signature_problem(request, self.ledger, "iam")
        if problem:
            self.violation(problem)
            raise Refusal("SignatureDoesNotMatch", problem, 403)
        known = PARAMETERS.get(request.step)
        if known is None or form.get("Version") != "2010-05-08" or request.method != "POST":
            self.violation(f"{request.method} {request.step} of version {form.get('Version')!r}")
            raise Refusal("InvalidAction", f"Could not find operation {request.step}")
        surplus = form.keys() - {name.removeprefix("*") for name in known} - {"Action", "Version"}
        missing = {name[1:] for name in known if name[0] == "*"} - form.keys()
        if surplus or missing:
            self.violation(f"{request.step}: unknown {sorted(surplus)}, missing {sorted(missing)}")
            raise Refusal("ValidationError", f"unknown {sorted(surplus)}, missing {sorted(missing)}")

    def _CreateServiceSpecificCredential(self, given: Parameters) -> str:
        days = given.number("CredentialAgeDays", 1, LONGEST_AGE)
        made = self.account.create(given.user, given["ServiceName"], days)
        return self._described(made, made.secret, "ServiceSpecificCredential")

    def _ResetServiceSpecificCredential(self, given: Parameters) -> str:
        found = self.account.reset(given.id, given.user)
        return self._described(found, found.secret, "ServiceSpecificCredential")

    def _UpdateServiceSpecificCredential(self, given: Parameters) -> None:
        found = self.account.find(given.id, given.user)
        if given["Status"] not in ("Active", "Inactive"):
            raise Refusal("ValidationError", "Status must be Active or Inactive")
        if found.status(self.account.now()) == "Expired":
            raise Refusal("InvalidInput", "The credential has expired")
        found.active = given["Status"] == "Active"

    def _DeleteServiceSpecificCredential(self, given: Parameters) -> None:
        del self.account.credentials[self.account.find(given.id, given.user).id]

    def _ListServiceSpecificCredentials(self, given: Parameters) -> str:
        user = None
        if given.get("AllUsers", "false") == "true":
            if "UserName" in given or "ServiceName" not in given:
                raise Refusal("ValidationError", "AllUsers needs a ServiceName and excludes UserName")
        else:
            user = self.account.user(given.user).name
        found = self.account.listed(user, given.get("ServiceName"))
        start = _place(given["Marker"]) if "Marker" in given else 0
        end = start + min(self.page, given.number("MaxItems", 1, 1000) or self.page)
        members = "".join(self._described(one, None, "member") for one in found[start:end])
        more = f"<IsTruncated>true</IsTruncated><Marker>{_marker(end)}</Marker>"
        return (f"<ServiceSpecificCredentials>{members}</ServiceSpecificCredentials>"
                + (more if end < len(found) else "<IsTruncated>false</IsTruncated>"))

    def _CreateUser(self, given: Parameters) -> str:
        made = self.account.add_user(given.user)
        return (f"<User><Path>/</Path><UserName>{escape(made.name)}</UserName><UserId>{made.id}</UserId>"
                f"<Arn>arn:aws:iam::{self.account.account}:user/{escape(made.name)}</Arn>"
                f"<CreateDate>{moment(made.created)}</CreateDate></User>")

    def _AttachUserPolicy(self, given: Parameters) -> None:
        user, arn = self.account.user(given.user), given["PolicyArn"]
        match = _POLICY.fullmatch(arn)
        if not match:
            raise Refusal("InvalidInput", f"ARN {arn} is not valid.")
        if match[2] == "aws" and match[3] not in MANAGED_POLICIES:
            raise Refusal("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
        if arn not in user.policies:
            user.policies.append(arn)

    def _described(self, one: ServiceCredential, secret: str | None, element: str) -> str:
        values = {
            "CreateDate": moment(one.created), "ExpirationDate": moment(one.expires) if one.expires else None,
            "ServiceName": one.service, "ServiceCredentialAlias": one.alias, "ServiceCredentialSecret": secret,
            "ServiceSpecificCredentialId": one.id, "UserName": one.user, "Status": one.status(self.account.now()),
        }
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items() if value)
        return f"<{element}>{inner}</{element}>"


def refused(code: str, message: str = "refused by the test", status: int = 400) -> Answer:
    """How IAM refuses."""
    kind = "Sender" if status < 500 else "Receiver"
    return _xml(status, f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{kind}</Type><Code>{code}</Code><Message>'
                f"{escape(message)}</Message></Error><RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId>"
                "</ErrorResponse>")


def throttled() -> Answer:
    """How IAM says "not so fast"."""
    return refused("Throttling", "Rate exceeded")


def denied(action: str, why: str = "because no identity-based policy allows the action") -> Answer:
    """How IAM says that the caller may not; `why` is how the sentence ends."""
    return refused("AccessDenied", "User: arn:aws:iam::111122223333:user/operator is not authorized to perform: "
                   f"iam:{action} on resource: user bedrock-batch {why}", 403)


def _xml(status: int, text: str) -> Answer:
    return Answer(status=status, headers={"Content-Type": "text/xml"}, body=text.encode())


def _marker(place: int) -> str:
    # Markers are opaque, and have characters that a form must encode.
    return base64.b64encode(f"after {place} of them?>".encode()).decode()


def _place(marker: str) -> int:
    try:
        return int(base64.b64decode(marker, validate=True).split()[1])
    except (binascii.Error, ValueError, IndexError):
        raise Refusal("ValidationError", "Invalid Marker.") from None
