"""Ctrl-C and SIGTERM: work that is asked to end does so in good order; too slow, it is broken off.

A first signal only sets a flag that the work looks at between two steps. A step that goes on for
longer than GRACE is broken off by KeyboardInterrupt, and so is any step by a second signal: what
its transaction has not committed is rolled back.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType

GRACE = 1.2  # seconds that a step may still take

_Handler = Callable[[int, FrameType | None], object] | int | None

_last_signal = 0  # that ended work of this process: its exit code tells which one it was


class Interruption:
    """Whether work was asked to end. Never in threads but the main one: they get no signals."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked = False

    def is_set(self) -> bool:
        """Whether a signal has come."""
        return self._asked


def exit_code() -> int:
    """What a process that a signal ended gives: 143 after SIGTERM, 130 after Ctrl-C."""
    return 128 + (_last_signal or signal.SIGINT)


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Within, SIGTERM raises KeyboardInterrupt as Ctrl-C does, unless it has another handler."""
    _note(0)
    if not _is_main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """A flag that the first Ctrl-C or SIGTERM sets; see the module.

    SIGTERM is left to the handler that the caller's program may have for it.
    """
    interruption = Interruption()
    if not _is_main_thread():
        yield interruption
        return
    asked: SimpleQueue[bool] = SimpleQueue()  # its put may be called in a signal handler

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if interruption.is_set():
            asked.put(False)  # it is broken off now: what is undone then shall not be
            raise KeyboardInterrupt
        _note(number)
        interruption._asked = True
        asked.put(True)

    before: dict[signal.Signals, _Handler] = {}
    watch = threading.Thread(
        target=_break_off_late, args=(asked, threading.get_ident()), name="rag-signals", daemon=True
    )
    watch.start()
    try:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, on_signal)
        if signal.getsignal(signal.SIGTERM) in (signal.SIG_DFL, _raise):
            before[signal.SIGTERM] = signal.signal(signal.SIGTERM, on_signal)
        yield interruption
    finally:
        try:
            asked.put(False)
            watch.join()  # so that its signal does not come after the end
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _break_off_late(asked: SimpleQueue[bool], main: int) -> None:
    """Interrupts the main thread's step when it takes longer than GRACE after the signal.

    Once only: what is undone then, a transaction say, must not be broken off as well.
    """
    if not asked.get():
        return
    try:
        asked.get(timeout=GRACE)
    except Empty:
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main, signal.SIGINT)  # wakes it from waiting, too
        else:
            import _thread

            _thread.interrupt_main()


def _raise(number: int, _frame: FrameType | None) -> None:
    _note(number)
    raise KeyboardInterrupt


def _note(number: int) -> None:
    global _last_signal
    _last_signal = number


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
