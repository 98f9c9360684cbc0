"""The processes of `eastep serve`, with small ones in their place."""

import os
import signal
import socket
import sys
import threading
import time

import pytest

from eastep.website import serving

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
END = [sys.executable, "-c", ""]
ENDS_ONCE = """
import pathlib, sys, time
mark = pathlib.Path(sys.argv[1])
if mark.exists():
    time.sleep(60)
mark.touch()
"""


def test_a_taken_port_leads_to_the_next_free_one():
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serving.free_port(port) > port


def test_a_worker_that_ends_is_started_again_and_all_end_on_sigterm(monkeypatch, tmp_path):
    monkeypatch.setattr(serving, "PAUSE", 0)
    before = signal.getsignal(signal.SIGTERM)
    ends_once = [sys.executable, "-c", ENDS_ONCE, str(tmp_path / "been here")]
    with serving.processes(SLEEP, ends_once) as started:
        first = started[1].pid
        threading.Timer(4, os.kill, (os.getpid(), signal.SIGTERM)).start()
        assert serving.wait_for_end(started) == 0
        assert started[1].pid != first
    signal.signal(signal.SIGTERM, before)
    assert all(process.poll() is not None for process in started)


def test_the_end_of_the_web_server_is_the_end():
    before = signal.getsignal(signal.SIGTERM)
    with serving.processes(END, SLEEP) as started:
        time.sleep(0.5)
        assert serving.wait_for_end(started) == 1
    signal.signal(signal.SIGTERM, before)


def test_a_server_that_never_answers_is_told():
    with serving.processes(END) as started, pytest.raises(serving.DidNotStart):
        serving.wait_until_answering("http://127.0.0.1:9/", started[0], seconds=5)
