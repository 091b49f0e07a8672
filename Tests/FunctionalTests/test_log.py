"""The log on stderr, where no journal listens: its form, its levels, and its silence about secrets."""

import re

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
LINE = re.compile(TIME + r" +(error|warning|notice|info|debug)\b:? +\S.*")


def test_every_line_has_a_time_and_a_level(make_daemon, static, profiles):
    profiles.add_command("broken", "false")
    config = "[keys.good]\n[keys.bad]\nprofile = 'broken'\n"
    daemon = make_daemon(config, static | profiles.environment).start().wait_published("good")
    daemon.wait("failure", lambda: daemon.key("bad").get("failures"))
    daemon.reload("[keys.good]\nregoin = 'x'\n")
    daemon.wait("error of the reload", lambda: "regoin" in daemon.text)
    daemon.stop()
    assert [line for line in daemon.log if not LINE.fullmatch(line)] == []


def test_one_line_for_each_renewal(make_daemon, instance_metadata):
    instance_metadata.lifetime = 4
    daemon = make_daemon(environment=instance_metadata.environment).start().wait_published()
    said = len(daemon.log)
    for _ in range(3):
        daemon.wait_changed(daemon.token())
    daemon.wait("lines", lambda: len(daemon.log) >= said + 3, 1)
    assert len(daemon.log) == said + 3


def test_repeated_failures_are_not_a_line_each(make_daemon, profiles):
    profiles.add_command("broken", "false")
    daemon = make_daemon("[keys.default]\nprofile = 'broken'\n", profiles.environment).start()
    daemon.wait("third failure", lambda: daemon.key().get("failures", 0) >= 3, 20)
    assert len([line for line in daemon.log if " default" in line]) < 3 + 1


def test_at_level_error_a_healthy_daemon_says_nothing(make_daemon, static):
    daemon = make_daemon("[daemon]\nlog_level = 'error'\n[keys.default]\n", static).start().wait_published()
    assert daemon.stop() == 0 and daemon.log == []


def test_at_level_debug_no_secret_is_said(make_daemon, instance_metadata):
    """The fixture searches the log when the test ends, as after every test."""
    config = "[daemon]\nlog_level = 'debug'\n[keys.default]\n"
    daemon = make_daemon(config, instance_metadata.environment).start().wait_published()
    old = daemon.token()
    daemon.wait_next_second()
    daemon.run("renew")
    daemon.wait_changed(old)
    daemon.stop()
    assert daemon.log
