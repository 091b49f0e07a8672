"""boto3 works against the fake IAM in full, and sees what it shall see."""

import base64
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from FakeAWS import CredentialLedger, IdentityService, answers
from FakeAWS.iam import denied, throttled
from FakeAWS.service_credentials import BEDROCK

USER = "bedrock-batch"


@pytest.fixture
def ledger():
    return CredentialLedger()


@pytest.fixture
def iam(ledger):
    """The fake, with one user; every request must have been a proper one."""
    with IdentityService(ledger) as service:
        service.account.add_user(USER)
        yield service
    assert service.violations == []


@pytest.fixture
def client(iam, ledger):
    return make_client(iam, ledger.static())


def make_client(iam, credentials, **settings):
    return boto3.client(
        "iam", endpoint_url=iam.url, region_name="us-east-1", aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key, aws_session_token=credentials.session_token,
        config=Config(retries={"total_max_attempts": 1}, **settings))


@contextmanager
def refusal(code):
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code


def create(client, user=USER, **more):
    answer = client.create_service_specific_credential(UserName=user, ServiceName=BEDROCK, **more)
    return answer["ServiceSpecificCredential"]


def listed(client, **more):
    return client.list_service_specific_credentials(**more)["ServiceSpecificCredentials"]


def test_a_credential_from_its_creation_to_its_end(client, iam):
    made = create(client, CredentialAgeDays=90)
    id, secret = made["ServiceSpecificCredentialId"], made["ServiceCredentialSecret"]
    assert made["ExpirationDate"] - made["CreateDate"] == timedelta(days=90)
    assert abs(made["CreateDate"] - datetime.now(timezone.utc)) < timedelta(seconds=5)
    name, _, rest = base64.b64decode(secret.removeprefix("ABSK")).decode().partition(":")
    assert name == made["ServiceCredentialAlias"] == f"{USER}-at-111122223333" and rest
    assert iam.account.bearer(secret) == f"arn:aws:iam::111122223333:user/{USER}"

    [one] = listed(client, UserName=USER)
    assert one == {name: value for name, value in made.items() if name != "ServiceCredentialSecret"}
    client.update_service_specific_credential(UserName=USER, ServiceSpecificCredentialId=id, Status="Inactive")
    assert listed(client, UserName=USER)[0]["Status"] == "Inactive" and not iam.account.accepts(secret)
    client.update_service_specific_credential(UserName=USER, ServiceSpecificCredentialId=id, Status="Active")
    assert iam.account.accepts(secret)

    again = client.reset_service_specific_credential(UserName=USER, ServiceSpecificCredentialId=id)
    new = again["ServiceSpecificCredential"]["ServiceCredentialSecret"]
    assert new != secret and not iam.account.accepts(secret) and iam.account.accepts(new)
    client.delete_service_specific_credential(UserName=USER, ServiceSpecificCredentialId=id)
    assert listed(client, UserName=USER) == [] and not iam.account.accepts(new)
    with refusal("NoSuchEntity"):
        client.delete_service_specific_credential(UserName=USER, ServiceSpecificCredentialId=id)
    assert iam.account.secrets == [secret, new]


def test_two_for_a_user_and_service(client):
    assert len({create(client)["ServiceCredentialAlias"] for _ in range(2)}) == 2
    with refusal("LimitExceeded"):
        create(client)
    answer = client.create_service_specific_credential(UserName=USER, ServiceName="codecommit.amazonaws.com")
    assert answer["ServiceSpecificCredential"]["ServiceName"] == "codecommit.amazonaws.com"
    assert len(listed(client, UserName=USER)) == 3 and len(listed(client, UserName=USER, ServiceName=BEDROCK)) == 2


def test_what_is_not_there(client):
    with refusal("NoSuchEntity"):
        create(client, user="nobody")
    with refusal("NoSuchEntity"):
        listed(client, UserName="nobody")
    with refusal("NotSupportedService"):
        client.create_service_specific_credential(UserName=USER, ServiceName="s3.amazonaws.com")
    with refusal("NoSuchEntity"):
        client.reset_service_specific_credential(UserName=USER, ServiceSpecificCredentialId="A" * 20)


