"""`bedrock-keyd long-term` on a terminal: the questions it asks, and the table."""

import pytest

from FakeAWS.service_credentials import BEDROCK
from Processes import binary, clean_environment, find_secrets
from Processes.terminal import Terminal

USER = "bedrock-batch"


@pytest.fixture
def terminal(folder, iam, static, ledger):
    """Starts `long-term` on a terminal."""
    made = []

    def start(*words, columns=200):
        environment = clean_environment(folder, **static, **iam.environment) | {"TERM": "dumb"}
        one = Terminal([binary(), "long-term", *words], environment)
        one.resize(40, columns)
        made.append(one)
        return one

    yield start
    for one in made:
        one.end()
        assert find_secrets(one.text, ledger.secrets()) == []


@pytest.fixture
def credential(iam):
    """A credential that works."""
    return iam.account.create(USER)


def is_done(verb, iam, credential, key):
    """Whether the command changed the credential."""
    if verb == "deactivate":
        return not credential.active
    return credential.id not in iam.account.credentials if verb == "delete" else credential.secret != key


@pytest.mark.parametrize("verb", ["deactivate", "delete", "reset"])
@pytest.mark.parametrize("answer", ["y\n", "YES\n", " y \n", "n\n", "\n", "\x04", "yess\n", "delete\n"])
def test_what_ends_a_key_is_asked_for(terminal, iam, credential, folder, verb, answer):
    key = credential.secret
    output = ["--output", folder / "key"] if verb == "reset" else []
    one = terminal(verb, credential.id, "--user", USER, *output)
    one.wait(rf"{verb.capitalize()} key {credential.id} of user {USER}.*\[y/N\] ")
    assert iam.requests == [] and not (folder / "key").exists()
    one.type(answer)
    agreed = answer.strip().lower() in ("y", "yes")
    assert one.wait_exit() == (0 if agreed else 1)
    assert is_done(verb, iam, credential, key) == agreed
    assert agreed or ("nothing was changed" in one.text and iam.requests == [])


def test_yes_asks_nothing(terminal, iam, credential):
    one = terminal("delete", credential.id, "--user", USER, "--yes")
    assert one.wait_exit() == 0 and "[y/N]" not in one.text and iam.account.credentials == {}


def test_an_interrupt_at_the_question_changes_nothing(terminal, iam, credential):
    one = terminal("delete", credential.id, "--user", USER)
    one.wait(r"\[y/N\] ")
    one.type("\x03")
    assert one.wait_exit() == -2 and iam.requests == []


def test_activation_asks_nothing(terminal, iam, credential):
    credential.active = False
    assert terminal("activate", credential.id, "--user", USER).wait_exit() == 0 and credential.active


def test_a_key_is_made_only_if_it_is_said_where_to(terminal, iam):
    one = terminal("create", "--user", USER)
    assert one.wait_exit() == 64 and "--show" in one.text and "--output" in one.text and iam.requests == []
    one = terminal("create", "--user", USER, "--show")
    assert one.wait_exit() == 0
    [credential] = iam.account.of(USER, BEDROCK)
    assert credential.secret in one.text.splitlines()


@pytest.mark.parametrize(("columns", "missing"), [(120, []), (70, ["OURS"]), (60, ["OURS", "AGE"]), (50, ["OURS", "AGE", "USER"])])
def test_a_table_that_fits(terminal, iam, credential, columns, missing):
    credential.created -= 3 * 86400 + 7200
    iam.account.create(USER, days=90).created -= 60
    one = terminal("list", "--all", columns=columns)
    assert one.wait_exit() == 0
    lines = one.text.splitlines()
    assert [name for name in ("OURS", "AGE", "USER") if name not in lines[0]] == missing
    assert {"ID", "STATUS", "EXPIRES"} <= set(lines[0].split()) and all(len(line) <= columns for line in lines)
    assert ("3 d 2 h" in lines[1]) == ("AGE" not in missing) and "never" in lines[1]
    assert "in 89 d 23 h" in lines[2] or "in 90 d" in lines[2]
