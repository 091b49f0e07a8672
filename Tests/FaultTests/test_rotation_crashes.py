"""SIGKILL at chosen and at random moments of rotations, against a fake IAM: the published key works at every moment."""

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from FakeAWS import IdentityService
from FakeAWS.answers import Answer
from FakeAWS.service_credentials import BEDROCK
from Processes import Daemon, find_secrets
from Processes.long_term import KEY, USER, LongTermScene, secret_files

# AWS's clock jumps by so much before each start: the grace is over then, and so is the wait for a lost answer.
JUMP = 200


class DeadlyIAM(IdentityService):
    """An IAM during whose answers the daemon can be killed: `strike` is called once, at an action, before or after it is
    applied, or when its answer is under way."""

    plan: tuple[str, str] | None = None
    third_ones = 0

    def answer(self, request):
        if request.step.startswith("Create") and len(self.account.of(USER, BEDROCK)) == 2:
            self.third_ones += 1
        step, when = self.plan or ("", "")
        if request.step != step:
            return super().answer(request)
        self.plan = None
        if when == "before":
            self.strike()
            return Answer(raw=b"")
        proper = super().answer(request)
        if when == "applied":
            self.strike()
            return Answer(raw=b"")
        threading.Timer(random.uniform(0, 0.03), self.strike).start()
        return proper


class Victim:
    """A daemon with a long-term key whose rotations are interrupted, and what must hold meanwhile."""

    def __init__(self, folder, ledger, seed):
        folder.mkdir()
        self.random = random.Random(seed)
        self.scene = LongTermScene(folder, ledger, service=DeadlyIAM)
        self.scene.account.now = lambda: time.time() + self.scene.iam.ahead
        self.scene.account.settling = 0.5
        self.scene.iam.strike = self.strike
        self.daemon = Daemon(folder / "d", KEY + 'adopt = true\ngrace = "1m"\n', self.scene.environment)
        self.struck = threading.Event()
        self.kills: Counter[str] = Counter()
        self.watching = threading.Event()
        self.refusals: list[str] = []

    def strike(self):
        """SIGKILL of the daemon; half of the time its children die with it, as in a unit's control group."""
        if self.struck.is_set():
            return
        children = self.daemon.children() if self.random.random() < 0.5 else []
        self.daemon.process.kill()
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.struck.set()

    def watch(self):
        """Whatever happens, the key on disk is one that Bedrock accepts."""
        while not self.watching.wait(0.01):
            key = self.daemon.token("batch")
            if not self.scene.account.accepts(key) and self.daemon.token("batch") == key:
                self.refusals.append(key[:8])

    def rest(self):
        """Waits until a rotation is over: one key works, it is published, and nothing is left of others but what is kept
        in case."""
        def is_resting():
            statuses = self.scene.statuses()
            active = [id for id, status in statuses.items() if status == "Active"]
            return (len(active) == 1 and self.daemon.token("batch") == self.scene.secret(active[0])
                    and secret_files(self.daemon) == set(statuses) and self.daemon.key("batch").get("state") == "valid")

        for _ in range(8):
            try:
                return self.daemon.wait("rest", is_resting, 8)
            except AssertionError as error:
                last = error
            # A grace that began after the last jump has to end, too.
            self.daemon.kill()
            self.restart()
        raise last

    def restart(self):
        """Starts the daemon again, when AWS's clock shows a later time."""
        self.daemon.kill()
        self.scene.iam.ahead += JUMP
        self.scene.bedrock.ahead += JUMP
        self.struck.clear()
        self.daemon.start().wait_published("batch", timeout=30)

    def kill_in_a_rotation(self, point):
        """Asks for a rotation, kills the daemon in it and waits until it has recovered."""
        step, when = point
        if when != "random":
            self.scene.iam.plan = point
        else:
            threading.Timer(self.random.uniform(0, 5), self.strike).start()
        for _ in range(6):
            self.daemon.run("renew", "batch")
            if self.struck.wait(8):
                break
            # What it waits for comes at the end of the grace, or when a former key's slot is needed.
            self.daemon.kill()
            self.restart()
        else:
            raise AssertionError(f"{step} did not come; the log:\n{self.daemon.text}")
        self.kills[f"{step} {when}".strip()] += 1
        self.restart()
        self.rest()

    def seen_by_boto3(self):
        """The ids of the credentials that AWS's own client finds."""
        environment = self.scene.environment
        client = boto3.session.Session().client(
            "iam", endpoint_url=self.scene.iam.url, region_name="us-east-1", verify=environment["AWS_CA_BUNDLE"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"])
        answer = client.list_service_specific_credentials(UserName=USER, ServiceName=BEDROCK)
        return {one["ServiceSpecificCredentialId"] for one in answer["ServiceSpecificCredentials"]}

    def live(self, points):
        """A life with a kill at each of the points."""
        with self.scene:
            self.daemon.start().wait_published("batch", timeout=30)
            watcher = threading.Thread(target=self.watch, daemon=True)
            watcher.start()
            try:
                for point in points:
                    self.kill_in_a_rotation(point)
                self.daemon.stop()
                assert self.seen_by_boto3() == self.scene.statuses().keys() == secret_files(self.daemon)
            finally:
                self.watching.set()
                watcher.join()
                self.daemon.kill()


POINTS = [(step, when) for step in (
    "ListServiceSpecificCredentials", "CreateServiceSpecificCredential", "UpdateServiceSpecificCredential",
    "DeleteServiceSpecificCredential") for when in ("before", "applied", "answered")] + [("", "random")] * 8


def suffer(folder, ledger, victims, rounds):
    """So many daemons at once, each killed at every point in each round."""
    seed = int(os.environ.get("BEDROCK_KEYD_SEED") or random.SystemRandom().randrange(1 << 32))
    lives = [Victim(folder / f"v{number}", ledger, seed + number) for number in range(victims)]
    with ThreadPoolExecutor(victims) as pool:
        futures = [pool.submit(one.live, one.random.sample(POINTS * rounds, len(POINTS) * rounds)) for one in lives]
        for future in futures:
            future.result()
    kills = sum((one.kills for one in lives), Counter())
    made = sum(len(one.scene.account.secrets) for one in lives)
    print(f"seed {seed}: {sum(kills.values())} kills, {made} credentials made: {dict(sorted(kills.items()))}")
    for one in lives:
        assert one.refusals == []
        assert one.scene.iam.third_ones == 0
        assert find_secrets(f"{one.daemon.text}\n{one.daemon.status()}", one.scene.account.secrets) == []
    return sum(kills.values())


def test_killed_in_rotations(folder, ledger):
    assert suffer(folder, ledger, victims=11, rounds=1) >= 200


@pytest.mark.soak
def test_killed_in_many_rotations(folder, ledger):
    assert suffer(folder, ledger, victims=12, rounds=5) >= 1000
