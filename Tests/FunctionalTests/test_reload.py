"""Settings that change, at a reload and over a restart: what counts then, and what does not."""

import re
import time
from datetime import datetime

import pytest

from FakeAWS import derive

ONE = "[keys.default]\nregion = '{}'\n"


def test_a_good_reload_takes_the_new_settings(make_daemon, static, notify, ledger):
    daemon = make_daemon(ONE.format("eu-west-1"), static | {"NOTIFY_SOCKET": str(notify.path)}).start().wait_published()
    old, pid = daemon.token(), daemon.pid
    daemon.reload(ONE.format("us-west-2"))
    assert derive(daemon.wait_changed(old), ledger.find).region == "us-west-2"
    daemon.wait("region in the status", lambda: daemon.key()["region"] == "us-west-2")
    notify.wait("READY", 2)
    assert notify.values("RELOADING") == ["1"] and daemon.pid == pid
    order = [name for one in notify.notifications for name in one.fields if name in ("READY", "RELOADING")]
    assert order == ["READY", "RELOADING", "READY"]
    reloading = next(one for one in notify.notifications if "RELOADING" in one.fields)
    assert reloading.fields.get("MONOTONIC_USEC", "0").isdigit()


def test_a_bad_reload_keeps_the_old_settings_and_says_so(make_daemon, static, notify, ledger):
    daemon = make_daemon(ONE.format("eu-west-1"), static | {"NOTIFY_SOCKET": str(notify.path)}).start().wait_published()
    old = daemon.token()
    daemon.reload("[keys.default]\nregoin = 'us-west-2'\n")
    daemon.wait("error with its place", lambda: re.search(re.escape(str(daemon.config)) + r":2:\d+: ", daemon.text))
    notify.wait("READY", 2)
    assert daemon.token() == old
    daemon.wait_next_second()
    daemon.run("renew")
    assert derive(daemon.wait_changed(old), ledger.find).region == "eu-west-1"


def test_keys_come_and_go_at_a_reload(make_daemon, static, folder, ledger):
    output = folder / "elsewhere.env"
    gone = f"[keys.gone]\n[[keys.gone.outputs]]\npath = '{output}'\n[keys.inside]\n"
    daemon = make_daemon("[keys.stays]\n" + gone, static).start().wait_published("stays", "gone", "inside")
    daemon.reload("[keys.stays]\n[keys.new]\nregion = 'us-east-1'\n")
    daemon.wait_published("new")
    daemon.wait("end of the files of the removed keys", lambda: not daemon.file("inside").exists())
    assert not daemon.file("inside", "token").exists() and not daemon.file("gone", "record").exists()
    assert daemon.key("gone") == {} and daemon.key("inside") == {}
    # What lies elsewhere is left, and named.
    assert output.exists()
    daemon.wait("name of what was left", lambda: str(output) in daemon.text)
    assert derive(daemon.token("stays"), ledger.find)


def test_an_answer_to_old_settings_is_dropped(make_daemon, profiles, ledger):
    """The settings change while the old ones' credentials are on their way."""
    profiles.add("quick")
    profiles.add("late")
    profiles.add_command("slow", f"sh -c 'sleep 2; cat {profiles.folder}/late.json'")
    daemon = make_daemon("[keys.default]\nprofile = 'slow'\n", profiles.environment).start()
    time.sleep(0.7)
    daemon.reload("[keys.default]\nprofile = 'quick'\n")
    daemon.wait_published()
    time.sleep(3)
    quick = derive(daemon.token(), ledger.find).access_key_id
    assert f'"{quick}"' in (profiles.folder / "quick.json").read_text()


@pytest.mark.parametrize("change", ["region", "profile", "environment", "start environment"])
def test_after_a_restart_with_other_settings_the_old_key_does_not_count(make_daemon, profiles, notify, change):
    profiles.add("a")
    profiles.add("b")
    before = "[keys.default]\nprofile = 'a'\nregion = 'eu-west-1'\n"
    if change == "start environment":
        before = "[keys.default]\nregion = 'eu-west-1'\n"
    file = f"AWS_SHARED_CREDENTIALS_FILE = '{profiles.folder}/other'\n"
    after = {
        "start environment": before,
        "region": "[keys.default]\nprofile = 'a'\nregion = 'eu-west-2'\n",
        "profile": "[keys.default]\nprofile = 'b'\nregion = 'eu-west-1'\n",
        "environment": before + "[keys.default.environment]\n" + file,
    }[change]
    daemon = make_daemon(before, profiles.environment | {"AWS_PROFILE": "a"}).start().wait_published()
    assert daemon.stop() == 0
    profiles.switch_off("a")
    profiles.switch_off("b")
    if change == "start environment":
        daemon.environment["AWS_PROFILE"] = "b"
    daemon.configure("[daemon]\nready_timeout = '60s'\n" + after)
    daemon.environment["NOTIFY_SOCKET"] = str(notify.path)
    daemon.start()
    daemon.wait("failure", lambda: daemon.key().get("failures"))
    assert daemon.key()["state"] not in ("valid", "example") and notify.values("READY") == []
    assert daemon.run("check").code == 2
    profiles.renew("a")
    profiles.renew("b")
    daemon.wait_published(timeout=15)
    notify.wait("READY")


