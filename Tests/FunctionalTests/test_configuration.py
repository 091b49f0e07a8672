"""config.toml from outside: what is refused, where and with which hint; `config check` and `config show`."""

import re
import subprocess

import pytest

from Processes import binary, clean_environment, command


@pytest.fixture
def check(folder, static):
    """Writes a configuration and runs `config check` on it."""
    def run(text):
        (folder / "config.toml").write_text(text)
        return command("config", "check", "--config", folder / "config.toml", env=clean_environment(folder, **static))
    return run


def test_a_good_one_is_0(check):
    assert check("[daemon]\nparallel = 4\n[keys.default]\nregion = 'eu-west-1'\nlifetime = '1h'\n").code == 0


@pytest.mark.parametrize("text, line, words", [
    ("[keys.default]\nregoin = 'eu-west-1'\n", 2, ["regoin", "region"]),
    ("[keys.default]\nlifetime = 5\n", 2, ["lifetime"]),
    ("[keys.default]\nlifetime = '13h'\n", 2, ["lifetime", "12h"]),
    ("[keys.default]\nlifetime = '30s'\n", 2, ["lifetime", "1m"]),
    ("[keys.default]\nlifetime = 'soon'\n", 2, ["lifetime"]),
    ("[keys.default]\nenabled = 'yes'\n", 2, ["enabled"]),
    ("[keys.default]\nregion = 'eu west'\n", 2, ["region"]),
    ("[keys.default]\nfamily = 'bedrok'\n", 2, ["family", "bedrock"]),
    ("[keys.default]\ntype = 'short'\n", 2, ["type", "short-term"]),
    ("[keys.'../up']\nregion = 'eu-west-1'\n", 1, ["../up"]),
    ("[daemon]\nparalel = 4\n[keys.default]\n", 2, ["paralel", "parallel"]),
    ("[daemon]\nparallel = 0\n[keys.default]\n", 2, ["parallel"]),
    ("[daemon]\nlog_level = 'loud'\n[keys.default]\n", 2, ["log_level", "debug"]),
    ("[deamon]\nparallel = 4\n", 1, ["deamon", "daemon"]),
    ("[keys.default]\n[[keys.default.outputs]]\npath = 'relative/env'\n", 3, ["path"]),
    ("[keys.default]\n[[keys.default.outputs]]\npath = '/run/x'\nformat = 'yaml'\n", 4, ["yaml", "json"]),
    ("[keys.default]\n[[keys.default.outputs]]\npath = '/run/x'\nset = { A = 'b c' }\n", 4, ["set"]),
    ("[keys.default]\n[[keys.default.outputs]]\npath = '/run/x'\nvariables = ['A-B']\n", 4, ["A-B"]),
    ("[keys.default]\n[[keys.default.outputs]]\nformat = 'env'\n", 2, ["path"]),
    ("[keys.default.environment]\nAWS_SECRET_ACCESS_KEY = 'x'\n", 2, ["AWS_SECRET_ACCESS_KEY"]),
    ("[keys.default]\nregion = 'eu-west-1\n", 2, []),
    ("[keys.default]\nregion = 'a'\nregion = 'b'\n", 3, []),
    ("not toml at all", 1, []),
])
def test_a_mistake_is_78_with_its_place_and_what_is_allowed(check, folder, text, line, words):
    outcome = check(text)
    assert outcome.code == 78 and outcome.out == "", outcome
    assert re.search(rf"{re.escape(str(folder))}/config\.toml:{line}:\d+: \S", outcome.err), outcome.err
    assert all(word in outcome.err for word in words), outcome.err


def test_every_mistake_is_named_at_once(check):
    outcome = check("[keys.default]\nregoin = 'a'\n[keys.other]\nlifetme = '1h'\n")
    assert "regoin" in outcome.err and "lifetme" in outcome.err


