"""Commands that are run when something happens to a key."""

import stat

import pytest

from Processes.daemon import processes_with

EVENTS = "['renewed', 'failing', 'recovered', 'expired']"


@pytest.fixture
def hook(folder):
    """A program that notes its arguments, its key, event and expiration, and its whole environment."""
    path = folder / "hook"
    path.write_text(
        "#!/bin/sh\n"
        f"env | sort > {folder}/environment\n"
        f'echo "$*:$BEDROCK_KEY:$BEDROCK_EVENT:$BEDROCK_EXPIRES" >> {folder}/runs\n'
        'echo "said by the hook"\n'
        'case "$1" in fail) exit 3;; hang) sleep 86399;; esac\n')
    path.chmod(stat.S_IRWXU)
    return path


@pytest.fixture
def runs(folder):
    """What the hook noted, a list of fields for each run."""
    path = folder / "runs"
    return lambda: [line.split(":", 3) for line in path.read_text().splitlines()] if path.exists() else []


def configured(*hooks: str) -> str:
    return "[keys.default]\nprofile = 'p'\n" + "".join(f"[[keys.default.hooks]]\n{hook}\n" for hook in hooks)


def test_a_hook_runs_once_for_each_renewal_after_the_files_are_there(make_daemon, profiles, hook, runs, folder):
    profiles.add("p")
    daemon = make_daemon(configured(f"command = ['{hook}', 'a b', '*']"), profiles.environment).start()
    daemon.wait("run of the hook", runs)
    assert daemon.token()
    (arguments, key, event, expires), = runs()
    assert (arguments, key, event) == ("a b *", "default", "renewed")
    daemon.wait("status", lambda: daemon.key()["expires"] == expires)
    names = {line.split("=")[0] for line in (folder / "environment").read_text().splitlines()}
    assert names <= {"PATH", "HOME", "LANG", "PWD", "SHLVL", "_", "BEDROCK_KEY", "BEDROCK_EVENT", "BEDROCK_EXPIRES"}
    profiles.renew("p", 7200)
    assert daemon.run("renew").code == 0
    daemon.wait("second run", lambda: len(runs()) == 2)
    daemon.wait("output of the hook", lambda: "said by the hook" in daemon.text)


def test_a_reload_while_files_are_written_loses_no_event(make_daemon, profiles, hook, runs, folder):
    """Hundreds of outputs take longer than the reload; the hook runs when the last is there."""
    profiles.add("p")
    outputs = "".join(f"[[keys.default.outputs]]\npath = '{folder}/{number}'\nformat = 'token'\n" for number in range(300))
    daemon = make_daemon(configured(f"command = ['{hook}']") + outputs, profiles.environment).start()
    daemon.wait("first run", runs)
    profiles.renew("p", 7200)
    daemon.run("renew")
    daemon.wait("renewal", lambda: daemon.text.count("renewed key default") == 2)
    daemon.reload()
    daemon.wait("second run", lambda: len(runs()) == 2)
    daemon.wait("the reload", lambda: "loaded the configuration" in daemon.text)


def test_hooks_of_the_other_events(make_daemon, profiles, hook, runs):
    profiles.add("p", 4)
    daemon = make_daemon(configured(f"command = ['{hook}']\non = {EVENTS}"), profiles.environment).start()
    daemon.wait("first renewal", runs)
    profiles.switch_off("p")
    daemon.wait("death of the key", lambda: [run[2] for run in runs()] == ["renewed", "failing", "expired"])
    profiles.renew("p")
    # Dead keys are asked for at most 30 s apart; by hand it is now.
    daemon.run("renew")
    daemon.wait("recovery", lambda: [run[2] for run in runs()] == ["renewed", "failing", "expired", "recovered"])


def test_a_hook_that_fails_or_hangs_neither_renews_nor_holds_back_others(make_daemon, profiles, hook, runs):
    profiles.add("p")
    config = configured(
        f"command = ['{hook}', 'fail']", f"command = ['{hook}', 'hang']\ntimeout = '1s'",
        "command = ['/nonexistent']", f"command = ['{hook}', 'good']")
    daemon = make_daemon(config, profiles.environment).start()
    daemon.wait("the good hook", lambda: "good" in [run[0] for run in runs()])
    for reason in ("exited with code 3", "took longer than 1s", "/nonexistent: no such file"):
        daemon.wait(reason, lambda reason=reason: reason in daemon.text)
    assert profiles.runs("p") == 1 and daemon.key()["state"] == "valid" and len(runs()) == 3
    daemon.wait("end of the hanging hook", lambda: not processes_with("sleep 86399"))
