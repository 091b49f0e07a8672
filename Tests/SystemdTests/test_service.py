"""bedrock-keyd.service under a real systemd: start, readiness, watchdog, reload, stop."""

import json
import threading
import time

from SystemdTests.booted_systemd import wait_until
from SystemdTests.installation import (
    BROKEN_PROFILE, CREDENTIALS_DOCUMENT, ONE_BROKEN_OF_THREE, RUNTIME, SERVICE, assert_live, decode)


def test_it_is_ready_with_a_live_key_on_disk(installed):
    installed.set_credentials()
    installed.start()
    assert_live(installed.token())
    assert installed.environment()["AWS_BEARER_TOKEN_BEDROCK"] == installed.token()
    assert installed.identity(f"{RUNTIME}/default") == "755 bedrock-keyd bedrock-keyd"
    assert installed.identity(f"{RUNTIME}/default/env") == "600 bedrock-keyd bedrock-keyd"
    assert installed.identity(f"{RUNTIME}/default/token") == "600 bedrock-keyd bedrock-keyd"
    assert installed.identity(f"{RUNTIME}/default/record") == "600 bedrock-keyd bedrock-keyd"
    assert installed.identity("/var/lib/bedrock-keyd") == "700 bedrock-keyd bedrock-keyd"
    shown = installed.systemd.show(SERVICE, "ActiveState", "SubState", "StatusText", "NRestarts")
    assert shown["ActiveState"] == "active" and shown["SubState"] == "running" and shown["NRestarts"] == "0"
    assert shown["StatusText"]
    wait_until(lambda: installed.state("default") == "valid", what="status.json")
    assert installed.command("check").returncode == 0


def test_what_idles_is_the_keeper_without_an_aws_secret_in_its_environment(installed):
    installed.set_credentials()
    installed.start()
    pid = installed.main_pid()
    executable = installed.systemd.run("readlink", f"/proc/{pid}/exe").stdout.strip()
    assert executable == "/usr/lib/bedrock-keyd/bedrock-keyd-keeper"
    environment = installed.systemd.run("cat", f"/proc/{pid}/environ").stdout.split("\0")
    assert "AWS_" not in "".join(environment)
    # The proof that this environment can be read at all.
    assert any(variable.startswith("NOTIFY_SOCKET=") for variable in environment)
    installed.systemd.run("grep", "-q", "^NoNewPrivs:\t1$", f"/proc/{pid}/status")
    installed.systemd.run("grep", "-q", "^CapEff:\t0000000000000000$", f"/proc/{pid}/status")


def test_one_broken_required_key_holds_back_neither_the_start_nor_the_others(installed):
    installed.set_credentials()
    installed.systemd.write("/etc/bedrock-keyd/aws/config", BROKEN_PROFILE)
    installed.configure(ONE_BROKEN_OF_THREE)
    started = time.monotonic()
    installed.start(timeout=30)
    took = time.monotonic() - started
    assert 2.5 < took < 8, f"ready after {took:.1f} s, with a ready_timeout of 3 s"
    assert_live(installed.token("first"))
    assert_live(installed.token("third"), region="eu-central-1")
    assert installed.token("broken") is None
    assert "broken" in installed.systemd.show(SERVICE, "StatusText")
    wait_until(lambda: installed.status()["degraded"] is True, what="degraded")
    check = installed.command("check", check=False)
    assert check.returncode == 2, check.stdout + check.stderr
    assert "broken" in check.stdout
    assert installed.command("check", "first").returncode == 0
    assert installed.command("check", "third").returncode == 0
    assert installed.command("check", "broken", check=False).returncode == 2
    assert installed.command("check", "unheard-of", check=False).returncode == 3


