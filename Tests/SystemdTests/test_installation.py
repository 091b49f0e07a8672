"""What `make install` writes, and that systemd finds nothing to say against it."""

import os
import re
import subprocess

from SystemdTests.installation import REPOSITORY, SERVICE

UNITS = ("bedrock-keyd.service", "bedrock-key-ready@.service")


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def make(*arguments):
    return subprocess.run(
        ["make", "--no-print-directory", "-C", REPOSITORY, *arguments], check=True, capture_output=True, text=True)


def test_the_files_are_where_they_belong(stage):
    assert [name for name in files(stage) if "/doc/" not in name] == sorted([
        "usr/bin/bedrock-keyd",
        "usr/lib/bedrock-keyd/bedrock-keyd-keeper",
        "usr/lib/systemd/catalog/bedrock-keyd.catalog",
        "usr/lib/systemd/system/bedrock-key-ready@.service",
        "usr/lib/systemd/system/bedrock-key-restart@.path",
        "usr/lib/systemd/system/bedrock-key-restart@.service",
        "usr/lib/systemd/system/bedrock-keyd.service",
        "usr/lib/systemd/system/bedrock-keyd.socket",
        "usr/lib/sysusers.d/bedrock-keyd.conf",
        "usr/share/bash-completion/completions/bedrock-keyd",
        "usr/share/fish/vendor_completions.d/bedrock-keyd.fish",
        "usr/share/man/man5/bedrock-keyd.toml.5",
        "usr/share/man/man8/bedrock-keyd.8",
        "usr/share/zsh/vendor-completions/_bedrock-keyd",
    ])
    documentation = [name for name in files(stage) if "/doc/" in name]
    assert "usr/share/doc/bedrock-keyd/README.md" in documentation
    assert "usr/share/doc/bedrock-keyd/examples/config.toml" in documentation
    assert "usr/share/doc/bedrock-keyd/iam/short-term.json" in documentation
    assert (stage / "etc/bedrock-keyd").is_dir() and not files(stage / "etc")
    for name in files(stage):
        executable = name in ("usr/bin/bedrock-keyd", "usr/lib/bedrock-keyd/bedrock-keyd-keeper")
        assert (stage / name).stat().st_mode & 0o7777 == (0o755 if executable else 0o644), name
    for name in ("usr/bin/bedrock-keyd", "usr/lib/bedrock-keyd/bedrock-keyd-keeper"):
        assert ".symtab" not in subprocess.run(
            ["readelf", "--sections", "--wide", stage / name], check=True, capture_output=True, text=True).stdout


def test_another_prefix_is_written_into_the_units_and_uninstall_leaves_the_configuration(binaries, tmp_path):
    arguments = [f"DESTDIR={tmp_path}", "PREFIX=/opt/keyd", f"BIN_DIR={binaries}"]
    configuration = tmp_path / "etc/bedrock-keyd/config.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("[keys.mine]\n")
    make("install", *arguments)
    assert configuration.read_text() == "[keys.mine]\n"
    for unit in UNITS:
        text = (tmp_path / "opt/keyd/lib/systemd/system" / unit).read_text()
        assert re.search(r"^ExecStart=/opt/keyd/bin/bedrock-keyd ", text, re.MULTILINE)
        assert "/usr/bin" not in text and "/usr/share" not in text
    # The command finds its keeper by where it is itself.
    make("uninstall", *arguments)
    assert files(tmp_path) == ["etc/bedrock-keyd/config.toml"]


def test_the_installed_binaries_need_no_swift_runtime(stage):
    for name in ("usr/bin/bedrock-keyd", "usr/lib/bedrock-keyd/bedrock-keyd-keeper"):
        output = subprocess.run(
            ["ldd", stage / name], check=True, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"]}).stdout
        assert "not found" not in output and "libswift" not in output and "libFoundation" not in output
        assert "libc.so" in output
        # The keeper is Glibc and libsystemd; the command loads libcurl only when it makes a request.
        assert "libcurl" not in output
        if name.endswith("keeper"):
            assert "libcrypto" not in output and "libsystemd" in output


def test_systemd_finds_nothing_wrong_with_the_units(installed):
    installed.systemd.run("cp", "/bin/true", "/usr/local/bin/app")
    installed.systemd.run(
        "sh", "-c", "cp /usr/share/doc/bedrock-keyd/examples/app*.service /etc/systemd/system && mkdir /root/bin"
        " && cp /bin/true /root/bin/app")
    result = installed.systemd.run(
        "systemd-analyze", "verify", "--man=no", SERVICE, "bedrock-keyd.socket", "bedrock-key-ready@default.service",
        "app.service", "app-credential.service", "app-user.service")
    complaints = [line for line in result.stderr.splitlines() if re.search(r"bedrock|app[a-z-]*\.service", line)]
    assert complaints == []
    # The proof that it complains.
    installed.systemd.drop_in(SERVICE, "[Service]\nWatchdogSecond=1\n")
    result = installed.systemd.run("systemd-analyze", "verify", "--man=no", SERVICE, check=False)
    assert "WatchdogSecond" in result.stderr


def test_the_exposure_of_the_units_stays_low(installed):
    for unit in (SERVICE, "bedrock-key-ready@default.service"):
        output = installed.systemd.run("systemd-analyze", "security", "--no-pager", unit).stdout
        exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", output)[1])
        assert exposure <= 1.5, output


def test_the_user_owns_nothing_but_its_folders(installed):
    passwd = installed.systemd.run("getent", "passwd", "bedrock-keyd").stdout
    assert passwd.split(":")[5:] == ["/var/lib/bedrock-keyd/home", "/usr/sbin/nologin\n"]
    assert installed.identity("/etc/bedrock-keyd") == "755 root root"


def test_the_example_configuration_is_accepted(installed):
    installed.systemd.run("groupadd", "--system", "app")
    installed.systemd.run("useradd", "--system", "--gid", "app", "app")
    installed.command("config", "check", "--config", "/usr/share/doc/bedrock-keyd/examples/config.toml")
