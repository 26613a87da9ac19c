"""Progress for a log: a line on stderr now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import ParamSpec

LINE_EVERY = 10.0  # seconds

P = ParamSpec("P")


def logged(line: Callable[P, str]) -> Callable[P, None]:
    """A callback that prints its line for what it is told, at most once every LINE_EVERY."""
    last = time.monotonic()

    def tell(*args: P.args, **kwargs: P.kwargs) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= LINE_EVERY:
            last = now
            print(line(*args, **kwargs), file=sys.stderr, flush=True)

    return tell