def test_a_hanging_daemon_is_aborted_and_restarted_with_the_key_alive_all_the_while(installed):
    installed.systemd.drop_in(SERVICE, "[Service]\nWatchdogSec=3\n")
    installed.set_credentials()
    installed.start()
    first = installed.main_pid()
    path = installed.systemd.path(f"{RUNTIME}/default/token")
    looks, faults, done = [0], [], threading.Event()

    def look():
        while not done.is_set():
            try:
                assert_live(path.read_text())
            except (AssertionError, OSError, ValueError) as error:
                faults.append(repr(error))
            looks[0] += 1
            time.sleep(0.002)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        # Pings keep it alive for longer than the interval.
        time.sleep(4)
        assert installed.main_pid() == first
        installed.systemd.systemctl("kill", "--kill-whom=main", "--signal=STOP", SERVICE)
        wait_until(lambda: installed.systemd.show(SERVICE, "NRestarts") == "1", 20, what="the restart")
        wait_until(lambda: installed.systemd.show(SERVICE, "ActiveState") == "active", what="active")
    finally:
        done.set()
        looker.join()
    assert installed.main_pid() not in (0, first)
    assert not faults, f"{len(faults)} of {looks[0]} looks: {faults[:3]}"
    assert looks[0] > 500
    assert "Watchdog timeout" in installed.messages()


def test_a_killed_daemon_comes_back_and_counts_the_live_key(installed):
    installed.set_credentials()
    installed.start()
    before = installed.token()
    for restart in range(1, 8):
        installed.systemd.systemctl("kill", "--kill-whom=main", "--signal=KILL", SERVICE)
        wait_until(
            lambda: installed.systemd.show(SERVICE, "NRestarts") == str(restart)
            and installed.systemd.show(SERVICE, "ActiveState") == "active", what=f"restart {restart}")
        assert_live(installed.token())
    assert decode(installed.token())["expires"] >= decode(before)["expires"]


def test_a_reload_with_a_broken_configuration_keeps_the_old_one_and_says_so(installed):
    installed.set_credentials()
    installed.configure('[keys.default]\nregion = "us-east-1"\n')
    installed.start()
    pid = installed.main_pid()
    installed.configure('[keys.default]\nregion = "us-east-1"\nregoin = "eu-west-1"\n')
    installed.systemd.systemctl("reload", SERVICE, check=False)
    wait_until(lambda: "config.toml:3:" in installed.messages(), what="the error with its place")
    assert "regoin" in installed.messages()
    wait_until(lambda: installed.systemd.show(SERVICE, "ActiveState") == "active", what="active")
    assert installed.main_pid() == pid
    assert_live(installed.token())

    # Once it is right again, a reload takes it.
    installed.configure('[keys.default]\nregion = "us-east-1"\n[keys.second]\nregion = "eu-west-1"\n')
    installed.systemd.systemctl("reload", SERVICE)
    wait_until(lambda: installed.token("second"), what="the key of the new configuration")
    assert_live(installed.token("second"), region="eu-west-1")
    wait_until(lambda: installed.systemd.show(SERVICE, "ActiveState") == "active", what="active")
    assert installed.main_pid() == pid

    # The files of a key that is gone from the configuration go with it.
    installed.configure('[keys.default]\nregion = "us-east-1"\n')
    installed.systemd.systemctl("reload", SERVICE)
    wait_until(lambda: installed.token("second") is None, what="the removal of its files")
    assert_live(installed.token())


def test_a_stop_leaves_the_live_files_and_a_start_counts_them(installed):
    installed.systemd.write("/etc/bedrock-keyd/aws/config", "[default]\ncredential_process = /bin/cat /etc/creds\n")
    installed.systemd.write("/etc/creds", CREDENTIALS_DOCUMENT)
    installed.systemd.write("/etc/default/bedrock-keyd", "AWS_CONFIG_FILE=/etc/bedrock-keyd/aws/config\n")
    installed.configure('[keys.default]\nregion = "us-east-1"\n')
    installed.start()
    before = installed.token()
    started = time.monotonic()
    installed.systemd.systemctl("stop", SERVICE)
    assert time.monotonic() - started < 5
    shown = installed.systemd.show(SERVICE, "ActiveState", "Result", "ExecMainStatus")
    assert shown == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}
    assert installed.token() == before
    assert installed.environment()["AWS_BEARER_TOKEN_BEDROCK"] == before
    # The key lives, but nobody renews it.
    assert installed.command("check", check=False).returncode == 1

    # The record alone makes it ready: with credentials that cannot be had, too.
    installed.systemd.run("rm", "/etc/creds")
    started = time.monotonic()
    installed.start()
    assert time.monotonic() - started < 3
    assert installed.token() == before


