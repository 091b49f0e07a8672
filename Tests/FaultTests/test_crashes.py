"""SIGKILL at random moments of renewals: the file on disk is whole at every moment, and the next start goes on."""

import os
import random
import re
import time

from FakeAWS import derive
from Processes import FileReader

KILLS = 15


def test_killed_at_random_moments(make_daemon, ledger, static):
    seed = int(os.environ.get("BEDROCK_KEYD_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}, {KILLS} kills; repeat with BEDROCK_KEYD_SEED={seed}")
    draw = random.Random(seed)
    daemon = make_daemon(environment=static).start().wait_published()
    names = {path.name for path in (daemon.runtime / "default").iterdir()}
    reader = FileReader(daemon.file())
    try:
        for _ in range(KILLS):
            daemon.wait_next_second()
            daemon.run("renew")
            # A renewal by hand takes some 10 ms: most kills are in the middle of one.
            time.sleep(draw.uniform(0, 0.025))
            daemon.kill()
            daemon.start()
            daemon.wait("live key", lambda: daemon.key().get("state") == "valid", 3)
        seen = reader.stop()
    except BaseException:
        reader.kill()
        raise
    assert seen.absent == 0 and seen.modes.keys() == {"0o600"}
    for text, _, _ in seen.contents:
        key = re.fullmatch(r"(?:#[^\n]*\n)*AWS_BEARER_TOKEN_BEDROCK=(\S+)\n", text)
        assert key, f"a torn file of {len(text)} characters"
        derive(key[1], ledger.find)
    folder = daemon.runtime / "default"
    daemon.wait("end of the left-overs", lambda: {path.name for path in folder.iterdir()} == names)
    assert len(seen.contents) > 3
