"""Pictures inside the terminal, where it can show them.

Protocols: kitty graphics (sw.kovidgoyal.net/kitty/graphics-protocol) and iTerm2 inline images
(iterm2.com/documentation-images.html). Which of them a terminal speaks is taken from the
environment, never asked of the terminal: an answer to such a question could end up in the shell.
"""

from __future__ import annotations

import io
import os
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rag.config import ImagesMode

Protocol = Literal["kitty", "iterm2"]

_PIECE = 4096  # bytes of base64 in one kitty command
_ROWS = 18  # a picture's height on the screen, at most
_COLUMNS = 72


def protocol(
    mode: ImagesMode = "auto", environment: Mapping[str, str] | None = None
) -> Protocol | None:
    """The protocol to use on stdout, or None. "always" shows pictures even in a pipe."""
    values = os.environ if environment is None else environment
    if mode == "never" or (mode == "auto" and not sys.stdout.isatty()):
        return None
    spoken = _spoken(values)
    return spoken or ("kitty" if mode == "always" else None)


def _spoken(values: Mapping[str, str]) -> Protocol | None:
    term, program = values.get("TERM", ""), values.get("TERM_PROGRAM", "")
    if "TMUX" in values or term.startswith(("screen", "tmux")):
        return None  # both would need passing through
    if "KITTY_WINDOW_ID" in values or "kitty" in term or "ghostty" in (term + program).lower():
        return "kitty"
    if "KONSOLE_VERSION" in values:
        return "kitty"
    if program in ("iTerm.app", "WezTerm", "mintty") or values.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    return None


def picture(path: Path, spoken: Protocol) -> str:
    """The control sequence that shows a picture file; "" when it cannot be read as one."""
    from PIL import Image

    buffer = io.BytesIO()
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            size = image.size
            image.save(buffer, "PNG", compress_level=1)  # all that kitty takes; also no bytes
    except (OSError, ValueError):  # of the file reach the terminal as they are
        return ""
    show = _kitty if spoken == "kitty" else _iterm2
    return show(buffer.getvalue(), _rows(*size))


def _kitty(data: bytes, rows: int) -> str:
    text = b64encode(data).decode()
    pieces = [text[i : i + _PIECE] for i in range(0, len(text), _PIECE)]
    commands = []
    for i, piece in enumerate(pieces):
        head = f"a=T,f=100,r={rows},q=2," if i == 0 else ""  # q=2: the terminal answers nothing
        more = int(i < len(pieces) - 1)
        commands.append(f"\x1b_G{head}m={more};{piece}\x1b\\")
    return "".join(commands) + "\n"


def _iterm2(data: bytes, rows: int) -> str:
    options = f"inline=1;size={len(data)};height={rows};preserveAspectRatio=1"
    return f"\x1b]1337;File={options}:{b64encode(data).decode()}\x07\n"


def _rows(wide: int, high: int) -> int:
    """Rows on the screen, taking a character cell for twice as high as wide."""
    fitting = round(_COLUMNS * high / max(1, wide) / 2)
    return max(1, min(_ROWS, fitting))