def test_a_wrong_configuration_fails_once_and_is_not_started_over_and_over(installed):
    installed.set_credentials()
    installed.configure("[keys.default]\nlifetime = 12\n")
    assert installed.systemd.systemctl("start", SERVICE, check=False).returncode != 0
    time.sleep(2.5)
    shown = installed.systemd.show(SERVICE, "ActiveState", "ExecMainStatus", "NRestarts")
    assert shown == {"ActiveState": "failed", "ExecMainStatus": "78", "NRestarts": "0"}
    assert "config.toml:2:" in installed.messages()


def test_a_renewal_by_hand_and_by_signal_replaces_the_file(installed):
    installed.set_credentials()
    installed.start()
    for ask in (lambda: installed.command("renew"),
                lambda: installed.systemd.systemctl("kill", "--kill-whom=main", "--signal=USR1", SERVICE)):
        before = installed.token()
        time.sleep(1.1)
        ask()
        wait_until(lambda: installed.token() != before, what="another key")
        assert_live(installed.token())


def test_its_log_entries_have_their_fields_and_no_secret(installed):
    installed.set_credentials()
    installed.start()
    wait_until(lambda: any("BEDROCK_KEY" in entry for entry in installed.systemd.journal(SERVICE)), what="an entry")
    renewed = [entry for entry in installed.systemd.journal(SERVICE) if "BEDROCK_EXPIRES" in entry]
    assert renewed, installed.messages()
    entry = renewed[0]
    assert entry["BEDROCK_KEY"] == "default" and entry["BEDROCK_REGION"] == "us-east-1"
    assert entry["BEDROCK_CREDENTIAL_SOURCE"] == "environment"
    assert len(entry["MESSAGE_ID"]) == 32 and int(entry["MESSAGE_ID"], 16)
    assert entry["PRIORITY"] == "6" and "default" in entry["MESSAGE"]
    for field in ("BEDROCK_EXPIRES", "BEDROCK_NEXT_RENEWAL"):
        assert time.strptime(entry[field], "%Y-%m-%dT%H:%M:%SZ")
    assert abs(time.mktime(time.gmtime(decode(installed.token())["expires"]))
               - time.mktime(time.strptime(entry["BEDROCK_EXPIRES"], "%Y-%m-%dT%H:%M:%SZ"))) < 2

    everything = json.dumps(installed.systemd.journal())
    assert "default" in everything
    for secret in (installed.token(), installed.token()[40:100], "systemd-tests/secret"):
        assert secret not in everything


def test_a_failure_is_in_the_journal_with_its_key_and_its_cause(installed):
    installed.set_credentials()
    installed.systemd.write("/etc/bedrock-keyd/aws/config", BROKEN_PROFILE)
    installed.configure(ONE_BROKEN_OF_THREE)
    installed.start(timeout=30)
    failed = [entry for entry in installed.systemd.journal(SERVICE, BEDROCK_KEY="broken") if "BEDROCK_ERROR" in entry]
    assert failed, installed.messages()
    assert int(failed[0]["PRIORITY"]) <= 4 and len(failed[0]["MESSAGE_ID"]) == 32
    # Repeated failures are not one line each: in about 3 s there were at least two attempts.
    assert len(failed) < 4


def test_clean_ends_are_restarted_as_well(installed):
    installed.set_credentials()
    installed.start()
    pid = installed.main_pid()
    installed.systemd.run("kill", "-TERM", pid)
    wait_until(lambda: installed.main_pid() not in (0, pid)
               and installed.systemd.show(SERVICE, "ActiveState") == "active", what="the restart")
    assert_live(installed.token())


def test_a_second_daemon_is_refused_by_name_of_the_first(installed):
    installed.set_credentials()
    installed.start()
    second = installed.systemd.run(
        "env", f"RUNTIME_DIRECTORY={RUNTIME}", "STATE_DIRECTORY=/var/lib/bedrock-keyd", "AWS_REGION=us-east-1",
        "AWS_ACCESS_KEY_ID=AKIDOTHER", "AWS_SECRET_ACCESS_KEY=other", "setpriv", "--reuid=bedrock-keyd",
        "--regid=bedrock-keyd", "--clear-groups", "bedrock-keyd", "run", check=False)
    assert second.returncode == 1
    assert str(installed.main_pid()) in second.stderr
    assert_live(installed.token())
