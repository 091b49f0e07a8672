"""Claude Platform on AWS: the messages of the Claude API, with the bearer key that the Anthropic SDK sends."""

import json
import time

from .answers import Answer
from .bedrock_runtime import message
from .credential_ledger import CredentialLedger
from .service import Request, Service
from .verifier import KeyRefused, derive

_SERVICE = "aws-external-anthropic"


class ClaudePlatform(Service):
    """The step is messages. accepted: the keys of the requests that were answered. refused: why the others were not."""

    def __init__(self, ledger: CredentialLedger, region: str = "eu-west-1", **server):
        super().__init__(**server)
        self.ledger = ledger
        self.region = region
        self.accepted: list[str] = []
        self.refused: list[str] = []

    def step(self, method: str, path: str) -> str:
        return "messages" if (method, path) == ("POST", "/v1/messages") else "unknown"

    def answer(self, request: Request) -> Answer:
        if request.step == "unknown" or not request.headers.get("anthropic-workspace-id"):
            self.violation(f"{request.method} {request.path}: no such operation, or no workspace is named")
            return _json(404, {"type": "error", "error": {"type": "not_found_error", "message": "not found"}})
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            derived = derive(key, self.ledger.find, _SERVICE)
            if derived.region != self.region or time.time() >= derived.expires:
                raise KeyRefused("it is another region's, or dead")
        except KeyRefused as refusal:
            self.refused.append(str(refusal))
            error = {"type": "authentication_error", "message": "invalid bearer token"}
            return _json(401, {"type": "error", "error": error})
        self.accepted.append(key)
        return _json(200, message(json.loads(request.body)["model"]))


def _json(status: int, content: dict) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})
