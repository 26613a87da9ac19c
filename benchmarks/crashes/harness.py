"""One fault after another, and whether each is told, mended, and leaves the index whole."""

from __future__ import annotations

import itertools
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from . import damage, kills, reading, resources
from .reading import HelperDied
from .site import Site, dice_of
from .struck import Struck

Strike = Callable[[Site, random.Random], Struck]

_KILLED = ("first ingest", "ingest of more", "ingest of edits", "ingest again", "remove")
_SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP)


@dataclass(frozen=True, slots=True)
class Point:
    """One fault that was tried."""

    number: int
    kind: str
    what: str
    broken: list[str]  # invariants; none is what is wanted
    seconds: float


@dataclass(slots=True)
class Kinds:
    """The faults that can be tried here, by name, and those that cannot, with the reason."""

    kills: dict[str, Strike] = field(default_factory=dict)
    others: dict[str, Strike] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def kinds(site: Site) -> Kinds:
    """All kinds of faults, as far as this machine allows them."""
    found = Kinds()
    for name in (*_KILLED, "repair", "migration"):
        if name not in site.seconds:
            found.left_out[f"kill: {name}"] = "there is no such index to start from"
            continue
        for moment in ("writing", "event", "any time"):
            if (name, moment) != ("repair", "event"):
                found.kills[f"kill: {name}, {moment}"] = kills.main_process(name, moment)
    for number in _SIGNALS:
        found.others[f"worker: {number.name}"] = kills.worker("first ingest", number)
    for name, at_rest in damage.AT_REST.items():
        found.others[f"damage: {name}"] = damage.damaged(at_rest)
    for name, in_log in damage.IN_LOG.items() if site.base("logged").exists() else ():
        found.others[f"damage: {name}"] = damage.damaged(in_log, "logged")
    found.others["limit: file size"] = resources.file_limit
    if resources.can_mount(site.root / "mount"):
        found.others["disk: full"] = resources.disk_full
        found.others["disk: for reading only"] = resources.read_only
    else:
        found.left_out["disk: full, for reading only"] = "mounting is not permitted"
    if resources.can_change_clock():
        found.others["clock: back"] = resources.clock_back
    else:
        found.left_out["clock: back"] = "faketime is not installed"
    return found


def plan(found: Kinds, count: int) -> list[str]:
    """Which kinds to try, in order: kills are three of five, and every kind comes in turn."""
    names, killed, other = [], list(found.kills), list(found.others)
    if not (killed and other):
        return ([*killed, *other] * count)[:count]
    turns = {True: itertools.cycle(killed), False: itertools.cycle(other)}
    for number in range(count):
        names.append(next(turns[number % 5 < 3]))
    return names


def prepare(site: Site, count: int, seed: int, scenes: Sequence[str] = tuple(kills.SCENES)) -> None:
    """The site, with the indexes that these scenes start from, and how long each scene takes."""
    site.prepare(count, seed)
    if "repair" in scenes:
        _make_damaged(site)
    if "migration" in scenes:
        _make_older(site)
    if set(scenes) == set(kills.SCENES):
        _make_logged(site)
    kills.measure(site, scenes)


def tried(site: Site, names: Sequence[str], seed: int, only: Sequence[int] = ()) -> Iterator[Point]:
    """Try each kind of fault in turn, point by point."""
    found = kinds(site)
    strikes = {**found.kills, **found.others}
    for number, name in enumerate(names, 1):
        if only and number not in only:
            continue
        began = time.monotonic()
        dice = dice_of(seed, number)
        struck = strikes[name](site, dice)
        try:
            wrong = list(_aftermath(site, struck, repairs=struck.damaged or dice.random() < 0.5))
        finally:
            struck.clear()
        took = time.monotonic() - began
        yield Point(number, name, struck.what, wrong, round(took, 2))


