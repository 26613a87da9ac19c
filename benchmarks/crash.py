"""Faults put upon a live index, and the proof that it comes back whole.

    python benchmarks/crash.py [--points 180] [--minutes 45] [--seed 1] [--json FILE]

A folder of varied documents in two editions is ingested without a fault; then `rag` is killed at
random moments of an ingest, of a removal, of a repair and of a migration, workers are killed and
stopped, the disk is full or for reading only, the clock goes back, and the files of the index are
cut, overwritten and swapped. After each, the index is read at once, `rag doctor` and
`rag doctor --repair` and the next `rag ingest` run, and a checker compares all that the index
holds and answers with an index made without the fault. The exit code is 1 when anything differs.

`--only N` tries one point again: the same seed and number give the same fault, as far as the
moment of a kill can be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.crashes import harness
from benchmarks.crashes.harness import Point
from benchmarks.crashes.reading import Helper
from benchmarks.crashes.site import Site


def main() -> int:
    """Tries faults, prints what they broke, and gives the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=180, help="faults to try")
    parser.add_argument("--minutes", type=float, default=45.0, help="stop after so many")
    parser.add_argument("--files", type=int, default=28, help="documents to ingest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", help="only kinds that hold this: kill, damage, …")
    parser.add_argument("--only", type=int, nargs="*", default=[], metavar="N")
    parser.add_argument("--folder", type=Path, help="to work in; it is emptied")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    os.environ.setdefault("RAG_OCR", "off")
    os.environ.setdefault("RAG_WORKERS", "2")
    with tempfile.TemporaryDirectory(prefix="rag-crashes-") as made:
        return _run(args, (args.folder or Path(made) / "site").absolute())


def _run(args: argparse.Namespace, folder: Path) -> int:
    began = time.monotonic()
    helper = Helper()
    points: list[Point] = []
    try:
        site = Site(folder, helper)
        harness.prepare(site, args.files, args.seed)
        found = harness.kinds(site)
        for name in [n for n in (*found.kills, *found.others) if args.kind not in n]:
            found.kills.pop(name, None)
            found.others.pop(name, None)
        names = harness.plan(found, args.points)
        print(f"{args.files} files, {len(site.questions)} questions; a scene takes, in seconds:")
        print("  " + ", ".join(f"{name} {took:.1f}" for name, took in site.seconds.items()))
        for name, reason in found.left_out.items():
            print(f"  left out: {name} ({reason})")
        for point in harness.tried(site, names, args.seed, args.only):
            points.append(point)
            _tell(point)
            if time.monotonic() - began > 60 * args.minutes:
                print(f"stopped after {args.minutes:g} minutes")
                break
    finally:
        helper.close()
    took = time.monotonic() - began
    _sum_up(points, took)
    if args.json:
        report = {
            "seed": args.seed,
            "seconds": round(took, 1),
            "points": [asdict(point) for point in points],
            "broken": sum(bool(point.broken) for point in points),
        }
        args.json.write_text(json.dumps(report, indent=1))
    return 1 if any(point.broken for point in points) else 0


def _tell(point: Point) -> None:
    print(f"{point.number:4} {point.seconds:6.1f} s  {point.kind}: {point.what}".strip())
    for line in point.broken:
        print(f"     BROKEN  {line}")
    sys.stdout.flush()


def _sum_up(points: list[Point], took: float) -> None:
    kinds = Counter(point.kind.partition(":")[0] for point in points)
    print(f"\n{len(points)} points in {took / 60:.1f} minutes:")
    for kind, count in kinds.most_common():
        failed = sum(1 for p in points if p.kind.partition(":")[0] == kind and p.broken)
        print(f"  {kind:8} {count:4} points, {failed} with broken invariants")
    broken = sum(len(point.broken) for point in points)
    print(f"invariants broken: {broken}")


if __name__ == "__main__":
    raise SystemExit(main())
