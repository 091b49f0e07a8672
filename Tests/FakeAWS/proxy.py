"""A forward proxy: tunnels (CONNECT) to the fake services that stand for the hosts of AWS."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy:
    """Use it as a context manager. `hosts` are those that were asked for, in order.

    routes: the beginning of a host's name, and the port on loopback that stands for it; other hosts are refused with
    502. authorization: the Proxy-Authorization header that is asked for (else 407), None for none. status: refuses
    everything with it.
    """

    def __init__(self, routes: dict[str, int] | None = None, address: tuple[str, int] = ("127.0.0.1", 0)):
        self.routes = routes or {}
        self.hosts: list[str] = []
        self.authorization: str | None = None
        self.status: int | None = None
        self._server = _Server(address, _Connection)
        self._server.proxy = self
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def refusal(self, authorization: str | None) -> int | None:
        """The status that a request with this header is refused with; None where it is not."""
        if self.authorization and authorization != self.authorization:
            return 407
        return self.status

    def port_of(self, host: str) -> int | None:
        """The port on loopback that stands for a host."""
        return next((port for start, port in self.routes.items() if host.startswith(start)), None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy

    def handle_error(self, request, client_address):
        """Either side may leave at any time: no traceback."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self):
        proxy, (host, _, _port) = self.server.proxy, self.path.partition(":")
        proxy.hosts.append(host)
        port = proxy.port_of(host)
        refusal = proxy.refusal(self.headers.get("Proxy-Authorization")) or (None if port else 502)
        if refusal:
            return self.refuse(refusal)
        with socket.create_connection(("127.0.0.1", port), timeout=20) as service:
            self.send_response(200, "Connection established")
            self.end_headers()
            back = threading.Thread(target=_copy, args=(service, self.connection), daemon=True)
            back.start()
            _copy(self.connection, service)
            back.join(20)
        self.close_connection = True

    def do_GET(self):
        """Requests of plain http: what must not come here at all."""
        self.server.proxy.hosts.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.refuse(self.server.proxy.refusal(self.headers.get("Proxy-Authorization")) or 502)

    do_PUT = do_POST = do_GET

    def refuse(self, status: int) -> None:
        """An answer without a body; the connection ends."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def log_message(self, *_):
        """The hosts are kept as values."""


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copies until one side ends, and tells the other."""
    try:
        while part := source.recv(65536):
            target.sendall(part)
    except OSError:
        pass
    for side, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        try:
            side.shutdown(how)
        except OSError:
            pass
