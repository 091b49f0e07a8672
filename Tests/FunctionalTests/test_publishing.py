"""The published files: what they hold, whose they are, and how they come back when somebody alters them."""

import grp
import json
import os
import re
import shutil
import time

import pytest

from FakeAWS import derive

root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give files to others")


def output(path, *settings, key="default"):
    return f"[[keys.{key}.outputs]]\npath = '{path}'\n" + "".join(f"{line}\n" for line in settings)


def mode(path):
    return path.stat().st_mode & 0o7777


def test_default_outputs(daemon, ledger):
    daemon.start().wait_published()
    token = daemon.token()
    derive(token, ledger.find)
    env = daemon.file().read_text()
    assert re.fullmatch(r"(#[^\n]*\n)*AWS_BEARER_TOKEN_BEDROCK=\S+\n", env) and token in env
    for name in ("env", "token", "record"):
        assert mode(daemon.file(output=name)) == 0o600
    assert mode(daemon.runtime / "default") == 0o755
    assert mode(daemon.runtime / "lock") == 0o600
    assert mode(daemon.runtime / "control.sock") == 0o666
    assert mode(daemon.runtime / "status.json") == 0o644


def test_nothing_but_the_files_is_left_in_the_folder(daemon):
    daemon.start().wait_published()
    for _ in range(3):
        old = daemon.token()
        daemon.wait_next_second()
        daemon.run("renew")
        daemon.wait_changed(old)
    daemon.wait_published()
    assert {path.name for path in (daemon.runtime / "default").iterdir()} == {"env", "token", "record"}


def test_json_output(make_daemon, static, folder, ledger):
    path = folder / "key.json"
    daemon = make_daemon("[keys.default]\n" + output(path, "format = 'json'"), static).start().wait_published()
    made = json.loads(path.read_text())
    derived = derive(made["token"], ledger.find)
    assert made.keys() == {"token", "expires_at", "region", "type"}
    assert (made["region"], made["type"]) == ("eu-west-1", "short-term")
    assert made["expires_at"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(derived.expires))
    assert daemon.key()["outputs"] == [{"path": str(path), "format": "json", "error": None}]


def test_variables_and_constants(make_daemon, static, folder):
    path = folder / "app.env"
    settings = ["variables = ['AWS_BEARER_TOKEN_BEDROCK', 'BEDROCK_API_KEY']", "set = { AWS_REGION = 'eu-west-1' }"]
    daemon = make_daemon("[keys.default]\n" + output(path, *settings), static).start().wait_published()
    lines = dict(line.split("=", 1) for line in path.read_text().splitlines() if not line.startswith("#"))
    assert lines.keys() == {"AWS_BEARER_TOKEN_BEDROCK", "BEDROCK_API_KEY", "AWS_REGION"}
    assert lines["AWS_BEARER_TOKEN_BEDROCK"] == lines["BEDROCK_API_KEY"] == daemon.run("print").out.strip()
    assert lines["AWS_REGION"] == "eu-west-1"


@root
def test_group_and_mode(make_daemon, static, folder):
    path, group = folder / "app.env", grp.getgrnam("daemon")
    config = "[keys.default]\n" + output(path, "group = 'daemon'", "mode = '0640'")
    make_daemon(config, static).start().wait_published()
    assert (path.stat().st_gid, mode(path)) == (group.gr_gid, 0o640)


@root
def test_owner(make_daemon, static, folder):
    path = folder / "app.env"
    make_daemon("[keys.default]\n" + output(path, "owner = 'nobody'"), static).start().wait_published()
    assert (path.stat().st_uid, mode(path)) == (65534, 0o600)


def test_an_unknown_group_fails_its_output_alone(make_daemon, static, folder):
    good, bad = folder / "good.env", folder / "bad.env"
    config = "[keys.default]\n" + output(good) + output(bad, "group = 'no-such-group'")
    daemon = make_daemon(config, static).start()
    daemon.wait("the good output", good.exists)
    daemon.wait("the error", lambda: any(one["error"] for one in daemon.key().get("outputs", [])))
    errors = {one["path"]: one["error"] for one in daemon.key()["outputs"]}
    assert errors[str(good)] is None and "no-such-group" in errors[str(bad)]
    assert not bad.exists()


def test_names_that_cannot_be_looked_up_again_are_told(make_daemon, static, folder):
    """The configuration, which has the names, is broken since: without a word nobody would know why nothing heals."""
    config = "[keys.default]\n" + output(folder / "bad.env", "group = 'no-such-group'")
    daemon = make_daemon(config, static).start()
    daemon.wait("the error", lambda: "no-such-group" in daemon.text)
    daemon.configure("[keys.default\n")
    said = "cannot look up users and groups again: cannot load the configuration"
    daemon.wait("the warning", lambda: said in daemon.text)


ALTERATIONS = {
    "deleted": lambda path: path.unlink(),
    "truncated": lambda path: os.truncate(path, 0),
    "edited": lambda path: path.write_text("AWS_BEARER_TOKEN_BEDROCK=something-else\n"),
    "appended": lambda path: path.open("a").write("MORE=1\n"),
    "readable for all": lambda path: path.chmod(0o644),
    "replaced": lambda path: (path.with_suffix(".new").write_text("x"), os.replace(path.with_suffix(".new"), path)),
    "moved": lambda path: os.replace(path, path.with_suffix(".moved")),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_output_is_restored_within_a_second(make_daemon, static, folder, alteration):
    outside = folder / "outside"
    outside.mkdir()
    path = outside / "app.env"
    make_daemon("[keys.default]\n" + output(path), static).start().wait_published()
    content = path.read_text()
    # Restored at most once a second: one that was written a moment ago may wait that long.
    time.sleep(1.1)
    before = time.monotonic()
    ALTERATIONS[alteration](path)
    while not (path.exists() and path.read_text() == content and mode(path) == 0o600):
        assert time.monotonic() - before < 1.5, "it was not restored"
        time.sleep(0.01)


def test_alterations_again_and_again_are_no_hot_loop(daemon):
    daemon.start().wait_published()
    content, restored, end = daemon.file().read_text(), 0, time.monotonic() + 4
    while time.monotonic() < end:
        if daemon.file().exists():
            restored += 1
            daemon.file().unlink()
        time.sleep(0.005)
    assert 3 <= restored <= 7
    daemon.wait("the file", lambda: daemon.file().exists() and daemon.file().read_text() == content, 3)


def removed(folder):
    """Removes a folder; false if a file was restored in it meanwhile, which happens at most once a second."""
    try:
        shutil.rmtree(folder)
    except OSError:
        return False
    return True


def test_a_removed_folder_of_a_key_comes_back(daemon):
    daemon.start().wait_published()
    daemon.wait("end of the folder", lambda: removed(daemon.runtime / "default"), 3)
    daemon.wait_next_second()
    daemon.run("renew")
    daemon.wait("the files", lambda: daemon.token() and daemon.file().exists())
    assert mode(daemon.file()) == 0o600
