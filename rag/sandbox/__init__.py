"""Confines a worker before it reads its first document, as far as the system can.

Linux: Landlock (files and TCP), seccomp (other system calls) and fewer capabilities, which hold for
native code too.
Everywhere: an audit hook, which holds for Python code. A part that is not there is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a confined worker may touch besides its own temporary folder; the rest is refused."""

    reads: tuple[Path, ...]  # folders with all that is in them, and files; missing ones are no harm
    writes: tuple[Path, ...] = ()  # folders in which it may also make, change and remove files


def confine(sandbox: Sandbox) -> tuple[str, ...]:
    """Confines this process for good, and gives what is in force.

    To be called before there is a second thread: Landlock binds the thread that asks for it, and
    those that it starts.
    """
    from rag.sandbox import audit, capabilities, landlock, seccomp

    in_force = []
    if capabilities.drop():
        in_force.append("capabilities")
    if landlock.bind(sandbox):
        in_force.append("landlock")
    if seccomp.bind():
        in_force.append("seccomp")
    audit.bind()
    return (*in_force, "audit")