def _aftermath(site: Site, struck: Struck, repairs: bool) -> Iterator[str]:
    """Every invariant that does not hold."""
    yield from struck.wrong
    told = ""
    try:
        told = site.helper.ask(reading.look, site.index, site.questions)
    except HelperDied as error:
        yield f"reading at once: {error}"
    except Exception as error:  # whatever it is, a reader should not have met it
        yield f"reading at once: {type(error).__name__}: {error}"
    yield from _doctor(site, struck)
    struck.lift()
    if not struck.damaged:
        held = [clean.held for clean in site.clean.values()]
        yield from site.helper.ask(reading.half, site.index, held)
    empty = not (site.index / "catalog.sqlite").exists() and not struck.damaged
    if repairs and not empty:
        ended = site.rag("doctor", "--repair")
        if ended.code:
            yield f"rag doctor --repair: {ended}"
    ended = site.ingest()
    if ended.code:
        yield f"the next ingest: {ended}"
    try:
        yield from _whole(site, struck.edition)
    except HelperDied as error:
        yield f"reading at the end: {error}"
    except Exception as error:  # as above
        yield f"reading at the end: {type(error).__name__}: {error} (told at once: {told})"


def _doctor(site: Site, struck: Struck) -> Iterator[str]:
    """What `rag doctor` says has to be sane, and it has to see what is damaged."""
    ended = site.rag("doctor", "--deep")
    if ended.code not in (0, 1, 3) or "unexpected error" in ended.err:
        yield f"rag doctor: {ended}"
    if struck.damaged and ended.code == 0:
        unseen = site.helper.ask(reading.check, site.index, site.clean[struck.edition].held)
        if unseen:
            yield f"rag doctor saw nothing of: {'; '.join(unseen[:3])}"


def _whole(site: Site, edition: int) -> Iterator[str]:
    clean = site.clean[edition]
    yield from site.helper.ask(reading.check, site.index, clean.held)
    ended = site.rag("doctor", "--deep")
    if ended.code:
        yield f"rag doctor at the end: {ended}"
    found = site.helper.ask(reading.answered, site.index, site.questions)
    if reading.other_answers(found, clean.answers):  # equal scores may have changed places
        wanted = site.helper.ask(
            reading.answered_in_order, clean.folder, site.index, site.again, site.questions
        )
        yield from reading.other_answers(found, wanted)


def _make_logged(site: Site) -> None:
    """An index whose write-ahead log holds commits that its catalogue lacks: the writer died."""
    site.lay("half", 1)
    running = site.start(["ingest", str(site.docs)])
    log = site.index / "catalog.sqlite-wal"
    while not running.over and not (log.exists() and log.stat().st_size > 200_000):
        time.sleep(0.002)
    running.process.kill()
    running.process.wait()
    if not log.exists():
        raise SystemExit("the ingest was over before it could be killed; give it more files")
    shutil.copytree(site.index, site.base("logged"))


def _make_damaged(site: Site) -> None:
    """An index with damage of many kinds for `doctor --repair` to work on."""
    folder = site.base("damaged")
    shutil.copytree(site.base("first"), folder)
    (folder / "vectors" / "text.faiss").write_bytes(b"nothing")
    next((folder / "crops").iterdir()).unlink()
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection, connection:
        connection.execute("DELETE FROM vectors WHERE number < 8")
        connection.execute("UPDATE elements SET text = '' WHERE key % 9 = 4")


def _make_older(site: Site) -> None:
    """The first edition's index as the version before, of format 4, left it."""
    folder = site.base("older")
    shutil.copytree(site.base("first"), folder)
    (folder / "sources.json").unlink()
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection, connection:
        for statement in (
            "ALTER TABLE documents DROP COLUMN checksum",
            "DROP TABLE quarantine",
            "DROP TABLE runs",
            "CREATE TABLE runs (number INTEGER PRIMARY KEY, finished TEXT, summary JSON)",
            "UPDATE meta SET value = 4 WHERE name = 'schema'",
        ):
            connection.execute(statement)
