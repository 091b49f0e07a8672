"""A long-term key in the daemon: made, published, rotated by hand, found again after a reboot, watched in IAM."""

import json
import shutil

import pytest

from FakeAWS import answers
from FakeAWS.iam import denied
from Processes.long_term import KEY, USER, LongTermScene, secret_files


@pytest.fixture
def scene(folder, ledger):
    """IAM and Bedrock, and no secret of theirs in any log."""
    with LongTermScene(folder, ledger) as scene:
        yield scene


@pytest.fixture
def start(make_daemon, scene):
    """Starts daemons with one long-term key, and searches their logs for its secrets."""
    daemons = []

    def start(settings: str = "", name: str = "d", wait: bool = True):
        daemon = make_daemon(KEY + settings, scene.environment, name=name)
        daemons.append(daemon)
        daemon.start()
        return daemon.wait_published("batch") if wait else daemon

    yield start
    for daemon in daemons:
        assert not [secret for secret in scene.account.secrets if secret in f"{daemon.text}{daemon.status()}"]


def rotate(daemon, scene):
    """Asks for a rotation and waits for the new key."""
    old = daemon.token("batch")
    outcome = daemon.run("renew", "batch")
    assert outcome.code == 0 and "rotating batch" in outcome.out
    return daemon.wait_changed(old, "batch")


def test_a_key_is_made_and_published(start, scene):
    scene.account.settling = 2
    daemon = start()
    id = scene.only_active()
    assert daemon.token("batch") == scene.secret(id)
    assert secret_files(daemon) == {id}
    for path in (daemon.state / "batch").iterdir():
        assert path.stat().st_mode & 0o7777 == 0o600
    key = daemon.key("batch")
    assert (key["type"], key["state"], key["region"]) == ("long-term", "valid", "eu-west-1")
    assert key["expires"] and key["next_renewal"] and key["renew_before"] == 30 * 86400
    # It was tried until Bedrock knew it, and nobody was told of a failure in the meantime.
    assert scene.bedrock.check.refused and "cannot" not in daemon.text
    assert daemon.run("check", "batch").code == 0
    assert daemon.run("print", "batch").out.strip() == scene.secret(id)


def test_a_key_that_never_ends(start, scene):
    daemon = start('age = "never"\n')
    assert daemon.key("batch")["expires"] is None and daemon.key("batch")["next_renewal"] is None
    assert scene.account.credentials[scene.only_active()].expires is None
    assert daemon.run("check", "batch").code == 0
    assert "never" in daemon.run("status").out


def test_a_rotation_by_hand(start, scene, folder):
    hooks = folder / "hooks"
    daemon = start(f'grace = "1m"\nhooks = [{{ command = ["/bin/sh", "-c", "echo $BEDROCK_EVENT >> {hooks}"] }}]\n')
    old = scene.only_active()
    new = rotate(daemon, scene)
    assert scene.statuses()[old] == "Active"
    current = next(id for id in scene.statuses() if id != old)
    assert new == scene.secret(current) and secret_files(daemon) == {old, current}
    daemon.wait("both hooks", lambda: hooks.read_text() == "renewed\nrenewed\n")
    # In the grace there is no third one.
    refused = daemon.run("renew", "batch")
    assert refused.code == 1 and f"the grace of {old}" in refused.err and "ends at" in refused.err
    assert daemon.run("renew").code == 1
    daemon.wait("end of the grace", lambda: scene.statuses()[old] == "Inactive", 75)
    # Its slot is needed at the next one.
    third = rotate(daemon, scene)
    assert old not in scene.statuses() and scene.secret(current) != third
    assert daemon.run("check", "batch").code == 0


def test_a_reboot_needs_no_iam(start, scene):
    daemon = start()
    token = daemon.token("batch")
    daemon.stop()
    shutil.rmtree(daemon.runtime)
    daemon.runtime.mkdir()
    scene.iam.break_step("*", answers.hang())
    scene.bedrock.break_step("*", answers.hang())
    daemon.start().wait_published("batch", timeout=3)
    assert daemon.token("batch") == token and scene.changes() == 1
    assert daemon.run("check", "batch").code == 0