def test_pages_of_all_users(client, iam):
    iam.page = 3
    for number in range(8):
        create(client, user=iam.account.add_user(f"user-{number}").name)
    found, marker = [], {}
    while True:
        answer = client.list_service_specific_credentials(AllUsers=True, ServiceName=BEDROCK, **marker)
        found += [one["UserName"] for one in answer["ServiceSpecificCredentials"]]
        assert len(answer["ServiceSpecificCredentials"]) <= 3
        if not answer["IsTruncated"]:
            break
        marker = {"Marker": answer["Marker"]}
    assert found == [f"user-{number}" for number in range(8)] and iam.count("ListServiceSpecificCredentials") == 3
    with refusal("ValidationError"):
        listed(client, AllUsers=True)
    with refusal("ValidationError"):
        listed(client, AllUsers=True, ServiceName=BEDROCK, UserName=USER)
    with refusal("ValidationError"):
        listed(client, UserName=USER, Marker="none of its own")


def test_users_and_policies(client, iam):
    made = client.create_user(UserName="new")["User"]
    assert made["Arn"] == "arn:aws:iam::111122223333:user/new" and made["Path"] == "/"
    with refusal("EntityAlreadyExists"):
        client.create_user(UserName="new")
    arn = "arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess"
    for _ in range(2):
        client.attach_user_policy(UserName="new", PolicyArn=arn)
    assert iam.account.users["new"].policies == [arn]
    with refusal("NoSuchEntity"):
        client.attach_user_policy(UserName="new", PolicyArn="arn:aws:iam::aws:policy/None")
    with refusal("InvalidInput"):
        client.attach_user_policy(UserName="new", PolicyArn="arn:aws:s3:::a-bucket-of-mine")


def test_a_request_that_names_no_user_is_about_the_caller(iam, ledger):
    own = ledger.static()
    iam.own(own, USER)
    iam.account.create(USER)
    assert [one["UserName"] for one in listed(make_client(iam, own))] == [USER]
    with refusal("ValidationError"):
        listed(make_client(iam, ledger.session(3600)))


def test_a_new_key_settles_and_an_old_one_expires(client, iam):
    clock = [1_800_000_000.0]
    iam.account.now = lambda: clock[0]
    iam.account.settling = iam.account.listing_lag = 5
    made = create(client, CredentialAgeDays=1)
    key = made["ServiceCredentialSecret"]
    assert not iam.account.accepts(key) and listed(client, UserName=USER) == []
    clock[0] += 5
    assert iam.account.accepts(key) and listed(client, UserName=USER)[0]["Status"] == "Active"
    clock[0] += 86400
    assert not iam.account.accepts(key) and listed(client, UserName=USER)[0]["Status"] == "Expired"


def test_a_lost_answer_was_applied_and_a_prevented_request_was_not(client, iam):
    iam.break_step("CreateServiceSpecificCredential", answers.lost(), times=1)
    with pytest.raises(ConnectionClosedError):
        create(client)
    assert len(iam.account.credentials) == 1
    iam.prevent("CreateServiceSpecificCredential", throttled(), times=1)
    with refusal("Throttling"):
        create(client)
    iam.prevent("CreateServiceSpecificCredential", denied("CreateServiceSpecificCredential"))
    with refusal("AccessDenied"):
        create(client)
    assert len(iam.account.credentials) == 1
    iam.heal()
    create(client)


def test_a_wrong_signature_is_a_violation(iam, ledger):
    credentials = ledger.static()
    wrong = type(credentials)(credentials.access_key_id, "x" * 40, None, None)
    with refusal("SignatureDoesNotMatch"):
        listed(make_client(iam, wrong))
    assert len(iam.violations) == 1
    iam.violations.clear()
