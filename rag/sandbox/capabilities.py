"""An administrator's worker gives up an administrator's rights, but for reading any file.

Numbers and structures are those of the kernel's `linux/capability.h`.
"""

from __future__ import annotations

import ctypes

from rag.sandbox.libc import MACHINE

_VERSION_3 = 0x2008_0522
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
_KEPT = 1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH  # a document may be readable for nobody else


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Rights(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def drop() -> bool:
    """Gives up all but two of this thread's capabilities; False when there were none to give up."""
    if not MACHINE:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    head = _Head(_VERSION_3, 0)
    low_and_high = (_Rights * 2)()
    if library.capget(ctypes.byref(head), low_and_high) or not low_and_high[0].permitted:
        return False
    kept = low_and_high[0].permitted & _KEPT
    fewer = (_Rights * 2)(_Rights(kept & low_and_high[0].effective, kept, 0), _Rights(0, 0, 0))
    return bool(library.capset(ctypes.byref(head), fewer) == 0)