def test_a_lost_record_is_restored(start, scene):
    daemon = start()
    token = daemon.token("batch")
    (daemon.runtime / "batch" / "record").unlink()
    daemon.wait("its record", lambda: (daemon.runtime / "batch" / "record").exists())
    assert daemon.token("batch") == token and scene.changes() == 1


def test_a_key_that_bedrock_refuses_is_not_published(start, scene):
    scene.bedrock.check.denied["bedrock:CallWithBearerToken"] = "missing"
    daemon = start(wait=False)
    daemon.wait("a trial", lambda: len(scene.bedrock.check.refused) >= 3)
    assert daemon.token("batch") == "" and daemon.key("batch").get("state") == "pending"
    del scene.bedrock.check.denied["bedrock:CallWithBearerToken"]
    daemon.wait_published("batch", timeout=20)


def test_without_verification_it_is_published_untried(start, scene):
    start('verify = "off"\n')
    assert scene.bedrock.requests == []


def test_a_missing_permission_is_named(start, scene):
    scene.iam.prevent("ListServiceSpecificCredentials", denied("ListServiceSpecificCredentials"))
    daemon = start(wait=False)
    daemon.wait("a failure", lambda: daemon.key("batch").get("failures"))
    assert "iam:ListServiceSpecificCredentials" in daemon.key("batch")["last_error"]
    assert daemon.text.count("cannot list the keys") == 1
    scene.iam.heal()
    daemon.wait_published("batch", timeout=15)


def test_both_slots_of_others(start, scene):
    others = [scene.account.create(USER).id for _ in range(2)]
    daemon = start(wait=False)
    daemon.wait("what is in the way", lambda: daemon.key("batch").get("last_error"))
    error = daemon.key("batch")["last_error"]
    assert "somebody else's" in error and all(f"long-term delete {id} --user {USER}" in error for id in others)
    assert scene.changes() == 0


def test_one_slot_of_others_is_told_early(start, scene):
    other = scene.account.create(USER).id
    daemon = start()
    assert daemon.run("renew", "batch").code == 0
    daemon.wait("what is in the way", lambda: daemon.key("batch")["failures"])
    assert other in daemon.key("batch")["last_error"] and scene.changes() == 1
    assert daemon.key("batch")["state"] == "failing" and daemon.run("check", "batch").code == 0


@pytest.mark.parametrize("adopts", [True, False])
def test_a_lost_answer(start, scene, adopts):
    """The credential is made, its secret is lost on the way."""
    scene.iam.break_step("CreateServiceSpecificCredential", answers.lost(), times=1)
    daemon = start(f"adopt = {str(adopts).lower()}\n", wait=False)
    if adopts:
        daemon.wait_published("batch", timeout=20)
        assert len(scene.account.secrets) == 2 and list(scene.statuses().values()) == ["Active"]
        return
    daemon.wait("the ambiguous state", lambda: daemon.key("batch").get("state") == "ambiguous", 20)
    stray = scene.only_active()
    error = daemon.key("batch")["last_error"]
    assert f"bedrock-keyd long-term delete {stray} --user {USER}" in error and "bedrock-keyd renew batch" in error
    del scene.account.credentials[stray]
    assert daemon.run("renew", "batch").code == 0
    daemon.wait_published("batch")
    assert scene.only_active() != stray


def test_a_removed_key_stays_in_iam_and_is_named(start, scene):
    daemon = start()
    id = scene.only_active()
    daemon.reload("[keys.other]\n")
    daemon.wait("the command", lambda: f"bedrock-keyd long-term delete {id} --user {USER}" in daemon.text)
    assert scene.only_active() == id and not daemon.file("batch", "token").exists()
    daemon.reload(KEY)
    daemon.wait("the same key", lambda: daemon.token("batch") == scene.secret(id))
    assert scene.changes() == 1


