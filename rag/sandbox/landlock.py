"""Landlock: which files a process may read and write; no TCP; no signals to other processes.

Numbers and structures are those of the kernel's `linux/landlock.h`, up to version 6 of its
interface. A right that the kernel does not know yet is not asked for.
"""

from __future__ import annotations

import ctypes
import os
import stat
import tempfile
from collections.abc import Iterable
from enum import IntFlag
from pathlib import Path

from rag.sandbox import Sandbox
from rag.sandbox.libc import MACHINE, no_new_privileges, system_call

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # on every machine
_ASK_VERSION = 1
_PATH_BENEATH = 1


class _Right(IntFlag):
    EXECUTE = 1
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13  # version 2
    TRUNCATE = 1 << 14  # version 3
    IOCTL_DEV = 1 << 15  # version 5


_READ = _Right.READ_FILE | _Right.READ_DIR
_WRITE = (  # links are not made: what reads them later would follow them
    _READ
    | _Right.WRITE_FILE
    | _Right.TRUNCATE
    | _Right.MAKE_REG
    | _Right.MAKE_DIR
    | _Right.REMOVE_FILE
    | _Right.REMOVE_DIR
)
_OF_FILES = _Right.READ_FILE | _Right.WRITE_FILE | _Right.TRUNCATE
_BIND_AND_CONNECT_TCP = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),  # version 4
        ("scoped", ctypes.c_uint64),  # version 6
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of Landlock's interface that the kernel has; 0 when there is none."""
    if not MACHINE:
        return 0
    no_attributes = (None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    return max(0, system_call(_CREATE, *no_attributes))


def bind(sandbox: Sandbox) -> bool:
    """Confines this thread and those that it starts; False when the kernel cannot."""
    known = version()
    if not known or not no_new_privileges():
        return False
    handled = _handled(known)
    attributes = _Ruleset(handled, _BIND_AND_CONNECT_TCP, _ABSTRACT_SOCKETS_AND_SIGNALS)
    size = 8 if known < 4 else 16 if known < 6 else 24
    no_flags = ctypes.c_uint32(0)
    rules = system_call(_CREATE, ctypes.byref(attributes), ctypes.c_size_t(size), no_flags)
    if rules < 0:
        return False
    try:
        null = Path(os.devnull)
        _allow(rules, _READ & handled, sandbox.reads)
        _allow(rules, _WRITE & handled, (null, Path(tempfile.gettempdir()), *sandbox.writes))
        return system_call(_RESTRICT, ctypes.c_int(rules), no_flags) == 0
    finally:
        os.close(rules)


def _handled(known: int) -> int:
    newest = {1: _Right.MAKE_SYM, 2: _Right.REFER, 3: _Right.TRUNCATE, 4: _Right.TRUNCATE}
    return 2 * newest.get(known, _Right.IOCTL_DEV) - 1


def _allow(rules: int, rights: int, paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except (OSError, ValueError):  # not there: nothing to allow
            continue
        try:
            is_folder = stat.S_ISDIR(os.fstat(folder).st_mode)
            rule = _Beneath(rights if is_folder else rights & _OF_FILES, folder)
            kind = ctypes.c_int(_PATH_BENEATH)
            no_flags = ctypes.c_uint32(0)
            system_call(_ADD_RULE, ctypes.c_int(rules), kind, ctypes.byref(rule), no_flags)
        finally:
            os.close(folder)
