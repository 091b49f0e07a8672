"""The path units that restart a consumer after each renewal, in a real systemd."""

import time

from SystemdTests.booted_systemd import wait_until
from SystemdTests.installation import REPOSITORY

# Renewals a second apart are the test's: the consumer's own limit of starts is for programs that die.
CONSUMER = """\
[Unit]
StartLimitIntervalSec=0
[Service]
EnvironmentFile=/run/bedrock-keyd/{key}/env
ExecStart=/bin/sh -c 'echo "$$AWS_BEARER_TOKEN_BEDROCK" >> /run/starts; exec sleep 1000'
"""
NO_DELAY = "[Service]\nEnvironment=BEDROCK_RESTART_DELAY=0\n"


def install_units(systemd):
    """The templates, wherever `make install` puts them."""
    for name in ("bedrock-key-restart@.path", "bedrock-key-restart@.service"):
        systemd.write_unit(name, (REPOSITORY / "systemd" / name).read_text())


def starts(systemd):
    """The keys with which the consumer was started so far."""
    return systemd.read("/run/starts").split() if systemd.path("/run/starts").exists() else []


def renew(installed, key="default"):
    """Another key on disk."""
    old = installed.token(key)
    time.sleep(1.05 - time.time() % 1)
    installed.systemd.run("bedrock-keyd", "renew", key)
    return wait_until(lambda: (new := installed.token(key)) != old and new, 20, what="another key")


def test_one_restart_for_each_of_twenty_renewals(installed):
    installed.set_credentials()
    installed.start()
    install_units(installed.systemd)
    installed.systemd.write_unit("app.service", CONSUMER.format(key="default"))
    installed.systemd.drop_in("bedrock-key-restart@.service", NO_DELAY)
    installed.systemd.systemctl("start", "app.service", "bedrock-key-restart@app.path")
    expected = [installed.token()]
    wait_until(lambda: starts(installed.systemd) == expected, 20, what="the consumer's start")
    for _ in range(20):
        expected.append(renew(installed))
        wait_until(lambda: starts(installed.systemd) == expected, 20, what="a restart with the new key")
    assert installed.systemd.show("bedrock-key-restart@app.path", "ActiveState") == "active"


def test_a_consumer_that_does_not_run_stays_so(installed):
    installed.set_credentials()
    installed.start()
    install_units(installed.systemd)
    installed.systemd.write_unit("app.service", CONSUMER.format(key="default"))
    installed.systemd.drop_in("bedrock-key-restart@.service", NO_DELAY)
    installed.systemd.systemctl("start", "bedrock-key-restart@app.path")
    renew(installed)
    ended = ("bedrock-key-restart@app.service", "ExecMainExitTimestampMonotonic")
    wait_until(lambda: installed.systemd.show(*ended) != "0", 20, what="the restart unit's end")
    assert starts(installed.systemd) == []


def test_the_examples_are_units_that_systemd_accepts(installed):
    examples = REPOSITORY / "packaging/examples"
    install_units(installed.systemd)
    installed.systemd.write_unit("app.service", CONSUMER.format(key="batch"))
    installed.systemd.drop_in("bedrock-key-restart@app.path", (examples / "restart-other-key.conf").read_text())
    installed.systemd.drop_in("bedrock-key-restart@app.service", (examples / "restart-delay.conf").read_text())
    show = installed.systemd.show
    assert show("bedrock-key-restart@app.path", "Paths") == "/run/bedrock-keyd/batch/env (PathChanged)"
    assert show("bedrock-key-restart@app.service", "Environment").endswith("BEDROCK_RESTART_DELAY=60")
    installed.systemd.drop_in("bedrock-key-restart@app.service", (examples / "reload.conf").read_text())
    said = show("bedrock-key-restart@app.service", "ExecStart")
    assert "systemctl reload --no-block app.service" in said and "try-restart" not in said


def test_the_reload_variant_reloads_a_program_that_reads_its_file_again(installed):
    """The same process at every renewal, and it has the new key."""
    installed.set_credentials()
    installed.start()
    install_units(installed.systemd)
    installed.systemd.write_unit("app.service", """\
[Service]
ExecStart=/bin/sleep 1000
ExecReload=/bin/sh -c 'cat /run/bedrock-keyd/default/token > /run/reloaded'
""")
    installed.systemd.drop_in("bedrock-key-restart@.service", NO_DELAY)
    installed.systemd.drop_in(
        "bedrock-key-restart@app.service", (REPOSITORY / "packaging/examples/reload.conf").read_text(), "reload.conf")
    installed.systemd.systemctl("start", "app.service", "bedrock-key-restart@app.path")
    process = installed.systemd.show("app.service", "MainPID")
    reloaded = installed.systemd.path("/run/reloaded")
    for _ in range(3):
        key = renew(installed)
        wait_until(lambda key=key: reloaded.exists() and reloaded.read_text() == key, 20, what="a reload")
    assert installed.systemd.show("app.service", "MainPID") == process != "0"