def test_another_user_is_not_taken_over(start, scene):
    daemon = start()
    key, changes, files = daemon.token("batch"), scene.changes(), secret_files(daemon)
    scene.account.add_user("other")
    daemon.reload(KEY.replace(USER, "other"))
    daemon.wait("refusal", lambda: f"holds the keys of user {USER}" in (daemon.key("batch")["last_error"] or ""))
    outcome = daemon.run("renew", "batch")
    assert outcome.code == 1 and f"long-term delete {scene.only_active()} --user {USER}" in outcome.err
    assert (scene.changes(), secret_files(daemon)) == (changes, files)
    daemon.reload(KEY)
    daemon.wait_published("batch")
    assert daemon.token("batch") == key and scene.changes() == changes


def test_an_older_state_replaces_no_newer_key(start, scene, folder):
    daemon = start()
    shutil.copytree(daemon.state, folder / "backup")
    new = rotate(daemon, scene)
    assert daemon.stop() == 0
    shutil.rmtree(daemon.state)
    shutil.copytree(folder / "backup", daemon.state)
    daemon.start().wait("words", lambda: "the published one is newer" in (daemon.key("batch").get("last_error") or ""))
    assert daemon.token("batch") == new


@pytest.mark.parametrize("ending", ["stop", "reload"])
def test_a_creation_is_not_interrupted(start, scene, ending):
    """A stop or a reload in the middle of one waits for the only copy of the secret."""
    scene.iam.break_step("CreateServiceSpecificCredential", answers.slow(2), times=1)
    daemon = start(wait=False)
    daemon.wait("the creation", lambda: scene.iam.count("CreateServiceSpecificCredential"))
    if ending == "stop":
        assert daemon.stop() == 0
        daemon.start()
    else:
        daemon.reload()
    daemon.wait_published("batch")
    assert len(scene.account.secrets) == 1


def test_withdrawn_in_iam(start, scene):
    daemon = start()
    id = scene.only_active()
    scene.account.credentials[id].active = False
    daemon.stop()
    daemon.start()
    daemon.wait("what happened", lambda: "was deactivated by somebody" in (daemon.key("batch").get("last_error") or ""))
    assert scene.changes() == 1
    rotate(daemon, scene)
    assert scene.only_active() != id


def test_two_daemons_on_one_user(start, scene):
    """A mistake: neither does any damage to the other, and both say what is wrong and stop rotating."""
    daemons = [start(name=name, wait=False) for name in ("first", "second")]
    for daemon in daemons:
        daemon.wait_published("batch")
    ids = set(scene.statuses())
    assert len(ids) == 2
    for daemon in daemons:
        mine, = secret_files(daemon)
        other, = ids - {mine}
        assert daemon.token("batch") == scene.secret(mine)
        assert daemon.run("renew", "batch").code == 0
        daemon.wait("what is wrong", lambda: other in (daemon.key("batch")["last_error"] or ""))
        assert "somebody else's" in daemon.key("batch")["last_error"]
    assert set(scene.statuses().values()) == {"Active"} and scene.changes() == 2


def test_two_daemons_on_one_state(start, scene, make_daemon):
    """The second one leaves everything alone and says who has it."""
    first = start()
    second = make_daemon(KEY, scene.environment, name="other")
    second.state.rmdir()
    second.state.symlink_to(first.state)
    second.start()
    second.wait("the reason", lambda: second.key("batch").get("last_error"))
    assert f"runs already with pid {first.pid}" in second.key("batch")["last_error"]
    outcome = second.run("renew", "batch")
    assert outcome.code == 1 and f"pid {first.pid}" in outcome.err
    assert first.run("renew", "batch").code == 0


def test_once(make_daemon, scene):
    daemon = make_daemon(KEY, scene.environment)
    scene.account.settling = 1
    assert daemon.start("--once").wait_exit() == 0
    assert daemon.token("batch") == scene.secret(scene.only_active())
    assert json.loads((daemon.runtime / "status.json").read_text())["keys"][0]["state"] == "valid"
    assert daemon.start("--once").wait_exit() == 0 and scene.changes() == 1


def test_a_dry_run_makes_nothing(make_daemon, scene):
    daemon = make_daemon(KEY, scene.environment)
    assert daemon.run("run", "--config", daemon.config, "--dry-run").code == 0
    assert scene.changes() == 0 and scene.iam.count("ListServiceSpecificCredentials") == 1
