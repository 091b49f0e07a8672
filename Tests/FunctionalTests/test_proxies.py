"""Calls to AWS go through the proxy that the environment names; metadata never does (test_credentials.py)."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from Processes.command import command
from Processes.environment import clean_environment

ANSWER = b"""<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>ASIAPROXIED</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""


class Proxy(BaseHTTPRequestHandler):
    """Answers as STS would to whatever is posted through it, and refuses tunnels; notes what it was asked."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.lines.append(self.requestline)
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def do_CONNECT(self):
        self.server.lines.append(self.requestline)
        self.send_error(502)

    def log_message(self, *arguments):
        """Says nothing."""


@pytest.fixture
def proxy():
    """A proxy on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.lines = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def credentials(folder):
    """Resolves the credentials of a web identity with further variables."""
    (folder / "token").write_text("a web identity token")
    settings = {
        "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/proxied", "AWS_WEB_IDENTITY_TOKEN_FILE": str(folder / "token"),
        "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1",
    }
    return lambda **variables: command("credentials", env=clean_environment(folder) | settings | variables)


def test_plain_http_is_asked_of_the_proxy(proxy, credentials):
    outcome = credentials(AWS_ENDPOINT_URL_STS="http://sts.example.test:1", HTTP_PROXY=proxy.url)
    assert outcome.code == 0 and "ASIAPROXIED" in outcome.out, outcome.err
    assert proxy.lines == ["POST http://sts.example.test:1/ HTTP/1.1"]


def test_https_goes_through_a_tunnel_and_a_refusal_is_told(proxy, credentials):
    outcome = credentials(HTTPS_PROXY=proxy.url)
    assert outcome.code == 1 and "502" in outcome.err
    assert proxy.lines == ["CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1"]


def test_an_exception_is_asked_directly(proxy, credentials):
    outcome = credentials(
        AWS_ENDPOINT_URL_STS="http://127.0.0.1:1", HTTP_PROXY=proxy.url, NO_PROXY="localhost,127.0.0.0/8")
    assert outcome.code == 1 and proxy.lines == []
