"""docker's engine as far as `docker create` and `docker run --detach` need it, on a socket of its own: what the client posts is kept."""

import json
import re
import shutil
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from .binaries import tool

# What .ci/unpack-docker-client makes where there is no docker.
_UNPACKED = Path(__file__).resolve().parents[2] / ".build/docker/docker"
# The API of docker 20.10, which every later client still speaks.
# https://docs.docker.com/reference/api/engine/version/v1.41/
_API_VERSION = "1.41"
_CREATE = re.compile(r"/v[\d.]+/containers/create")
_START = re.compile(r"/v[\d.]+/containers/([0-9a-f]{64})/start")


def docker_client() -> str:
    """The path of a docker client: this machine's, else the unpacked one. Without either the test is skipped."""
    return tool("docker") if shutil.which("docker") or not _UNPACKED.exists() else str(_UNPACKED)


class DockerEngine:
    """A stand-in for dockerd. Use it as a context manager.

    created: the configuration of each container. started: the ids of those that were started.
    """

    def __init__(self, folder: Path):
        self.socket = folder / "docker.sock"
        self.created: list[dict] = []
        self.started: list[str] = []
        self._server = _Server(str(self.socket), _Connection)
        self._server.engine = self

    @property
    def environment(self) -> dict[str, str]:
        """What points a client here and keeps it from anybody's own configuration."""
        return {"DOCKER_HOST": f"unix://{self.socket}", "DOCKER_CONFIG": str(self.socket.parent)}

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    engine: DockerEngine


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        known = self.path.endswith("/_ping")
        self._answer(200 if known else 404, b"OK" if known else b'{"message":"not here"}')

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        engine = self.server.engine
        if started := _START.match(self.path):
            engine.started.append(started[1])
            self._answer(204, b"")
        elif _CREATE.match(self.path):
            engine.created.append(json.loads(body))
            self._answer(201, json.dumps({"Id": f"{len(engine.created):064x}", "Warnings": []}).encode())
        else:
            self._answer(404, b'{"message":"not here"}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Api-Version", _API_VERSION)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def address_string(self):
        return "unix"

    def log_message(self, *_):
        """What was posted is kept as values."""
