"""Units that use a key: environment files, ordering, groups; and credential programs in the sandbox."""

from SystemdTests.booted_systemd import wait_until
from SystemdTests.installation import (
    BROKEN_PROFILE, CREDENTIALS_DOCUMENT, ONE_BROKEN_OF_THREE, RUNTIME, SERVICE, assert_live)

# Writes its environment to a file that only root reads.
CONSUMER = """\
[Unit]
Requires=bedrock-key-ready@{key}.service
After=bedrock-key-ready@{key}.service
[Service]
Type=oneshot
UMask=0077
EnvironmentFile=/run/bedrock-keyd/{key}/env
ExecStart=/bin/sh -c 'env > /run/consumer.{key}'
"""


def wait_two_seconds(installed):
    """Makes the shipped readiness unit, else unchanged, give up after 2 s."""
    shipped = installed.systemd.read("/usr/lib/systemd/system/bedrock-key-ready@.service")
    assert shipped.count(" --wait=60s\n") == 1
    installed.systemd.write_unit("bedrock-key-ready@.service", shipped.replace(" --wait=60s\n", " --wait=2s\n"))


def test_a_consumer_gets_the_key_from_the_environment_file(installed):
    installed.set_credentials()
    installed.start()
    installed.systemd.write_unit("consumer.service", CONSUMER.format(key="default"))
    installed.systemd.systemctl("start", "consumer.service")
    environment = installed.systemd.read("/run/consumer.default").splitlines()
    assert f"AWS_BEARER_TOKEN_BEDROCK={installed.token()}" in environment


def test_systemd_reads_the_environment_file_as_shells_do(installed):
    """Every character that a constant may have; Tests/FunctionalTests/test_env_file.py has the other readers."""
    installed.set_credentials()
    installed.configure("""\
[keys.default]
[[keys.default.outputs]]
path = "/run/bedrock-keyd/default/env"
variables = ["AWS_BEARER_TOKEN_BEDROCK", "SECOND"]
set = { SIGNS = "a.b:c@d%e+f=g,h-i_j/K9", ENDPOINT = "https://localhost:443/a%20b", NUMBER = "0123" }
""")
    installed.start()
    installed.systemd.write_unit("consumer.service", CONSUMER.format(key="default"))
    installed.systemd.systemctl("start", "consumer.service")
    expected = installed.environment()
    assert len(expected) == 5 and expected["SIGNS"] == "a.b:c@d%e+f=g,h-i_j/K9"
    found = dict(line.split("=", 1) for line in installed.systemd.read("/run/consumer.default").splitlines())
    assert {name: found.get(name) for name in expected} == expected
    shell = installed.systemd.run("sh", "-c", f"set -a; . {RUNTIME}/default/env; exec env").stdout
    assert {line for line in shell.splitlines() if line.split("=")[0] in expected} == {
        f"{name}={value}" for name, value in expected.items()}


def test_a_consumer_brings_up_the_daemon_and_waits_for_its_key(installed):
    installed.set_credentials()
    installed.systemd.write_unit("consumer.service", CONSUMER.format(key="default"))
    installed.systemd.systemctl("start", "consumer.service")
    assert installed.systemd.show(SERVICE, "ActiveState") == "active"
    assert_live(installed.token())
    assert installed.token() in installed.systemd.read("/run/consumer.default")


def test_a_consumer_of_a_broken_key_is_not_started_and_one_of_a_live_key_is(installed):
    installed.set_credentials()
    installed.systemd.write("/etc/bedrock-keyd/aws/config", BROKEN_PROFILE)
    installed.configure(ONE_BROKEN_OF_THREE)
    wait_two_seconds(installed)
    for key in ("broken", "first"):
        installed.systemd.write_unit(f"consumer-{key}.service", CONSUMER.format(key=key))
    assert installed.systemd.systemctl("start", "consumer-broken.service", check=False).returncode != 0
    assert not installed.systemd.path("/run/consumer.broken").exists()
    assert installed.systemd.show("consumer-broken.service", "ExecMainStartTimestamp") == ""
    installed.systemd.systemctl("start", "consumer-first.service")
    assert installed.token("first") in installed.systemd.read("/run/consumer.first")

    # It heals by itself, and then the consumer starts.
    installed.systemd.write(
        "/etc/bedrock-keyd/aws/config", "[profile broken]\ncredential_process = /bin/cat /etc/creds\n")
    installed.systemd.write("/etc/creds", CREDENTIALS_DOCUMENT)
    wait_until(lambda: installed.token("broken"), 30, what="the key after its credentials came back")
    installed.systemd.systemctl("start", "consumer-broken.service")
    assert installed.token("broken") in installed.systemd.read("/run/consumer.broken")


