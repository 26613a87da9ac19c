from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from rag.interruption import GRACE, ended_by_sigterm, exit_code, interruptible


def _signalled(*numbers: signal.Signals) -> None:
    """Gets signals, and goes on for long."""
    for number in numbers:
        os.kill(os.getpid(), number)
    time.sleep(20)


def test_a_first_signal_only_sets_the_flag() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as interrupted:
        assert not interrupted.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupted.is_set()
    assert signal.getsignal(signal.SIGINT) is before
    assert exit_code() == 130


def test_a_second_signal_breaks_off() -> None:
    with pytest.raises(KeyboardInterrupt), interruptible():
        _signalled(signal.SIGINT, signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_step_that_takes_too_long_is_broken_off(number: signal.Signals) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), interruptible():
        _signalled(number)
    assert GRACE * 0.9 < time.monotonic() - started < GRACE + 0.7
    assert exit_code() == 128 + number
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_sigterm_is_left_to_the_programs_own_handler() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        with ended_by_sigterm(), interruptible() as interrupted:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not interrupted.is_set()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_sigterm_ends_a_command() -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_sigterm():
        _signalled(signal.SIGTERM)
    assert exit_code() == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_other_threads_are_not_interrupted() -> None:
    seen: list[bool] = []

    def work() -> None:
        with interruptible() as interrupted:
            seen.append(interrupted.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


def test_no_thread_is_left() -> None:
    with interruptible():
        assert "rag-signals" in {thread.name for thread in threading.enumerate()}
    assert "rag-signals" not in {thread.name for thread in threading.enumerate()}
