"""The fake services against botocore's own clients: what works there is what a real service would have answered."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.credentials import ContainerProvider, InstanceMetadataProvider
from botocore.exceptions import CredentialRetrievalError, SSLError
from botocore.httpsession import URLLib3Session
from botocore.utils import ContainerMetadataFetcher, InstanceMetadataFetcher

from FakeAWS import ContainerEndpoint, CredentialLedger, InstanceMetadata, answers, make_certificate


@pytest.fixture
def ledger():
    return CredentialLedger()


def instance_credentials(service):
    fetcher = InstanceMetadataFetcher(base_url=service.url + "/", num_attempts=1, timeout=2)
    return InstanceMetadataProvider(fetcher).load()


def test_botocore_gets_instance_credentials(ledger):
    with InstanceMetadata(ledger) as service:
        found = instance_credentials(service).get_frozen_credentials()
    issued = ledger.find(found.access_key)
    assert (found.secret_key, found.token) == (issued.secret_access_key, issued.session_token)
    assert service.violations == []
    assert (service.count("token"), service.count("role"), service.count("credentials")) == (1, 1, 1)


@pytest.mark.parametrize("step, fault", [
    ("role", answers.refused(404)), ("role", answers.refused(500)), ("credentials", answers.garbage()),
    ("credentials", answers.truncated()), ("token", answers.not_http()), ("credentials", answers.hang()),
])
def test_faults_leave_botocore_without_credentials(ledger, step, fault):
    with InstanceMetadata(ledger) as service:
        service.break_step(step, fault)
        assert instance_credentials(service) is None
        service.heal()
        assert instance_credentials(service) is not None


def test_a_fault_can_end_by_itself(ledger):
    with InstanceMetadata(ledger) as service:
        service.break_step("credentials", answers.refused(500), times=1)
        assert instance_credentials(service) is None
        assert instance_credentials(service) is not None


def test_a_failing_code_is_answered_with_status_200(ledger):
    with InstanceMetadata(ledger) as service:
        service.code = "AssumeRoleUnauthorizedAccess"
        assert instance_credentials(service) is None
        assert service.count("credentials") == 1


def test_credentials_are_repeated_until_shortly_before_their_end(ledger):
    with InstanceMetadata(ledger, lifetime=3600) as service:
        service.repeat_until = 300
        first = service.current()
        assert service.current() is first
        service.repeat_until = 3700
        assert service.current() is not first


def test_imdsv1_and_wrong_ttls_are_violations(ledger):
    with InstanceMetadata(ledger) as service:
        assert status(service.url + "/latest/meta-data/iam/security-credentials/") == 401
        token = service.url + "/latest/api/token"
        assert status(token) == 405
        assert status(token, "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "21601"}) == 400
        assert status(token, "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60", "X-Forwarded-For": "::1"}) == 403
        assert status(token, "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"}) == 200
    assert len(service.violations) == 4


def test_botocore_gets_container_credentials_with_a_token_file(ledger, tmp_path):
    token = tmp_path / "token"
    token.write_text("first")
    with ContainerEndpoint(ledger) as service:
        service.authorization_file = token
        assert ledger.find(container_credentials(service).access_key)
        token.write_text("second")
        assert ledger.find(container_credentials(service).access_key)
    assert service.violations == []
    assert [request.headers["authorization"] for request in service.requests] == ["first", "second"]


def test_a_wrong_container_authorization_is_a_violation(ledger):
    with ContainerEndpoint(ledger) as service:
        service.authorization = "right"
        environment = service.environment | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong"}
        with pytest.raises(CredentialRetrievalError):
            container_credentials(service, environment)
    assert service.violations


def test_container_endpoint_over_tls(ledger, tmp_path):
    certificate = make_certificate(tmp_path)
    with ContainerEndpoint(ledger, certificate=certificate) as service:
        assert service.url.startswith("https://localhost:")
        session = URLLib3Session(verify=str(certificate.authority), timeout=5)
        assert ledger.find(container_credentials(service, session=session).access_key)
        with pytest.raises(SSLError):
            container_credentials(service, session=URLLib3Session(timeout=5))


def test_an_enormous_answer_is_as_large_as_it_says(ledger):
    with ContainerEndpoint(ledger) as service:
        service.break_step("credentials", answers.enormous(3))
        with urllib.request.urlopen(service.url + service.PATH, timeout=10) as response:
            assert len(response.read()) == 3 << 20 == int(response.headers["Content-Length"])


def test_expired_credentials_can_be_answered(ledger):
    with ContainerEndpoint(ledger, lifetime=-60) as service:
        with urllib.request.urlopen(service.url + service.PATH, timeout=10) as response:
            answer = json.load(response)
    assert ledger.find(answer["AccessKeyId"]).expires < service.requests[0].at


def container_credentials(service, environment=None, session=None):
    fetcher = ContainerMetadataFetcher(session=session, sleep=lambda _: None)
    provider = ContainerProvider(environ=environment or service.environment, fetcher=fetcher)
    return provider.load().get_frozen_credentials()


def status(url, method="GET", headers=None):
    request = urllib.request.Request(url, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
