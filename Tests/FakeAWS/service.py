"""What the fake services share: a threaded HTTP(S) server on loopback, its request log, violations and faults."""

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .answers import Answer, Fault
from .certificates import Certificate


@dataclass(frozen=True)
class Request:
    """What a client sent. Header names are in lower case; at is time.time() on arrival."""

    at: float
    step: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Service:
    """One fake service. A subclass names the step of a request and answers it.

    Use it as a context manager; `url` is where it listens. `break_step(step, fault, times)` makes a step go wrong
    ("*" is every step), `heal()` ends that. `ahead`: how many seconds its clock is ahead of this machine's.
    """

    def __init__(self, certificate: Certificate | None = None, address: tuple[str, int] = ("127.0.0.1", 0)):
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.bytes_sent = 0
        self.ahead = 0.0
        self.stopping = threading.Event()
        self._faults: dict[str, tuple[Fault, int | None]] = {}
        self._lock = threading.RLock()
        self._server = _Server(address, _Connection)
        self._server.service = self
        if certificate:
            self._server.socket = certificate.server_context().wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme, host = ("https", "localhost") if certificate else ("http", address[0])
        self.url = f"{scheme}://{host}:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def break_step(self, step: str, fault: Fault, times: int | None = None) -> None:
        """From now on (or for the next `times` requests) the answer to this step goes through the fault."""
        with self._lock:
            self._faults[step] = (fault, times)

    def heal(self) -> None:
        """Every step answers properly again."""
        with self._lock:
            self._faults.clear()

    def count(self, step: str) -> int:
        """How many requests of this step arrived."""
        return sum(1 for request in list(self.requests) if request.step == step)

    def times(self, step: str) -> list[float]:
        """When the requests of this step arrived."""
        return [request.at for request in list(self.requests) if request.step == step]

    def violation(self, text: str) -> None:
        """Notes what a real service would not have accepted."""
        self.violations.append(text)

    def step(self, method: str, path: str) -> str:
        """The name of what this request asks for."""
        raise NotImplementedError

    def answer(self, request: Request) -> Answer:
        """The proper answer."""
        raise NotImplementedError

    def respond(self, request: Request) -> Answer:
        """The answer with the fault of its step, if there is one."""
        with self._lock:
            self.requests.append(request)
            proper = self.answer(request)
            name = request.step if request.step in self._faults else "*"
            fault, left = self._faults.get(name, (None, None))
            if fault is None:
                return proper
            if left is not None:
                self._faults[name] = (fault, left - 1)
                if left <= 1:
                    del self._faults[name]
            return fault(proper)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    service: Service

    def handle_error(self, request, client_address):
        """A client that leaves, or does not trust the certificate, is what tests are about: no traceback."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        service = self.server.service
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            at=time.time(), step=service.step(self.command, target.path), method=self.command, path=target.path,
            query=target.query, headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._send(service, service.respond(request))

    do_PUT = do_POST = do_HEAD = do_DELETE = do_GET

    def _send(self, service: Service, answer: Answer) -> None:
        if answer.hang:
            service.stopping.wait(300)
            self.close_connection = True
            return
        service.stopping.wait(answer.delay)
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        whole = len(answer.body) * answer.repeat
        self.send_header("Content-Length", str(whole if answer.declared_length is None else answer.declared_length))
        self.end_headers()
        for _ in range(answer.repeat):
            self.wfile.write(answer.body)
            service.bytes_sent += len(answer.body)
        if answer.declared_length is not None:
            self.close_connection = True

    def date_time_string(self, timestamp=None):
        """The Date of an answer, by the service's clock."""
        return super().date_time_string((time.time() if timestamp is None else timestamp) + self.server.service.ahead)

    def log_message(self, *_):
        """The request log is kept as values."""
