"""What a confined worker must be able to read: Python, its packages, models, and the documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from rag.build import figure_clip_folder
from rag.config import Settings
from rag.sandbox import Sandbox

_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/nix", "/gnu"),
    *("/proc", "/sys", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"),
)
_FONTS = ("~/.fonts", "~/.local/share/fonts")
_ANYONE = 0o004  # a file mode: others may read


def sandbox_for(
    settings: Settings, documents: Iterable[Path], writes: Iterable[Path] = ()
) -> Sandbox | None:
    """The confinement of workers that read `documents`, files and folders; None when it is off.

    They may read nothing else but what they run on, and write to `writes` and temporary files.
    """
    if settings.isolation == "off":
        return None
    reads = dict.fromkeys([*_runs_on(settings), *_documents(documents)])
    return Sandbox(tuple(reads), tuple(path.absolute() for path in writes))


def _documents(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths, those left out that are in a folder among them; links as what they lead to."""
    folders: set[Path] = set()
    real = {Path(os.path.realpath(path)) for path in paths}
    for path in sorted(real, key=lambda path: len(path.parts)):
        if folders.isdisjoint(path.parents):
            yield path
            if path.is_dir():
                folders.add(path)


def _runs_on(settings: Settings) -> Iterator[Path]:
    yield from map(Path, _SYSTEM)
    yield from _open_settings(Path("/etc"))
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix))
    home = Path(os.path.realpath(os.path.expanduser("~")))
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    entries = [*sys.path, *libraries, *_installed_elsewhere(), *_own_packages()]
    for entry in filter(None, entries):  # "" is the current folder, whatever that holds
        path = Path(os.path.realpath(entry))
        if path != home and path not in home.parents:  # a home is no place for packages
            yield path
    yield from (Path(os.path.expanduser(folder)) for folder in _FONTS)
    if (folder := figure_clip_folder(settings)) is not None:
        yield folder.absolute()


def _installed_elsewhere() -> Iterator[str]:
    """Folders of packages that are installed as links to their sources."""
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", ""))
        yield from getattr(module, "MAPPING", {}).values()


def _own_packages() -> Iterator[str]:
    """What is imported from the current folder when that is a checkout."""
    for package in ("rag", "indexes", "ingest"):
        yield from import_module(package).__path__


def _open_settings(folder: Path) -> Iterator[Path]:
    """What everybody may read in a folder: an administrator's worker could read all of it."""
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):  # a link to nothing
            if path.stat().st_mode & _ANYONE:
                yield path
