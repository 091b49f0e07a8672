"""The manual pages are well-formed and complete, and the shells' completions complete."""

import re
import subprocess
from pathlib import Path

import pytest

from Processes import binary
from Processes.binaries import tool

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted((REPOSITORY / "packaging/man").iterdir())
COMMANDS = REPOSITORY / "packaging/man/bedrock-keyd.8"
SETTINGS = REPOSITORY / "packaging/man/bedrock-keyd.toml.5"


def output(*words):
    """What a command prints, which must succeed."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commands(*above):
    """Every command that --help lists, with those below it."""
    listed = re.search(r"SUBCOMMANDS:\n(.*?)\n\n", output(binary(), *above, "--help"), re.DOTALL)
    names = re.findall(r"^  ([a-z-]+)", listed[1], re.MULTILINE) if listed else []
    return [command for name in names for command in [(*above, name), *commands(*above, name)]]


def plain(page):
    """A page as text, without its typefaces."""
    return re.sub(".\b", "", output(tool("mandoc"), "-T", "utf8", "-O", "width=100", page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_well_formed(page):
    output(tool("mandoc"), "-T", "lint", "-W", "warning", page)
    done = subprocess.run(
        [tool("man"), "--warnings", "--local-file", "--encoding=UTF-8", page], capture_output=True, text=True,
        timeout=30, stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MANPAGER": "cat"})
    assert (done.returncode, done.stderr) == (0, "") and "bedrock-keyd" in done.stdout


def test_mandoc_complains_about_a_broken_page(tmp_path):
    """The proof that the check can fail."""
    (tmp_path / "broken.8").write_text(COMMANDS.read_text().replace(".El\n", "", 1))
    done = subprocess.run([tool("mandoc"), "-T", "lint", "-W", "warning", tmp_path / "broken.8"], capture_output=True)
    assert done.returncode != 0


def test_every_command_and_option_is_in_the_manual():
    text = plain(COMMANDS)
    found = commands()
    assert len(found) > 10
    for command in found:
        assert re.search(rf"\b{re.escape(' '.join(command))}\b", text), command
        for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", output(binary(), *command, "--help"), re.MULTILINE):
            assert re.search(rf"{option}\b", text), (command, option)


def test_every_setting_is_in_the_manual():
    """And in the example, which README.md says has them all."""
    example = (REPOSITORY / "packaging/examples/config.toml").read_text()
    sources = "".join(path.read_text() for path in (REPOSITORY / "Sources/KeyConfiguration").glob("*.swift"))
    text = SETTINGS.read_text()
    settings = set(re.findall(r'\bSetting\("(\w+)", \.(?!table)', sources)) - {"environment"}
    assert len(settings) > 30 and settings <= set(re.findall(r"^(?:# )?(\w+) = ", example, re.MULTILINE))
    assert settings <= set(re.findall(r"^\.It Ic (\w+)$", text, re.MULTILINE))
    tables = {re.sub(r"^keys\.\w+", "keys.NAME", table) for table in re.findall(r"^\[+([\w.]+)\]", example, re.MULTILINE)}
    assert len(tables) > 4 and tables <= set(re.findall(r"^\.S[hs] \[+([\w.]+)\]", text, re.MULTILINE))


class TestCompletions:
    """What `--generate-completion-script` writes and `make install` installs."""

    @pytest.fixture
    def script(self, tmp_path):
        def write(shell):
            path = tmp_path / f"completions.{shell}"
            path.write_text(output(binary(), "--generate-completion-script", shell))
            return path
        return write

    def test_bash_completes_commands_and_options(self, script):
        line = "bedrock-keyd check --w"
        program = (
            f'. "$1"; COMP_WORDS=({line}); COMP_CWORD=2; COMP_LINE="{line}"; COMP_POINT={len(line)};'
            " _bedrock-keyd bedrock-keyd --w check; printf '%s\\n' \"${COMPREPLY[@]}\"")
        assert output(tool("bash"), "--norc", "-c", program, "bash", script("bash")).split() == ["--wait", "--warning"]

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_a_shell_can_read_its_script(self, script, shell):
        output(tool(shell), "-n", script(shell))
        assert all(command[0] in script(shell).read_text() for command in commands())
