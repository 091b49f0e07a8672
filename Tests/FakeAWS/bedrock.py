"""Amazon Bedrock: who may call it with `Authorization: Bearer KEY`, and the free call of its control plane.

The refusals are the service's own: status 403, the code in x-amzn-errortype and `{"Message": …}`, as people who met
them quote them (https://github.com/ai4s-research/open-science/issues/53: another region's key; zeroclaw-labs/zeroclaw
issue 5289: no key at all); those of policies are the texts of
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html.
"""

import json
import time
from collections.abc import Callable

from .answers import Answer
from .credential_ledger import CredentialLedger
from .service import Request, Service
from .verifier import PREFIX, KeyRefused, derive

LONG_TERM_PREFIX = "ABSK"
CALLER = "arn:aws:sts::111122223333:assumed-role/app/i-0123456789abcdef0"
ORGANIZATION_POLICY = "arn:aws:organizations::444455556666:policy/o-example/service_control_policy/p-example"

# What IAM says after `is not authorized to perform: ACTION`, by the kind of denial.
DENIALS = {
    "missing": " on resource: * because no identity-based policy allows the {action} action",
    "explicit": " on resource: * with an explicit deny in an identity-based policy",
    "organization": f" on resource: * with an explicit deny in a service control policy: {ORGANIZATION_POLICY}",
}
# Signed more than this many seconds in the future: refused (the clock skew that Signature Version 4 allows).
_FUTURE = 300
_INVALID = "Authentication failed: Please make sure your API Key is valid."

# Gives the ARN of the user whose live long-term key this is; None for any other text.
FindLongTerm = Callable[[str], str | None]


class BearerCheck:
    """Judges the key of a request as Bedrock does in one region.

    denied: IAM actions, and how each is denied (a word of DENIALS). Without `bedrock:CallWithBearerToken` no key works.
    accepted, refused: the keys that came, in order.
    """

    ACTION = "bedrock:CallWithBearerToken"

    def __init__(self, ledger: CredentialLedger, region: str, find_long_term: FindLongTerm = lambda _: None):
        self.ledger = ledger
        self.region = region
        self.find_long_term = find_long_term
        self.denied: dict[str, str] = {}
        self.accepted: list[str] = []
        self.refused: list[str] = []

    def refusal(self, request: Request, action: str) -> Answer | None:
        """The answer to a request that may not perform this action with its key; None if it may."""
        authorization = request.headers.get("authorization", "")
        key = authorization.removeprefix("Bearer ")
        problem = self._problem(key) if key != authorization else "Authorization header is missing"
        (self.refused if problem else self.accepted).append(key)
        if problem:
            return denial(problem, service="com.amazon.coral.service")
        return denial(self._policy(action, key)) if action in self.denied else None

    def _problem(self, key: str) -> str | None:
        """What is wrong with the key itself."""
        if key.startswith(LONG_TERM_PREFIX):
            if self.find_long_term(key) is None:
                return _INVALID
        elif not key.startswith(PREFIX):
            return "Invalid API Key format: Must start with pre-defined prefix"
        else:
            try:
                derived = derive(key, self.ledger.find)
            except KeyRefused:
                return _INVALID
            now = time.time()
            if derived.region != self.region or derived.issued > now + _FUTURE:
                return _INVALID
            if now >= derived.issued + derived.lifetime:
                return "Bearer Token has expired"
            if now >= derived.expires:
                return _INVALID
        return self._policy(self.ACTION, key) if self.ACTION in self.denied else None

    def _policy(self, action: str, key: str) -> str:
        caller = self.find_long_term(key) or CALLER
        return f"User: {caller} is not authorized to perform: {action}" + DENIALS[self.denied[action]].format(
            action=action)


def denial(message: str, service: str = "com.amazon.bedrock") -> Answer:
    """An AccessDeniedException."""
    return refusal(403, "AccessDeniedException", message, service)


def refusal(status: int, code: str, message: str, service: str = "com.amazon.bedrock") -> Answer:
    """An exception in the form of Bedrock's REST JSON protocol."""
    headers = {"Content-Type": "application/json",
               "x-amzn-errortype": f"{code}:http://internal.amazon.com/coral/{service}/",
               "x-amzn-requestid": "1f2d3c4b-0000-4000-8000-0123456789ab"}
    return Answer(status=status, headers=headers, body=json.dumps({"Message": message}).encode())


class BedrockControlPlane(Service):
    """ListFoundationModels of one region, the step `models`. `check` judges the keys."""

    def __init__(self, ledger: CredentialLedger, region: str = "eu-west-1",
                 find_long_term: FindLongTerm = lambda _: None, **server):
        super().__init__(**server)
        self.check = BearerCheck(ledger, region, find_long_term)

    def step(self, method: str, path: str) -> str:
        return "models" if (method, path) == ("GET", "/foundation-models") else "unknown"

    def answer(self, request: Request) -> Answer:
        if request.step == "unknown" or request.body:
            self.violation(f"{request.method} {request.path} with {len(request.body)} bytes")
            return refusal(404, "UnknownOperationException", "", "com.amazon.coral.service")
        refused = self.check.refusal(request, "bedrock:ListFoundationModels")
        if refused:
            return refused
        model = {
            "modelArn": f"arn:aws:bedrock:{self.check.region}::foundation-model/amazon.nova-lite-v1:0",
            "modelId": "amazon.nova-lite-v1:0", "modelName": "Nova Lite", "providerName": "Amazon",
            "inputModalities": ["TEXT"], "outputModalities": ["TEXT"], "responseStreamingSupported": True,
            "customizationsSupported": [], "inferenceTypesSupported": ["ON_DEMAND"],
            "modelLifecycle": {"status": "ACTIVE"},
        }
        return Answer(headers={"Content-Type": "application/json"}, body=json.dumps({"modelSummaries": [model]}).encode())
