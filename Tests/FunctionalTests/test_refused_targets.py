"""Targets where a key would not be safe, or cannot be written: that output fails alone, and says why."""

import os

import pytest

from Processes.waiting import wait_for


def two_outputs(bad, good, *settings):
    """One output that is to fail beside one that must not."""
    return (
        f"[keys.default]\n[[keys.default.outputs]]\npath = '{bad}'\n" + "".join(f"{line}\n" for line in settings)
        + f"[[keys.default.outputs]]\npath = '{good}'\n"
    )


def error_of(daemon, path):
    """The error of this output; the daemon has looked at both by then."""
    def errors():
        return {one["path"]: one["error"] for one in daemon.key().get("outputs", []) if one["error"]}
    return daemon.wait(f"error of {path}", lambda: errors().get(str(path)))


@pytest.fixture
def daemon_with(make_daemon, static, folder):
    """Starts a daemon with a bad target and a good one, and checks that the good one is served."""
    def start(bad, *settings, user=None):
        good = folder / "good" / "app.env"
        good.parent.mkdir()
        daemon = make_daemon(two_outputs(bad, good, *settings), static)
        if user is not None:
            for path in (good.parent, daemon.folder, daemon.runtime, daemon.state, daemon.home):
                os.chown(path, user, user)
        daemon.start(user=user)
        daemon.wait("the good output", good.exists)
        daemon.good = good
        return daemon
    return start


def test_a_folder_that_everybody_may_write(daemon_with, folder):
    target = folder / "open"
    target.mkdir()
    target.chmod(0o777)
    daemon = daemon_with(target / "app.env")
    assert "writ" in error_of(daemon, target / "app.env")
    assert list(target.iterdir()) == []
    assert daemon.run("check").code != 0
    assert str(target / "app.env") in daemon.text


def test_with_the_sticky_bit_it_is_accepted(daemon_with, folder):
    target = folder / "sticky"
    target.mkdir()
    target.chmod(0o1777)
    daemon = daemon_with(target / "app.env")
    daemon.wait("the output", (target / "app.env").exists)
    assert all(one["error"] is None for one in daemon.wait_published().key()["outputs"])


def test_a_link_in_place_of_the_file(daemon_with, folder):
    victim, target = folder / "victim", folder / "app.env"
    victim.write_text("precious")
    target.symlink_to(victim)
    daemon = daemon_with(target)
    assert "link" in error_of(daemon, target)
    assert victim.read_text() == "precious" and target.is_symlink()


def test_a_folder_in_place_of_the_file(daemon_with, folder):
    target = folder / "app.env"
    target.mkdir()
    daemon = daemon_with(target)
    assert error_of(daemon, target)
    assert target.is_dir() and list(target.iterdir()) == []


@pytest.mark.parametrize("mode", ["0666", "0602", "0662", "0622"])
def test_a_mode_that_lets_others_write(make_daemon, static, folder, mode):
    """Known before anything starts: a configuration error with its place."""
    config = two_outputs(folder / "app.env", folder / "good.env", f"mode = '{mode}'")
    daemon = make_daemon(config, static)
    checked = daemon.run("config", "check", "--config", daemon.config)
    assert checked.code == 78 and f"{daemon.config}:4:" in checked.err
    assert daemon.start().wait_exit() == 78
    assert not (folder / "app.env").exists()


def test_a_missing_folder_is_said_with_a_remedy(daemon_with, folder):
    target = folder / "not-there" / "app.env"
    reason = error_of(daemon_with(target), target)
    assert "folder" in reason or "directory" in reason


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to run the daemon as a user who may not write")
def test_a_folder_that_became_read_only_keeps_its_file(daemon_with, folder, reachable_binaries):
    target = folder / "mine" / "app.env"
    target.parent.mkdir()
    os.chown(target.parent, 65534, 65534)
    daemon = daemon_with(target, user=65534)
    wait_for("the output", target.exists)
    daemon.wait_published()
    old = target.read_text()
    os.chown(target.parent, 0, 0)
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    daemon.wait("a new key in the good output", lambda: daemon.good.read_text() != old)
    reason = error_of(daemon, target)
    assert "ermission" in reason or "may not" in reason
    assert target.read_text() == old
    assert daemon.run("check").code != 0
    os.chown(target.parent, 65534, 65534)
    daemon.wait_next_second()
    daemon.run("renew")
    daemon.wait("recovery", lambda: target.read_text() == daemon.good.read_text() != old)
    daemon.wait("no error", lambda: all(one["error"] is None for one in daemon.key()["outputs"]))
