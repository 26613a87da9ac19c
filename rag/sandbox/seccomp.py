"""Seccomp: system calls that reading documents never needs are refused.

No sockets, no programs, no second process, no look into other processes, no change of owners or
modes, nothing of an administrator. The filter is classic BPF over the kernel's `struct
seccomp_data`: the call's number at 0, the machine at 4, six arguments of 8 bytes from 16 on.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator

from rag.sandbox.libc import MACHINE, no_new_privileges, system_call

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _ALL_THREADS = 1, 1
_X32 = 0x4000_0000  # calls of the x32 interface have this bit
_CLONE_THREAD = 0x10000

_CALLS = {  # name: number on x86_64, on aarch64; None where there is no such call
    "socket": (41, 198),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "io_uring_setup": (425, 425),  # it would do what is refused here
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "truncate": (76, 45),  # Landlock knows it from its version 3 on
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}
_ACCESS = ("socket", "execve", "execveat")  # these say EACCES, the others EPERM
_CLONE3 = 435  # its flags cannot be seen: without it the C library takes clone
_CLONE = (56, 220)
_OPENAT2 = 437  # its flags cannot be seen either: who has openat, too, takes that
_OPEN = (((2, None), 1), ((257, 56), 2))  # open and openat: numbers; which argument is the flags
_TO_OTHERS = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}

_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL = 0x7FFF_0000, 0x0005_0000
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
_ARGUMENT_SIZE = 8
_ACCESS_MODE, _NO_ACCESS = 0o3, 0o3  # of open's flags; 3 is for ioctl only, but empties files, too

_Step = tuple[int, int, int, int]  # operation, steps to skip when true, when false, operand


def bind() -> bool:
    """Refuses from now on, in all threads; False when the kernel cannot."""
    if MACHINE not in _AUDIT_ARCH or not no_new_privileges():
        return False
    steps = [struct.pack("<HBBI", *step) for step in _filter(MACHINE, os.getpid())]
    program = ctypes.create_string_buffer(b"".join(steps))
    head = ctypes.create_string_buffer(
        struct.pack("@HP", len(steps), ctypes.addressof(program))  # struct sock_fprog
    )
    how = (ctypes.c_uint(_SET_FILTER), ctypes.c_uint(_ALL_THREADS))
    return system_call(_SECCOMP[MACHINE], *how, head) == 0


def _filter(machine: str, process: int) -> Iterator[_Step]:
    column = list(_AUDIT_ARCH).index(machine)
    refused, denied = _FAIL | errno.EPERM, _FAIL | errno.EACCES
    yield _LOAD, 0, 0, _ARCH
    yield _EQUAL, 1, 0, _AUDIT_ARCH[machine]
    yield _RETURN, 0, 0, refused  # 32-bit calls, which have other numbers
    yield _LOAD, 0, 0, _NUMBER
    if machine == "x86_64":
        yield _AT_LEAST, 0, 1, _X32
        yield _RETURN, 0, 0, refused
    for name, numbers in _CALLS.items():
        if (number := numbers[column]) is not None:
            yield _EQUAL, 0, 1, number
            yield _RETURN, 0, 0, denied if name in _ACCESS else refused
    yield _EQUAL, 0, 1, _CLONE3
    yield _RETURN, 0, 0, _FAIL | errno.ENOSYS
    yield _EQUAL, 0, 4, _CLONE[column]  # a thread, and no process
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield _ANY_BIT, 0, 1, _CLONE_THREAD
    yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, refused
    for numbers in _TO_OTHERS.values():  # to itself only: its own number, or 0 where that is meant
        yield _EQUAL, 0, 5, numbers[column]
        yield _LOAD, 0, 0, _FIRST_ARGUMENT
        yield _EQUAL, 1, 0, process
        yield _EQUAL, 0, 1, 0 if numbers == _TO_OTHERS["prlimit64"] else process
        yield _RETURN, 0, 0, _ALLOW
        yield _RETURN, 0, 0, refused
    yield _EQUAL, 0, 1, _OPENAT2
    yield _RETURN, 0, 0, _FAIL | errno.ENOSYS
    # To empty a file needs no right to write to it before Landlock's version 3: O_TRUNC is refused
    # where the file is not opened to write, which every version checks.
    for opens, flags in _OPEN:
        if (number := opens[column]) is not None:
            yield _EQUAL, 0, 6, number
            yield _LOAD, 0, 0, _FIRST_ARGUMENT + _ARGUMENT_SIZE * flags
            yield _AND, 0, 0, os.O_TRUNC | _ACCESS_MODE
            yield _EQUAL, 1, 0, os.O_TRUNC | os.O_RDONLY
            yield _EQUAL, 0, 1, os.O_TRUNC | _NO_ACCESS
            yield _RETURN, 0, 0, refused
            yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ALLOW
