"""Where configuration and runtime folder are looked for when nobody says so."""

import json
import os
import shlex
import subprocess

import pytest

from Processes import clean_environment, command
from Processes.binaries import binary, tool

# An /etc of its own, in a mount namespace: nothing of the machine is changed.
_PRIVATE_ETC = """
mount -t tmpfs none {place} && mkdir {place}/upper {place}/work &&
mount -t overlay overlay -o lowerdir=/etc,upperdir={place}/upper,workdir={place}/work /etc || exit 77
rm -rf /etc/bedrock-keyd
if [ -d {files} ]; then cp -r {files} /etc/bedrock-keyd || exit 77; fi
exec {command}
"""


@pytest.fixture
def with_etc(folder):
    """Runs bedrock-keyd with these files, by name, in /etc/bedrock-keyd."""
    def run(files, *arguments, **environment):
        for name, text in files.items():
            path = folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        place = folder / "place"
        place.mkdir()
        script = _PRIVATE_ETC.format(
            place=place, files=folder / "files", command=shlex.join(map(str, [binary(), *arguments]))
        )
        done = subprocess.run(
            [tool("unshare"), "--mount", "sh", "-c", script], env=clean_environment(folder, **environment),
            capture_output=True, text=True, timeout=60,
        )
        if done.returncode == 77 or "unshare failed" in done.stderr:
            pytest.skip(f"needs mount namespaces with overlays: {done.stderr.strip()}")
        return done
    return run


root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to make a mount namespace")


@root
def test_drop_ins_are_merged_in_the_order_of_their_names(with_etc):
    files = {
        "config.toml": "[daemon]\nparallel = 3\n[keys.default]\nregion = 'eu-west-1'\nlifetime = '2h'\n"
                       "[[keys.default.outputs]]\npath = '/run/first'\n"
                       "[[keys.default.outputs]]\npath = '/run/second'\n",
        "config.d/20-b.toml": "[keys.default]\nregion = 'eu-west-3'\n[keys.more]\nregion = 'us-east-1'\n",
        "config.d/10-a.toml": "[keys.default]\nregion = 'eu-west-2'\n[[keys.default.outputs]]\npath = '/run/third'\n",
        "config.d/30.toml.bak": "this is no drop-in",
    }
    done = with_etc(files, "config", "show")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any("region" in line and "eu-west-3" in line and "20-b.toml:2" in line for line in lines)
    assert any("lifetime" in line and "2h" in line and "config.toml:5" in line for line in lines)
    assert any("us-east-1" in line for line in lines)
    # Arrays are replaced whole.
    assert "/run/third" in done.stdout and "/run/first" not in done.stdout and "/run/second" not in done.stdout


@root
def test_a_mistake_in_a_drop_in_has_its_place(with_etc):
    done = with_etc({"config.toml": "[keys.default]\n", "config.d/x.toml": "\n[keys.default]\nregoin = 'a'\n"},
                    "config", "check")
    assert done.returncode == 78 and "/etc/bedrock-keyd/config.d/x.toml:3:1: " in done.stderr


@root
def test_without_any_file_there_is_one_key(with_etc, folder, static):
    runtime = folder / "runtime"
    runtime.mkdir()
    done = with_etc({}, "run", "--once", RUNTIME_DIRECTORY=runtime, STATE_DIRECTORY=folder / "state", **static)
    assert done.returncode == 0, done.stderr
    assert (runtime / "default" / "token").read_text().startswith("bedrock-api-key-")


def test_the_runtime_folder_of_the_other_commands(daemon, folder):
    daemon.start().wait_published()
    elsewhere = clean_environment(folder, BEDROCK_KEYD_RUNTIME_DIR=folder / "nowhere")
    for name in ("check", "print", "status"):
        assert command(name, "--runtime-dir", daemon.runtime, env=elsewhere).code == 0
        assert command(name, env=elsewhere).code != 0
    told = command("status", "--json", "--runtime-dir", daemon.runtime, env=elsewhere)
    assert json.loads(told.out)["pid"] == daemon.pid


@pytest.mark.skipif(os.path.exists("/run/bedrock-keyd"), reason="needs a machine without /run/bedrock-keyd")
def test_the_runtime_folder_of_a_user(folder, static, ledger, reachable_binaries):
    identity = 65534 if os.geteuid() == 0 else None
    home = folder / "user"
    home.mkdir()
    if identity:
        os.chown(home, identity, identity)
    (folder / "config.toml").write_text("[keys.default]\n")
    environment = clean_environment(home, XDG_RUNTIME_DIR=home, XDG_STATE_HOME=home / "state", **static)
    done = command("run", "--once", "--config", folder / "config.toml", env=environment, user=identity)
    assert done.code == 0, done.err
    token = (home / "bedrock-keyd" / "default" / "token").read_text()
    assert command("print", env=environment, user=identity).out.strip() == token
