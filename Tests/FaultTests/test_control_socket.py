"""The control socket is open to everybody: nobody may hold up the daemon through it."""

import os
import resource
import socket
import time

import pytest


def connect(daemon):
    """A connection of ours, by whatever length of path."""
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    folder = os.open(daemon.runtime, os.O_PATH)
    try:
        peer.settimeout(5)
        peer.connect(f"/proc/self/fd/{folder}/control.sock")
    finally:
        os.close(folder)
    return peer


def assert_well(daemon):
    """It answers, renews and publishes as ever."""
    started = time.monotonic()
    assert daemon.run("check").code == 0
    old = daemon.token()
    daemon.wait_next_second()
    assert daemon.run("renew").code == 0
    daemon.wait_changed(old)
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("packet", [
    b"", b"\0", b"renew", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 65536, os.urandom(4096), b"\0" * 200_000,
])
def test_packets_of_nonsense(daemon, packet):
    daemon.start().wait_published()
    for _ in range(50):
        with connect(daemon) as peer:
            try:
                peer.send(packet)
            except OSError as error:
                assert error.errno in (32, 90, 104, 105), error  # it hung up, or the packet is too long
    assert_well(daemon)


def test_silent_connections(daemon):
    daemon.start().wait_published()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    peers = []
    try:
        for _ in range(1500):
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            peer.setblocking(False)
            try:
                peer.connect(str(daemon.runtime / "control.sock"))
                peers.append(peer)
            except OSError:
                peer.close()  # refused is as good as answered
        assert_well(daemon)
    finally:
        for peer in peers:
            peer.close()


def test_peers_that_ask_and_do_not_read(daemon):
    daemon.start().wait_published()
    peers = [connect(daemon) for _ in range(20)]
    try:
        for peer in peers:
            peer.setblocking(False)
            try:
                for _ in range(1000):
                    peer.send(b"check")
            except OSError:
                continue
        assert_well(daemon)
    finally:
        for peer in peers:
            peer.close()