def test_two_outputs_with_one_path(check):
    one = "[[keys.default.outputs]]\npath = '/run/x/env'\n"
    outcome = check("[keys.default]\n" + one + one)
    assert outcome.code == 78 and "/run/x/env" in outcome.err


def test_a_missing_file_is_78_and_named(folder):
    outcome = command("config", "check", "--config", folder / "none.toml", env=clean_environment(folder))
    assert outcome.code == 78 and f"{folder}/none.toml" in outcome.err


def test_run_with_a_mistake_ends_with_78(make_daemon, static):
    daemon = make_daemon("[keys.default]\nregoin = 'eu-west-1'\n", static).start()
    assert daemon.wait_exit() == 78
    assert f"{daemon.config}:2:1: " in daemon.text and "region" in daemon.text


def test_usage_errors_are_64(folder):
    for arguments in (["no-such-command"], ["run", "--no-such-option"], ["config", "chek"], ["status", "--jsn"]):
        outcome = command(*arguments, env=clean_environment(folder))
        assert outcome.code == 64 and outcome.out == "" and outcome.err.strip(), arguments


@pytest.mark.parametrize("name", ["run", "mint", "credentials", "print", "renew", "status", "check", "config"])
def test_help_is_on_stdout(folder, name):
    outcome = command(name, "--help", env=clean_environment(folder))
    assert outcome.code == 0 and name in outcome.out and outcome.err == ""


def test_config_show_tells_values_and_their_origin(folder, static):
    path = folder / "config.toml"
    path.write_text("[keys.default]\nlifetime = '1h'\n")
    outcome = command("config", "show", "--config", path, env=clean_environment(folder, **static))
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert any("lifetime" in line and "1h" in line and f"{path}:2" in line for line in lines)
    assert any("parallel" in line and "8" in line and "default" in line for line in lines)
    assert static["AWS_SECRET_ACCESS_KEY"] not in outcome.out


def test_once_is_0_with_every_key_live(make_daemon, static):
    daemon = make_daemon("[keys.a]\n[keys.b]\nregion = 'us-east-1'\n", static).start("--once")
    assert daemon.wait_exit() == 0
    assert daemon.token("a") and daemon.token("b")


def test_once_is_1_and_names_the_key_without(make_daemon, static, profiles):
    profiles.add_command("broken", "false")
    config = "[keys.good]\n[keys.sorry]\nprofile = 'broken'\nrequired = false\n[keys.off]\nenabled = false\n"
    daemon = make_daemon(config, static | profiles.environment).start("--once")
    assert daemon.wait_exit(60) == 1
    assert "sorry" in daemon.text and daemon.token("good")


def test_dry_run_writes_nothing(make_daemon, static):
    daemon = make_daemon(environment=static).start("--dry-run")
    assert daemon.wait_exit() == 0
    assert [path for path in daemon.runtime.rglob("*") if path.name in ("env", "token", "record")] == []


def test_a_disabled_key_is_not_made(make_daemon, static):
    daemon = make_daemon("[keys.on]\n[keys.off]\nenabled = false\n", static).start().wait_published("on")
    assert not daemon.file("off").exists()


def test_a_keeper_of_another_version_says_so_and_may_be_started_again(folder):
    """In the middle of an upgrade: with 64 the service manager would leave it dead (RestartPreventExitStatus=)."""
    keeper = binary("bedrock-keyd-keeper")
    (folder / "foreign").write_bytes(b"\x1c\0\0\0bedrock-keyd configuration 0")
    script = f"exec {keeper} serve own-socket 3< /dev/null 4< /dev/null"
    done = subprocess.run(["sh", "-c", f"{script} 5< {folder}/foreign"], capture_output=True, text=True, timeout=20)
    assert (done.returncode, "not of the version" in done.stderr) == (1, True), done.stderr
    by_hand = subprocess.run([keeper, "serve", "own-socket"], capture_output=True, text=True, timeout=20)
    assert (by_hand.returncode, "not by hand" in by_hand.stderr) == (64, True)
