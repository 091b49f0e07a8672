"""keys.sock: what LoadCredential= gets, by the protocol of systemd."""

import os
import signal
import socket
import threading
import time

import pytest

from Processes.service_manager import REFUSAL, load_credential, receive_all

TWO_KEYS = "[keys.default]\nunits = ['app.service']\n[keys.edge]\nregion = 'eu-central-1'\n"


@pytest.fixture
def sock(make_daemon, static):
    """The socket of a daemon that keeps two keys."""
    daemon = make_daemon(TWO_KEYS, static).start()
    daemon.wait("both keys", lambda: daemon.token() and daemon.token("edge"))
    daemon.sock = daemon.runtime / "keys.sock"
    return daemon


@pytest.mark.parametrize(("unit", "name", "key"), [
    ("x.service", "edge", "edge"), ("x.service", "default", "default"), ("app.service", "bedrock", "default"),
    # The ID goes before the unit.
    ("app.service", "edge", "edge"),
])
def test_the_key_is_that_of_the_id_or_of_the_unit(sock, unit, name, key):
    assert load_credential(sock.sock, unit, name) == sock.token(key).encode()


def test_an_only_key_needs_no_name(make_daemon, static):
    daemon = make_daemon(environment=static).start()
    daemon.wait("key", daemon.token)
    assert load_credential(daemon.runtime / "keys.sock", "x.service", "anything") == daemon.token().encode()


def test_an_unknown_key_is_refused_with_too_much(sock):
    assert load_credential(sock.sock, "x.service", "nothing") == bytes(REFUSAL)


def test_a_peer_without_a_name_is_closed(sock):
    for address in (None, "\0abc", "\0a/unit/x.service/", "\0a/unit//default", "\0a/b/x.service/default"):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(5)
            if address:
                peer.bind(address)
            peer.connect(str(sock.sock))
            assert receive_all(peer) == b""


def test_a_key_that_is_not_there_yet_is_waited_for(make_daemon, profiles):
    profiles.add("p")
    profiles.switch_off("p")
    daemon = make_daemon("[keys.default]\nprofile = 'p'\n", profiles.environment).start()
    daemon.wait("failure", lambda: daemon.key().get("failures"))
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(load_credential(daemon.runtime / "keys.sock", "x.service", "default", 30)))
    waiting.start()
    waiting.join(1)
    assert waiting.is_alive() and not answers
    profiles.renew("p")
    daemon.run("renew")
    waiting.join(10)
    # The record is served, which is written before the outputs.
    daemon.wait("token", daemon.token)
    assert answers == [daemon.token().encode()]


def test_peers_that_read_nothing_delay_nobody(sock):
    peers = []
    for number in range(100):
        peer = socket.socket(socket.AF_UNIX)
        peer.bind(f"\0slow{os.getpid()}-{number}/unit/x.service/nothing")
        peer.connect(str(sock.sock))
        peers.append(peer)
    assert load_credential(sock.sock, "x.service", "edge") == sock.token("edge").encode()
    for peer in peers:
        peer.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be another user")
def test_another_user_is_refused_unless_a_reader(make_daemon, static):
    daemon = make_daemon("[keys.default]\n[keys.edge]\nreaders = ['nobody']\n", static).start()
    daemon.wait("both keys", lambda: daemon.token() and daemon.token("edge"))
    answers = [as_nobody(daemon.runtime / "keys.sock", key) for key in ("default", "edge")]
    assert answers == [REFUSAL, len(daemon.token("edge"))]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be another user")
def test_a_hostile_user_keeps_nobody_from_a_key(make_daemon, static):
    """More connections than are kept of users who are not root, and none of them reads what it is sent."""
    daemon = make_daemon("[keys.default]\n[keys.edge]\nreaders = ['nobody']\n", static).start()
    daemon.wait("both keys", lambda: daemon.token() and daemon.token("edge"))
    path = daemon.runtime / "keys.sock"
    hostile = connect_as_stranger(path, 400)
    try:
        assert load_credential(path, "x.service", "default") == daemon.token().encode()
        assert as_nobody(path, "edge") == len(daemon.token("edge"))
        assert daemon.run("check", "--wait=5s").code == 0
    finally:
        os.kill(hostile, signal.SIGKILL)
        os.waitpid(hostile, 0)


def connect_as_stranger(path, count):
    """The process of another user who holds so many connections."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(65533)
        peers = [socket.socket(socket.AF_UNIX) for _ in range(count)]
        for number, peer in enumerate(peers):
            peer.bind(f"\0hostile{os.getpid()}-{number}/unit/x.service/default")
            peer.connect(str(path))
        os.write(writer, b"connected")
        time.sleep(60)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as answer:
        connected = answer.read(9)
    assert connected == b"connected"
    return child


def as_nobody(path, key):
    """The length of what the user nobody gets."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        os.write(writer, str(len(load_credential(path, "x.service", key))).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        length = int(answer.read() or -1)
    os.waitpid(child, 0)
    return length
