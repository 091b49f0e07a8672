"""What the idle daemon costs. The figures are printed (pytest -s)."""

import re
import subprocess
import time
from pathlib import Path

from FakeAWS import derive
from Processes import binary

MEGABYTE = 1 << 20


def footprint(pid):
    """(PSS, its anonymous part) in bytes. The program's own pages count in full: another keeper on the machine, as when
    tests run beside each other, would take half of them."""
    total = anonymous = 0
    name = ""
    own = str(Path(f"/proc/{pid}/exe").resolve())
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if mapping := re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)", line):
            name = mapping[1]
            continue
        label, _, value = line.partition(":")
        if label == ("Rss" if name == own else "Pss"):
            total += int(value.split()[0]) * 1024
        elif label == "Anonymous":
            anonymous += int(value.split()[0]) * 1024
    return total, anonymous


def switches(pid):
    """How often the process was scheduled: each wake-up is one."""
    text = Path(f"/proc/{pid}/status").read_text()
    return sum(int(count) for count in re.findall(r"ctxt_switches:\t(\d+)", text))


def test_the_idle_keeper_is_small_and_sleeps(daemon):
    daemon.start().wait_published()
    time.sleep(2)
    before = switches(daemon.pid)
    time.sleep(6)
    woken = switches(daemon.pid) - before
    total, anonymous = footprint(daemon.pid)
    print(f"idle keeper: {total / MEGABYTE:.2f} MB PSS, {anonymous / MEGABYTE:.2f} anonymous, woken {woken} times")
    assert total <= 6 * MEGABYTE
    assert woken == 0


def test_first_light_is_soon(make_daemon, static, ledger):
    times = []
    for number in range(5):
        daemon = make_daemon(environment=static, name=f"d{number}")
        started = time.monotonic()
        daemon.start()
        while not daemon.token():
            assert time.monotonic() - started < 5, daemon.text
            time.sleep(0.001)
        times.append(time.monotonic() - started)
        derive(daemon.token(), ledger.find)
        daemon.kill()
    print("first light to a live key: " + ", ".join(f"{seconds * 1000:.0f}" for seconds in times) + " ms")
    assert min(times) < 0.1


def test_print_costs_a_few_starts_of_a_program(daemon):
    """Callers like apiKeyHelper wait for it. Against the smallest program there is, so that a busy machine counts for
    both."""
    daemon.start().wait_published()

    def best(*words):
        times = []
        for _ in range(20):
            started = time.perf_counter()
            subprocess.run(words, env=daemon.full_environment, check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        return min(times)

    true, printed = best("/bin/true"), best(binary(), "print")
    print(f"print: {printed * 1000:.1f} ms, /bin/true: {true * 1000:.1f} ms")
    assert printed < 20 * true


def test_descriptors_do_not_leak(daemon):
    daemon.start().wait_published()
    folder = Path(f"/proc/{daemon.pid}/fd")
    before = len(list(folder.iterdir()))
    for _ in range(4):
        old = daemon.token()
        daemon.wait_next_second()
        daemon.run("renew")
        daemon.wait_changed(old)
    daemon.wait("end of the issuers", lambda: not daemon.children(), 3)
    daemon.wait("descriptors as before", lambda: len(list(folder.iterdir())) <= before, 3)
