"""Bedrock's runtime: Converse, InvokeModel as Anthropic's models answer it, and the OpenAI-compatible chat completions.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html
"""

import json
import re
from urllib.parse import unquote

from .answers import Answer
from .bedrock import BearerCheck, refusal
from .credential_ledger import CredentialLedger
from .service import Request, Service

REPLY = "pong"
_MODEL = re.compile(r"/model/([^/]+)/(converse|invoke)")
_CHAT = "/openai/v1/chat/completions"


class BedrockRuntime(Service):
    """Steps: converse, invoke, chat. Every model says "pong".

    accepted: for each model the keys of the requests that were answered, in order. refused: what the other requests
    were told.
    """

    def __init__(self, ledger: CredentialLedger, region: str = "eu-west-1", **server):
        super().__init__(**server)
        self.check = BearerCheck(ledger, region)
        self.accepted: dict[str, list[str]] = {}
        self.refused: list[str] = []

    def step(self, method: str, path: str) -> str:
        if path == _CHAT:
            return "chat"
        match = _MODEL.fullmatch(path)
        return match[2] if match else "unknown"

    def answer(self, request: Request) -> Answer:
        if request.method != "POST" or request.step == "unknown":
            self.violation(f"{request.method} {request.path}: there is no such operation")
            return refusal(404, "UnknownOperationException", "", "com.amazon.coral.service")
        refused = self.check.refusal(request, "bedrock:InvokeModel")
        if refused:
            self.refused.append(f"{request.path}: {refused.body.decode()}")
            return refused
        sent = json.loads(request.body)
        model = sent["model"] if request.step == "chat" else unquote(_MODEL.fullmatch(request.path)[1])
        if not sent.get("messages"):
            self.violation(f"{request.path} without messages")
            return refusal(400, "ValidationException", "messages: at least one is needed")
        self.accepted.setdefault(model, []).append(request.headers["authorization"].removeprefix("Bearer "))
        body = json.dumps(_ANSWERS[request.step](model)).encode()
        return Answer(headers={"Content-Type": "application/json"}, body=body)


def _converse(_: str) -> dict:
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": REPLY}]}}, "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1},
    }


def message(model: str) -> dict:
    """What Claude answers, here and on Claude Platform on AWS."""
    return {
        "id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": model,
        "content": [{"type": "text", "text": REPLY}], "stop_reason": "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def _completion(model: str) -> dict:
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": REPLY}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


_ANSWERS = {"converse": _converse, "invoke": message, "chat": _completion}