def test_after_a_restart_with_the_same_settings_the_record_counts_at_once(make_daemon, profiles, notify):
    profiles.add("a")
    daemon = make_daemon("[keys.default]\nprofile = 'a'\n", profiles.environment).start().wait_published()
    token = daemon.token()
    assert daemon.stop() == 0
    profiles.switch_off("a")
    daemon.file().unlink()
    daemon.file(output="token").write_text("tampered")
    daemon.environment["NOTIFY_SOCKET"] = str(notify.path)
    daemon.start()
    notify.wait("READY", timeout=3)
    assert daemon.token() == token and token in daemon.file().read_text()
    daemon.wait("state valid or failing", lambda: daemon.key().get("state") in ("valid", "failing"))
    assert daemon.run("print").out.strip() == token


def test_after_a_crash_the_record_counts_and_left_overs_go(make_daemon, profiles):
    profiles.add("a")
    daemon = make_daemon("[keys.default]\nprofile = 'a'\n", profiles.environment).start().wait_published()
    token = daemon.token()
    names = sorted(path.name for path in daemon.file().parent.iterdir())
    daemon.kill()
    profiles.switch_off("a")
    daemon.start()
    daemon.wait("live key", lambda: daemon.key().get("state") in ("valid", "failing"))
    assert daemon.token() == token
    assert sorted(path.name for path in daemon.file().parent.iterdir()) == names


def test_each_key_is_renewed_within_the_first_minute(make_daemon, profiles, ledger):
    """A record counts, and is renewed once all the same, at a moment of its own in the first minute."""
    names = [f"k{number}" for number in range(4)]
    for name in names:
        profiles.add(name)
    daemon = make_daemon("".join(f"[keys.{name}]\nprofile = '{name}'\n" for name in names), profiles.environment)
    daemon.start().wait_published(*names)
    old = {name: daemon.token(name) for name in names}
    assert daemon.stop() == 0
    fresh = {profiles.renew(name, lifetime=7200).access_key_id for name in names}
    started = time.time()
    daemon.start().wait_published(*names)
    moments = {name: seconds(daemon.key(name)["next_renewal"]) for name in names}
    assert all(started - 1 <= moment <= started + 61 for moment in moments.values())
    assert len(set(moments.values())) > 1, "all at the same moment"
    first = min(names, key=moments.get)
    new = daemon.wait_changed(old[first], first, timeout=moments[first] - time.time() + 2)
    assert derive(new, ledger.find).access_key_id in fresh


def seconds(text):
    """The seconds since 1970 of an RFC 3339 time in UTC."""
    return datetime.fromisoformat(text).timestamp()


def test_a_second_daemon_names_the_first(daemon, make_daemon):
    daemon.start().wait_published()
    second = make_daemon(environment=daemon.environment, name="second", runtime=daemon.runtime).start()
    assert second.wait_exit(5) == 1
    assert str(daemon.pid) in second.text
    assert daemon.process.poll() is None and daemon.run("check").code == 0
    assert daemon.stop() == 0
    # The lock ends with the process, also with SIGKILL.
    second.start().wait_published()
    second.kill()
    daemon.start().wait_published()


def test_a_long_runtime_folder(make_daemon, folder, static):
    """A socket's address has 107 bytes at most: the control socket works where its path is longer."""
    deep = folder / ("a" * 80) / ("b" * 80)
    daemon = make_daemon(environment=static, runtime=deep).start().wait_published()
    assert len(str(deep / "control.sock")) > 107 and (deep / "control.sock").is_socket()
    assert daemon.run("check").code == 0
    old = daemon.token()
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    daemon.wait_changed(old)
