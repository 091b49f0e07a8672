"""Profiles of roles: bedrock-keyd and botocore find the same credentials at the same fake STS, or both find none.

A situation is the config file's text; ROLE is the beginning of an ARN, KEYS are static keys that STS knows.
"""

import itertools
import json

import botocore.session
import pytest

from FakeAWS.sts import SecurityTokenService
from Processes import clean_environment, command

ROLE = "arn:aws:iam::111122223333:role/"
SOURCES = {
    "keys": "[profile s]\nKEYS\n", "role-with-keys": f"[profile s]\nrole_arn = {ROLE}s\nsource_profile = s\nKEYS\n",
    "role-of-role": f"[profile s]\nrole_arn = {ROLE}s\nsource_profile = t\n[profile t]\nKEYS\n",
    "three-roles": f"[profile s]\nrole_arn = {ROLE}s\nsource_profile = t\n[profile t]\nrole_arn = {ROLE}t\n"
                   "source_profile = u\n[profile u]\nKEYS\n",
    "process": "[profile s]\ncredential_process = /bin/cat PROCESS\n", "empty": "[profile s]\nregion = us-west-2\n",
    "missing": "", "half-keys": "[profile s]\naws_access_key_id = AKIAX\n",
    "circle": f"[profile s]\nrole_arn = {ROLE}s\nsource_profile = default\n",
    "self": f"[profile s]\nrole_arn = {ROLE}s\nsource_profile = s\n",
    "web-identity": f"[profile s]\nrole_arn = {ROLE}w\nweb_identity_token_file = TOKEN\n",
    "environment": f"[profile s]\nrole_arn = {ROLE}e\ncredential_source = Environment\n",
}
SETTINGS = {
    "plain": "", "session": "role_session_name = me.too@x\n", "external": "external_id = a/b:c\n",
    "duration": "duration_seconds = 900\n", "duration-words": "duration_seconds = long\n",
    "duration-short": "duration_seconds = 60\n", "both": "credential_source = Environment\n",
    "short-session": "role_session_name = x\n", "denied": "", "short-arn": "", "no-region": "",
    "other-services": "services = none\n",
}
CASES = [f"{source}/{setting}" for source, setting in itertools.product(SOURCES, SETTINGS)]
CREDENTIAL_SOURCES = ["Environment", "environment", "Ec2InstanceMetadata", "EcsContainer", "Nothing", ""]


def config_of(case):
    source, setting = case.split("/")
    arn = {"denied": f"{ROLE}denied", "short-arn": "role"}.get(setting, f"{ROLE}app")
    region = "" if setting == "no-region" else "region = eu-north-1\n"
    return f"[default]\nrole_arn = {arn}\nsource_profile = s\n{region}{SETTINGS[setting]}{SOURCES[source]}"


@pytest.fixture
def sts(ledger):
    """A service whose every request must be properly signed, and known keys."""
    with SecurityTokenService(ledger) as service:
        yield service
    assert service.violations == []


def compare(folder, ledger, sts, monkeypatch, config, **variables):
    """Resolves with both and compares; returns the credentials, None where both refuse."""
    static = ledger.static()
    token, process = folder / "token", folder / "process.json"
    token.write_text(sts.token)
    process.write_text(json.dumps(ledger.session(3600).process_output))
    keys = (f"aws_access_key_id = {static.access_key_id}\naws_secret_access_key = {static.secret_access_key}")
    (folder / "config").write_text(
        config.replace("KEYS", keys).replace("TOKEN", str(token)).replace("PROCESS", str(process)))
    environment = clean_environment(folder, AWS_CONFIG_FILE=folder / "config", AWS_ENDPOINT_URL_STS=sts.url,
                                    AWS_SHARED_CREDENTIALS_FILE=folder / "none", AWS_MAX_ATTEMPTS="1", **variables)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    try:
        found = botocore.session.Session().get_credentials()
        theirs = found and tuple(found.get_frozen_credentials())[:3]
    except Exception as error:  # botocore raises many kinds; that it refuses is what counts
        theirs, reason = None, repr(error)
    else:
        reason = "it found none"
    ours = command("credentials", env=environment)
    if theirs is None:
        assert ours.code != 0, f"botocore refuses ({reason}), we do not"
        assert ours.err.startswith("bedrock-keyd: cannot ") or "cannot " in ours.err
        return None
    assert ours.code == 0, ours.err
    answer = json.loads(ours.out)
    assert (answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken")) == theirs
    return theirs


@pytest.mark.parametrize("case", CASES)
def test_source_profiles(folder, ledger, sts, monkeypatch, case):
    compare(folder, ledger, sts, monkeypatch, config_of(case))
    own = [call for call in sts.calls if "RoleSessionName" in call]
    # Each call is made by both, with the same parameters but for the names that each makes up.
    shown = [{name: value for name, value in call.items()
              if name != "RoleSessionName" or not value.startswith(("botocore-session-", "bedrock-keyd-"))}
             for call in own]
    half = len(shown) // 2
    assert shown[:half] == shown[half:]


@pytest.mark.parametrize("source", CREDENTIAL_SOURCES)
@pytest.mark.parametrize("with_keys", [True, False])
def test_credential_sources(folder, ledger, sts, monkeypatch, source, with_keys):
    keys = ledger.static().environment if with_keys else {}
    # A named profile that asks for its role: the variables alone would go before it.
    config = f"[default]\nrole_arn = {ROLE}app\nsource_profile = s\nregion = eu-west-3\n[profile s]\nrole_arn = {ROLE}s\n"
    compare(folder, ledger, sts, monkeypatch, f"{config}credential_source = {source}\n", **keys)


WEB = {
    "all": ("token", f"{ROLE}web", "name"), "no-name": ("token", f"{ROLE}web", None), "no-role": ("token", None, None),
    "no-file": ("absent", f"{ROLE}web", None), "empty-file-name": ("", f"{ROLE}web", None),
    "empty-role": ("token", "", None), "empty-name": ("token", f"{ROLE}web", ""), "short-role": ("token", "x", None),
}


@pytest.mark.parametrize("in_profile", [True, False])
@pytest.mark.parametrize("case", WEB)
def test_web_identities(folder, ledger, sts, monkeypatch, case, in_profile):
    file, role, name = WEB[case]
    path = str(folder / file) if file else ""
    profile = f"[default]\nrole_arn = {ROLE}profile\nweb_identity_token_file = TOKEN\nregion = us-west-2\n"
    variables = {"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": role, "AWS_ROLE_SESSION_NAME": name}
    compare(folder, ledger, sts, monkeypatch, profile if in_profile else "[default]\nregion = us-west-2\n",
            **{variable: value for variable, value in variables.items() if value is not None})
