"""Calls to AWS go through the proxy that the environment names; metadata never does (test_link_local.py)."""

import pytest

from FakeAWS import make_certificate
from FakeAWS.proxy import Proxy
from FakeAWS.sts import SecurityTokenService
from Processes.command import command
from Processes.environment import clean_environment

HOST = "sts.eu-west-1.amazonaws.com"


def port(service):
    """Where a service listens on loopback."""
    return int(service.url.rpartition(":")[2])


@pytest.fixture
def sts(folder, ledger):
    """STS, with a certificate for its name in AWS."""
    with SecurityTokenService(ledger, certificate=make_certificate(folder, HOST)) as service:
        yield service
    assert service.violations == []


@pytest.fixture
def proxy(sts):
    """A proxy on loopback whose tunnels to STS end here."""
    with Proxy({HOST: port(sts)}) as server:
        yield server


@pytest.fixture
def credentials(folder, sts):
    """Resolves the credentials of a web identity with further variables."""
    (folder / "token").write_text(sts.token)
    settings = {
        "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/proxied", "AWS_WEB_IDENTITY_TOKEN_FILE": str(folder / "token"),
        "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1", "AWS_CA_BUNDLE": str(folder / "ca.pem"),
    }
    return lambda **variables: command("credentials", env=clean_environment(folder) | settings | variables)


def test_https_goes_through_a_tunnel(proxy, sts, credentials):
    outcome = credentials(HTTPS_PROXY=proxy.url)
    assert outcome.code == 0, outcome.err
    assert proxy.hosts == [HOST] and sts.count("call") == 1


def test_plain_http_is_asked_of_the_proxy_and_a_refusal_is_told(proxy, credentials):
    outcome = credentials(AWS_ENDPOINT_URL_STS="http://sts.example.test:1", HTTP_PROXY=proxy.url)
    assert outcome.code == 1 and "502" in outcome.err
    assert proxy.hosts == ["http://sts.example.test:1/"]


def test_an_exception_is_asked_directly(proxy, sts, credentials):
    outcome = credentials(
        AWS_ENDPOINT_URL_STS=sts.url, HTTPS_PROXY=proxy.url, NO_PROXY="localhost,127.0.0.0/8")
    assert proxy.hosts == [] and sts.count("call") == 1 and outcome.code == 0, outcome.err
