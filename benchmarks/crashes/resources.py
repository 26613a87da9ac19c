"""A disk that is full or for reading only, a limit on file sizes, a clock that goes backwards."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
from pathlib import Path

from .kills import SCENES
from .site import Site
from .struck import Struck

_FAKETIME = shutil.which("faketime")


def can_mount(folder: Path) -> bool:
    """Whether this process may mount file systems (root can, most containers cannot)."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True
    )
    if done.returncode:
        return False
    _unmount(folder)
    return True


def can_change_clock() -> bool:
    """Whether faketime is installed."""
    return _FAKETIME is not None


def disk_full(site: Site, dice: random.Random) -> Struck:
    """The index is on a disk that fills up during an ingest."""
    name = dice.choice(("first ingest", "ingest of more", "ingest of edits"))
    scene = SCENES[name]
    site.lay(scene.base, scene.edition)
    kept = site.index.with_name("kept")
    shutil.rmtree(kept, ignore_errors=True)
    if site.index.exists():
        site.index.rename(kept)
    held = sum(path.stat().st_size for path in kept.rglob("*")) if kept.exists() else 0
    room = held + dice.randint(64, 1500) * 1024
    site.index.mkdir()
    _mount(site.index, f"size={room // 1024}k")
    if kept.exists():
        shutil.copytree(kept, site.index, dirs_exist_ok=True)
    running = site.start(["ingest", str(site.docs), "--prune"])
    ended = running.wait()
    return Struck(
        f"{name}: on a disk of {room // 1024} kB; {ended}",
        scene.edition,
        wrong=_told(ended.code, ended.err),
        lift=lambda: _remount(site.index, "size=500m"),
        clear=lambda: _unmount(site.index),
    )


def file_limit(site: Site, dice: random.Random) -> Struck:
    """No file may grow beyond so many bytes (RLIMIT_FSIZE)."""
    name = dice.choice(("first ingest", "ingest of more", "ingest of edits"))
    scene, most = SCENES[name], dice.randint(8, 1500) * 1024
    site.lay(scene.base, scene.edition)
    running = site.start(
        ["ingest", str(site.docs), "--prune"],
        limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    ended = running.wait()
    what = f"{name}: files of at most {most // 1024} kB; {ended}"
    return Struck(what, scene.edition, wrong=_told(ended.code, ended.err))


def read_only(site: Site, dice: random.Random) -> Struck:
    """The index is on a file system for reading only when files are ingested."""
    base = dice.choice(("first", "logged"))
    site.lay(base, 1)
    kept = site.index.with_name("kept")
    shutil.rmtree(kept, ignore_errors=True)
    site.index.rename(kept)
    site.index.mkdir()
    _mount(site.index, "size=500m")
    shutil.copytree(kept, site.index, dirs_exist_ok=True)
    _remount(site.index, "ro")
    (site.docs / "new.md").write_text("# New\n\nThis will not be stored yet.\n")
    wrong = []
    for arguments in (("ingest", str(site.docs)), ("remove", "*.csv", "--yes")):
        ended = site.start(arguments).wait()
        if ended.code in (0, -1000):
            wrong.append(f"rag {arguments[0]} on a folder for reading only: {ended}")
        wrong += _told(ended.code, ended.err)
    (site.docs / "new.md").unlink()
    return Struck(
        f"an index ({base}) for reading only",
        1,
        wrong=wrong,
        lift=lambda: _remount(site.index, "rw"),
        clear=lambda: _unmount(site.index),
    )


def clock_back(site: Site, dice: random.Random) -> Struck:
    """The clock goes back between runs: by an hour, years, or to before files were changed."""
    assert _FAKETIME is not None
    back = dice.choice(("-1h", "-400d", "-20y"))
    site.lay("first", 2)
    for path in site.docs.rglob("*"):  # edited files that seem older than what they replace
        if path.is_file() and not (site.editions[1] / path.relative_to(site.docs)).exists():
            os.utime(path, (1_000_000_000, 1_000_000_000))
    running = site.start(["ingest", str(site.docs), "--prune"], prefix=[_FAKETIME, "-f", back])
    ended = running.wait()
    wrong = [] if ended.code == 0 else [f"an ingest with the clock at {back}: {ended}"]
    return Struck(f"clock at {back} during an ingest of edits", 2, wrong=wrong)


def _told(code: int, said: str) -> list[str]:
    """A command that cannot write has to say so in a line, not fall over."""
    wrong = []
    if "Traceback" in said or "unexpected error" in said:
        wrong.append(f"not told in a line: {said[-400:]}")
    if code in (-1000, -11, -7, -6, -9):
        wrong.append(f"hung or crashed ({code}): {said[-200:]}")
    return wrong


def _mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], check=True)