def test_a_hook_runs_in_the_sandbox_and_a_failing_one_changes_nothing(installed):
    installed.set_credentials()
    installed.systemd.write("/usr/local/bin/hook", """\
#!/bin/sh
echo "$BEDROCK_KEY $BEDROCK_EVENT $BEDROCK_EXPIRES" >> /run/bedrock-keyd/hook.log
env > /run/bedrock-keyd/hook.env
""", mode=0o755)
    installed.configure("""\
[keys.default]
[[keys.default.hooks]]
command = ["/bin/false"]
[[keys.default.hooks]]
command = ["/usr/local/bin/hook"]
""")
    installed.start()
    log = installed.systemd.path(f"{RUNTIME}/hook.log")
    wait_until(lambda: log.exists() and log.read_text(), what="the hook")
    key, event, expires = log.read_text().split()
    assert (key, event) == ("default", "renewed") and expires
    environment = installed.systemd.read(f"{RUNTIME}/hook.env")
    assert "AWS_" not in environment and "NOTIFY_SOCKET" not in environment
    wait_until(lambda: "/bin/false" in installed.messages(), what="the report of the failing hook")
    before = installed.token()
    assert_live(before)
    installed.command("renew")
    wait_until(lambda: len(log.read_text().splitlines()) == 2, what="the hook once for each renewal")
    assert installed.token() != before


def test_the_readiness_unit_answers_of_now(installed):
    installed.set_credentials()
    installed.start()
    installed.systemd.systemctl("start", "bedrock-key-ready@default.service")
    assert installed.systemd.show("bedrock-key-ready@default.service", "ActiveState") == "inactive"
    wait_two_seconds(installed)
    assert installed.systemd.systemctl("start", "bedrock-key-ready@unheard-of.service", check=False).returncode != 0
    assert installed.systemd.show("bedrock-key-ready@unheard-of.service", "ExecMainStatus") == "3"
    # The same unit that was green says so when the key is gone.
    installed.systemd.systemctl("stop", SERVICE)
    installed.systemd.systemctl("mask", "--runtime", SERVICE)
    installed.systemd.run("rm", "-r", f"{RUNTIME}/default")
    assert installed.systemd.systemctl("start", "bedrock-key-ready@default.service", check=False).returncode != 0


def test_a_group_may_read_an_output_through_the_shipped_drop_in(installed):
    installed.set_credentials()
    installed.systemd.run("groupadd", "--system", "app")
    installed.systemd.run("useradd", "--system", "--gid", "app", "app")
    installed.configure(f"""\
[keys.default]
[[keys.default.outputs]]
path = "{RUNTIME}/default/token"
format = "token"
group = "app"
mode = "0640"
""")
    installed.systemd.run("sh", "-ec", f"""
        mkdir -p /etc/systemd/system/{SERVICE}.d
        cp /usr/share/doc/bedrock-keyd/examples/supplementary-groups.conf /etc/systemd/system/{SERVICE}.d/
        systemctl daemon-reload""")
    installed.start()
    assert installed.identity(f"{RUNTIME}/default/token") == "640 bedrock-keyd app"
    read = installed.systemd.run(
        "setpriv", "--reuid=app", "--regid=app", "--clear-groups", "cat", f"{RUNTIME}/default/token")
    assert read.stdout == installed.token()
    assert_live(read.stdout)


def test_a_credential_program_that_needs_more_than_the_sandbox_runs_with_the_shipped_drop_in(installed):
    # It lies under /home and makes executable memory, as programs with a just-in-time compiler do.
    installed.systemd.write("/home/vendor/credentials", f"""\
#!/usr/bin/python3
import mmap
mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
print('{CREDENTIALS_DOCUMENT}')
""", mode=0o755)
    installed.systemd.write(
        "/etc/bedrock-keyd/aws/config", "[profile vendor]\ncredential_process = /home/vendor/credentials\n")
    installed.systemd.write("/etc/default/bedrock-keyd", "AWS_CONFIG_FILE=/etc/bedrock-keyd/aws/config\n")
    installed.configure('[daemon]\nready_timeout = "2s"\n[keys.default]\nregion = "us-east-1"\nprofile = "vendor"\n')
    installed.start()
    assert installed.token() is None, "the sandbox alone was enough: this test shows nothing"
    installed.systemd.run("sh", "-ec", f"""
        mkdir -p /etc/systemd/system/{SERVICE}.d
        cp /usr/share/doc/bedrock-keyd/examples/credential-process.conf /etc/systemd/system/{SERVICE}.d/
        systemctl daemon-reload
        systemctl restart {SERVICE}""")
    wait_until(installed.token, what="the key")
    assert_live(installed.token())
