"""What an ingest asks of the operating system: cores, memory, and whether a process runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cores() -> int:
    """Processor cores that this process may use, a container's quota included."""
    count = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return count
    return count if quota == "max" else max(1, min(count, round(int(quota) / int(period))))


def alive(process: int) -> bool:
    """Whether a process of this id runs on this machine; on Windows that is taken for granted."""
    if sys.platform == "win32":  # where os.kill would send it Ctrl-C
        return True
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def peak_memory() -> int:
    """The most memory that this process has held so far, in bytes; 0 where that is not known."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
