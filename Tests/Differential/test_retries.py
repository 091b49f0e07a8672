"""Which refusals of STS are asked again: as often as botocore does in its standard mode."""

from unittest.mock import patch

import pytest

from Differential.resolvers import by_bedrock_keyd, by_botocore
from Differential.situations import USERS, make_ledger
from FakeAWS import Answer
from FakeAWS.sts import SecurityTokenService
from Processes import clean_environment

THROTTLED = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
    "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
    "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException",
]
TRANSIENT = ["RequestTimeout", "RequestTimeoutException"]
OTHERS = ["AccessDenied", "ValidationError", "MalformedPolicyDocument", "RegionDisabledException", "ExpiredToken",
          "InternalError", "ServiceUnavailable", "throttling", ""]
CASES = [(400, code) for code in THROTTLED + TRANSIENT + OTHERS]
CASES += [(status, "Other") for status in (401, 403, 404, 408, 409, 413, 425, 429, 500, 501, 502, 503, 504, 505, 509)]
CASES += [(429, "ExpiredToken"), (403, "Throttling"), (500, "AccessDenied")]
KEYS = USERS[0]
CONFIG = ("[default]\nrole_arn = arn:aws:iam::111122223333:role/app\nsource_profile = base\nregion = eu-west-1\n"
          f"[profile base]\naws_access_key_id = {KEYS.access_key_id}\naws_secret_access_key = {KEYS.secret_access_key}\n")


@pytest.fixture(scope="module")
def sts():
    """A service that refuses everything."""
    with SecurityTokenService(make_ledger()) as service:
        yield service


@pytest.mark.parametrize("status, code", CASES)
def test_the_number_of_attempts(folder, sts, status, code):
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()
    sts.break_step("call", lambda _: Answer(status, body, {"Content-Type": "text/xml"}))
    (folder / "config").write_text(CONFIG)
    environment = clean_environment(folder, AWS_CONFIG_FILE=folder / "config", AWS_MAX_ATTEMPTS="2",
                                    **sts.environment)
    counts = []
    for resolver in (by_botocore, by_bedrock_keyd):
        sts.requests.clear()
        with patch("botocore.endpoint.time.sleep"):
            assert resolver(environment, None).outcome == "refuses"
        counts.append(len(sts.requests))
    assert counts[0] == counts[1], f"botocore asks {counts[0]} times, we {counts[1]} times"
