"""Our own parsing, given what nobody foresaw: no error but those that it documents, no long wait.

    python benchmarks/fuzz.py [--minutes 10] [--seed 1] [--data ../shared/data] [--only NAME]
    python benchmarks/fuzz.py --coverage ...    led by coverage: pip install atheris

Captions, tables, citations, questions, numbers, files with questions, bundles, vector files,
messages of workers and more (benchmarks/fuzzing/targets.py) get inputs that hypothesis makes:
noise, the words of our grammars in any order and number, and, with DATA/questions/docs, real
texts cut and spliced. The time is shared evenly. Prints inputs, the slowest call, and what went
wrong, with the input, as JSON; exit code 1 if anything did.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzzing.inputs import real_texts
from fuzzing.targets import TARGETS, Target
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException

ROOT = Path(__file__).resolve().parent.parent
SLOW = 2.0  # seconds of processor time that no call may take
_TOGETHER = 50  # inputs of one target before it is another one's turn
_SHOWN = 300  # characters of an input


@dataclass(slots=True)
class Tally:
    """What came of one target."""

    target: Target
    inputs: int = 0
    refused: int = 0  # with an error that is documented
    slowest: float = 0.0  # seconds
    spent: float = 0.0  # seconds of processor time, the making of inputs included
    faults: dict[str, str] = field(default_factory=dict)  # where and what: an input

    def run(self, value: Any) -> None:
        """Try one input."""
        self.inputs += 1
        started = time.process_time()
        try:
            self.target.run(value)
        except self.target.allowed:
            self.refused += 1
        except HypothesisException:
            raise
        except Exception as error:  # what is looked for
            at = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}: {error}"
            self.faults.setdefault(name[:200], repr(value)[:_SHOWN])
        seconds = time.process_time() - started
        self.slowest = max(self.slowest, seconds)
        if seconds > SLOW:
            self.faults.setdefault(f"slow ({len(self.faults)})", repr(value)[:_SHOWN])


def main() -> None:
    """Fuzz for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--only", help="targets whose names hold this")
    parser.add_argument("--coverage", action="store_true", help="one target, led by coverage")
    args = parser.parse_args()
    chosen = [target for target in TARGETS if (args.only or "") in target.name]
    texts = real_texts(args.data)
    tallies = [Tally(target) for target in chosen]
    if args.coverage:
        _led_by_coverage(tallies, texts, args.minutes * 60 / len(tallies))
    random_ = random.Random(args.seed)
    until = time.monotonic() + args.minutes * 60
    while time.monotonic() < until:
        tally = min(tallies, key=lambda one: one.spent)
        started = time.process_time()
        _some(tally, texts, random_.randrange(2**32))
        tally.spent += time.process_time() - started
    _tell(tallies, len(texts))
    sys.exit(any(tally.faults for tally in tallies))


def _some(tally: Tally, texts: list[str], number: int) -> None:
    """Some inputs for one target."""

    @seed(number)
    @settings(
        max_examples=_TOGETHER,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tally.target.inputs(texts))
    def tried(value: Any) -> None:
        tally.run(value)

    tried()


def _led_by_coverage(tallies: list[Tally], texts: list[str], seconds: float) -> None:
    """One process for each target, in which atheris changes the bytes that inputs are made from.

    libFuzzer never gives control back: each process tells its tally and ends itself.
    """
    import atheris

    failed = False
    for tally in tallies:
        child = os.fork()
        if child:
            failed |= os.waitpid(child, 0)[1] != 0
            continue
        fuzz_one = _from_bytes(tally, texts)
        with atheris.instrument_imports(include=["ingest", "indexes", "rag"]):
            fuzz_one(bytes(4000))  # imports what it tries
        until = time.monotonic() + seconds

        def one(
            data: bytes, tally: Tally = tally, until: float = until, run: Any = fuzz_one
        ) -> None:
            run(data)
            if time.monotonic() > until:
                _tell([tally], len(texts))
                sys.stdout.flush()
                os._exit(bool(tally.faults))

        atheris.Setup([sys.argv[0], "-verbosity=0", "-timeout=60", "-len_control=0"], one)
        atheris.Fuzz()
    sys.exit(failed)


def _from_bytes(tally: Tally, texts: list[str]) -> Callable[[bytes], object]:
    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tally.target.inputs(texts))
    def tried(value: Any) -> None:
        tally.run(value)

    return tried.hypothesis.fuzz_one_input


def _tell(tallies: list[Tally], texts: int) -> None:
    told = {
        tally.target.name: {
            "inputs": tally.inputs,
            "refused as documented": tally.refused,
            "slowest, s": round(tally.slowest, 3),
            "unexpected": tally.faults,
        }
        for tally in tallies
    }
    faults = sum(len(tally.faults) for tally in tallies)
    total = sum(tally.inputs for tally in tallies)
    every = {"real texts": texts, "inputs": total, "unexpected": faults, "targets": told}
    print(json.dumps(every, indent=1, ensure_ascii=True))


if __name__ == "__main__":
    main()
