"""Measures the release binaries on this machine: measure.py BINARIES [--idle SECONDS]

Times are wall times in milliseconds of whole processes, the median and the best of 30 runs. The idle keeper is looked
at through /proc over the given time (default 20 s). Nothing leaves the machine: the credentials are static.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 30


def environment(folder):
    for name in ("runtime", "state"):
        (folder / name).mkdir(exist_ok=True)
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "RUNTIME_DIRECTORY": str(folder / "runtime"),
        "STATE_DIRECTORY": str(folder / "state"), "AWS_ACCESS_KEY_ID": "AKIDBENCHMARK",
        "AWS_SECRET_ACCESS_KEY": "of/no/account", "AWS_REGION": "us-east-1"}


def milliseconds(prepare, *command):
    """The times of RUNS runs of a command, each in the environment that prepare() makes for it."""
    times = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            variables = prepare(Path(folder))
            started = time.perf_counter()
            subprocess.run(command, check=True, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times.append((time.perf_counter() - started) * 1000)
    return f"{statistics.median(times):.1f} ms (best {min(times):.1f})"


def print_times(binary, configuration):
    """The times of `print` beside a daemon that has a live key."""
    with tempfile.TemporaryDirectory() as folder:
        variables = environment(Path(folder))
        subprocess.run([binary, "run", "--once", "--config", configuration], check=True, env=variables,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        variables["BEDROCK_KEYD_RUNTIME_DIR"] = variables["RUNTIME_DIRECTORY"]
        return milliseconds(lambda _: variables, binary, "print")


def first_light(binary, configuration):
    """From exec to a key file on disk, the daemon staying: RUNS runs."""
    times = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            variables = environment(Path(folder))
            token = Path(folder) / "runtime/default/token"
            started = time.perf_counter()
            process = subprocess.Popen(
                [binary, "run", "--config", configuration], env=variables, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            while not token.exists():
                if process.poll() is not None or time.perf_counter() - started > 10:
                    sys.exit(f"cannot measure {binary}: no key within 10 s, exit status {process.poll()}")
                time.sleep(0.0002)
            times.append((time.perf_counter() - started) * 1000)
            process.send_signal(signal.SIGTERM)
            process.wait()
    return f"{statistics.median(times):.1f} ms (best {min(times):.1f})"


def numbers(file):
    """The fields of a file like /proc/PID/status whose value starts with a number."""
    return {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+)", file.read_text(), re.MULTILINE)}


def processor_ticks(proc):
    """User and system time of a process in clock ticks: fields 14 and 15 of proc_pid_stat(5)."""
    return sum(map(int, (proc / "stat").read_text().rpartition(")")[2].split()[11:13]))


def idle(binary, configuration, seconds):
    """The keeper some seconds after its start, with one key: memory, threads, wake-ups and CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [binary, "run", "--config", configuration], env=environment(Path(folder)), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        try:
            proc = Path(f"/proc/{process.pid}")
            time.sleep(5)
            before, ticks = numbers(proc / "status"), processor_ticks(proc)
            time.sleep(seconds)
            after, ticks = numbers(proc / "status"), processor_ticks(proc) - ticks
            memory = numbers(proc / "smaps_rollup")
            wakeups = after["voluntary_ctxt_switches"] - before["voluntary_ctxt_switches"]
            print(f"idle keeper, PSS: {memory['Pss'] / 1024:.2f} MiB, {memory['Pss_Anon'] / 1024:.2f} of it anonymous")
            print(f"idle keeper, RSS: {memory['Rss'] / 1024:.2f} MiB")
            print(f"idle keeper, threads: {after['Threads']}")
            print(f"idle keeper, descriptors: {len(list((proc / 'fd').iterdir()))}")
            print(f"idle keeper, wake-ups in {seconds} s: {wakeups}, clock ticks: {ticks}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def main():
    parser = argparse.ArgumentParser(description="Measures the release binaries on this machine.")
    parser.add_argument("binaries", type=Path)
    parser.add_argument("--idle", type=int, default=20, metavar="SECONDS")
    arguments = parser.parse_args()
    command, keeper = arguments.binaries / "bedrock-keyd", arguments.binaries / "bedrock-keyd-keeper"
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as configuration:
        configuration.write("[keys.default]\n")
        configuration.flush()
        for binary in (command, keeper):
            with tempfile.TemporaryDirectory() as folder:
                stripped = Path(folder) / "stripped"
                subprocess.run(["strip", "-o", stripped, binary], check=True)
                print(f"{binary.name}, stripped: {os.stat(stripped).st_size / 1e6:.1f} MB")
        print(f"true, for comparison: {milliseconds(environment, '/bin/true')}")
        print(f"mint: {milliseconds(environment, command, 'mint')}")
        print(f"print: {print_times(command, configuration.name)}")
        print(f"run --once: {milliseconds(environment, command, 'run', '--once', '--config', configuration.name)}")
        print(f"first light to a key file: {first_light(command, configuration.name)}")
        idle(command, configuration.name, arguments.idle)


if __name__ == "__main__":
    main()
