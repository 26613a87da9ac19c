"""System calls of Linux that Python has no function for."""

from __future__ import annotations

import ctypes
import platform
import sys

MACHINE = platform.machine() if sys.platform == "linux" else ""
_NO_NEW_PRIVILEGES = 38  # prctl


def system_call(number: int, *arguments: object) -> int:
    """The call's result, -1 when it failed or there is no such call."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return int(library.syscall(ctypes.c_long(number), *arguments))


def process_control(option: int, value: int) -> bool:
    """Prctl with one argument; whether it was done."""
    library = ctypes.CDLL(None, use_errno=True)
    zeros = [ctypes.c_ulong(0)] * 3
    return bool(library.prctl(option, ctypes.c_ulong(value), *zeros) == 0)


def no_new_privileges() -> bool:
    """Set-user-id programs give no rights from now on: the other bindings ask for it."""
    return process_control(_NO_NEW_PRIVILEGES, 1)
