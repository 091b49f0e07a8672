"""Files that are no longer what they were: credentials files and the configuration."""

import os
import re
import signal

import pytest

from FakeAWS import derive

PROFILE = "[keys.default]\nregion = 'eu-west-1'\nprofile = 'app'\n"


def static_profile(credentials):
    return (
        f"[app]\naws_access_key_id = {credentials.access_key_id}\n"
        f"aws_secret_access_key = {credentials.secret_access_key}\n"
    )


BROKEN_CREDENTIALS = {
    "binary": b"\x00\xff\xfe\x01" * 256,
    "unclosed": b"[app\naws_access_key_id = A\n",
    "half": None,
    "no-equals-sign": b"[app]\naws_access_key_id\n",
    "empty": b"",
    "other profiles only": b"[ap]\naws_access_key_id = A\naws_secret_access_key = B\n",
}


@pytest.mark.parametrize("broken", BROKEN_CREDENTIALS)
def test_a_corrupt_credentials_file(make_daemon, ledger, folder, broken):
    file, issued = folder / "credentials", ledger.static()
    file.write_text(static_profile(issued))
    daemon = make_daemon(PROFILE, {"AWS_SHARED_CREDENTIALS_FILE": str(file)}).start().wait_published()
    old = daemon.token()
    content = BROKEN_CREDENTIALS[broken]
    file.write_bytes(static_profile(issued).partition("aws_secret")[0].encode() if content is None else content)
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    daemon.wait("failure", lambda: daemon.key().get("failures"))
    failing = daemon.key()
    assert failing["state"] == "failing" and daemon.token() == old
    assert str(file) in failing["last_error"] or "app" in failing["last_error"]
    if broken in ("unclosed", "no-equals-sign"):
        assert re.search(re.escape(str(file)) + r":[12]", failing["last_error"])
    renewed = ledger.static()
    file.write_text(static_profile(renewed))
    assert derive(daemon.wait_changed(old), ledger.find).access_key_id == renewed.access_key_id
    daemon.wait_published()


BROKEN_CONFIGURATIONS = {
    "empty table name": b"[keys.]\n",
    "binary": b"\x00\xff\xfe\x01" * 256,
    "invalid UTF-8": b"[keys.default]\nregion = '\xff'\n",
    "deep": b"a = " + b"[" * 100_000,
    "unclosed": b"[keys.default\n",
    "wrong type": b"keys = 5\n",
}


@pytest.mark.parametrize("broken", BROKEN_CONFIGURATIONS)
def test_a_malformed_configuration_never_starts(make_daemon, static, broken):
    daemon = make_daemon(environment=static)
    daemon.config.write_bytes(BROKEN_CONFIGURATIONS[broken])
    assert daemon.start().wait_exit() == 78
    assert re.search(re.escape(str(daemon.config)) + r":\d+:\d+: ", daemon.text), daemon.text


@pytest.mark.parametrize("broken", ["missing", "a folder", *BROKEN_CONFIGURATIONS])
def test_a_malformed_configuration_at_a_reload_changes_nothing(make_daemon, static, ledger, broken):
    daemon = make_daemon(environment=static).start().wait_published()
    old, said = daemon.token(), len(daemon.log)
    daemon.config.unlink()
    if broken == "a folder":
        daemon.config.mkdir()
    elif broken != "missing":
        daemon.config.write_bytes(BROKEN_CONFIGURATIONS[broken])
    daemon.signal(signal.SIGHUP)
    daemon.wait("error that names the file", lambda: any(str(daemon.config) in line for line in daemon.log[said:]))
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    derive(daemon.wait_changed(old), ledger.find)


BROKEN_RECORDS = {
    "empty": lambda record: os.truncate(record, 0),
    "half": lambda record: os.truncate(record, record.stat().st_size // 2),
    "binary": lambda record: record.write_bytes(os.urandom(4096)),
    "longer": lambda record: record.open("ab").write(b"x" * 100),
    "huge lengths": lambda record: record.write_bytes(b"\xff" * 4096),
    "a folder": lambda record: (record.unlink(), record.mkdir()),
}


@pytest.mark.parametrize("broken", BROKEN_RECORDS)
def test_a_corrupt_record_is_as_none(make_daemon, static, ledger, broken):
    daemon = make_daemon(environment=static).start().wait_published()
    old = daemon.token()
    assert daemon.stop() == 0
    BROKEN_RECORDS[broken](daemon.file(output="record"))
    daemon.wait_next_second()
    daemon.start()
    if broken == "a folder":
        daemon.wait("error", lambda: "record" in daemon.text)
        assert daemon.process.poll() is None
        return
    assert derive(daemon.wait_changed(old), ledger.find)
    daemon.wait_published()
    assert daemon.run("print").out.strip() == daemon.token()
