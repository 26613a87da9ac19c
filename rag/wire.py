"""What travels between this process and its workers: MessagePack in frames, decoded by type.

Documents are hostile, and a worker that one of them took over may send anything. So nothing is
unpickled: a message is decoded into the dataclasses that are expected at its place, or refused.

A frame is its length (8 bytes, little-endian) and one message. Beyond what MessagePack knows,

- a path is its bytes, so that names that are not UTF-8 survive,
- an array is its dtype, its shape and its bytes, and must be of the dtype that its type names,
- half of a surrogate pair, which is in no UTF-8, becomes "?"; but in what the parent sends it is
  kept, as a password's bytes must be: all texts of such a frame are their bytes, read as Latin-1,
  and its length has the highest bit set.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path, PurePath
from typing import IO, Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from rag.sandbox import Sandbox

MOST_BYTES = 1 << 30  # of one message
_HEAD = struct.Struct("<Q")
_EXACT = 1 << 63

_T = TypeVar("_T")
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Word = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[ -~]*$")]


class Undecodable(ValueError):
    """A message that is not what is expected in its place."""


class Start(msgspec.Struct, frozen=True, array_like=True):
    """The parent's first message: what the worker is for."""

    task: str  # "module:function"
    parent: int  # process id
    memory: int = 0  # bytes of data that it may hold; 0 = no limit
    sandbox: Sandbox | None = None


class Heard(msgspec.Struct, frozen=True, array_like=True, tag="report"):
    """A worker's sign of life."""

    stage: _Word
    done: _Count
    total: _Count


class Failed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """A job that a worker could not do."""

    kind: _Word
    reason: str
    peak: _Count  # bytes of memory
    retires: bool = False  # the worker wants to be replaced


class Done(msgspec.Struct, Generic[_T], frozen=True, array_like=True, tag="done"):
    """A job's result."""

    result: _T
    peak: _Count
    retires: bool


def payload_type(task: Callable[..., Any]) -> Any:
    """The type of a task's first parameter, which its annotation states."""
    hints = get_type_hints(task)
    return hints[next(name for name in hints if name != "return")]


def result_type(task: Callable[..., Any]) -> Any:
    """The type of what a task gives, which its annotation states."""
    return get_type_hints(task)["return"]


def decoder(expected: Any) -> msgspec.msgpack.Decoder[Any]:
    """What decodes messages of one type."""
    return msgspec.msgpack.Decoder(expected, dec_hook=_decoded)


def answer_decoder(result: Any) -> msgspec.msgpack.Decoder[Any]:
    """What decodes the messages of a worker whose results are of type `result`."""
    return decoder(Heard | Failed | Done[result])


def send(pipe: IO[bytes], message: Any, *, exact: bool = False) -> None:
    """Writes one frame; `exact`: to be received so, every text as it is.

    Raises OSError when nobody reads, Undecodable when it is too large.
    """
    mark = 0
    try:
        data = _encode(message)
    except UnicodeEncodeError:
        mark = _EXACT if exact else 0
        data = _encode(_with_texts(message, _bytes_as_letters if exact else _legible))
    if len(data) > MOST_BYTES:
        raise Undecodable(f"a message of {len(data) >> 20} MB, more than {MOST_BYTES >> 20} MB")
    pipe.write(_HEAD.pack(len(data) | mark))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes], expected: msgspec.msgpack.Decoder[Any], *, exact: bool = False) -> Any:
    """Reads one frame; `exact`: also one with texts that are not UTF-8, of a sender to be trusted.

    Raises EOFError when the sender ended, Undecodable when it is none.
    """
    (size,) = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    is_exact = exact and bool(size & _EXACT)
    size -= _EXACT if is_exact else 0
    if size > MOST_BYTES:
        raise Undecodable(f"a message of {size >> 20} MB, more than {MOST_BYTES >> 20} MB")
    data = _exactly(pipe, size)
    try:
        message = expected.decode(data)
        return _with_texts(message, _letters_as_bytes) if is_exact else message
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError) as error:
        raise Undecodable(str(error)) from error


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _encode(message: Any) -> bytes:
    return msgspec.msgpack.encode(message, enc_hook=_encoded)


def _encoded(value: Any) -> Any:
    """What MessagePack knows, for what it does not."""
    if isinstance(value, PurePath):
        return os.fsencode(value)
    if isinstance(value, str):  # of a library's own class
        return str.__str__(value)
    import numpy as np

    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, np.ascontiguousarray(value).data.cast("B"))
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(f"{type(value).__name__} cannot be sent to or by a worker")


def _decoded(expected: Any, value: Any) -> Any:
    """A path or an array; raises ValueError, which the decoder reports with the value's place."""
    if expected is Path:
        if not isinstance(value, bytes) or b"\0" in value:
            raise ValueError("not a path")
        return Path(os.fsdecode(value))
    import numpy as np

    if get_origin(expected) is not np.ndarray:
        raise ValueError(f"no {expected} can be received")
    (scalar,) = get_args(get_args(expected)[1])
    dtype = np.dtype(scalar)
    match value:
        case [dtype.str, [*shape], bytes(data)] if all(type(n) is int and n >= 0 for n in shape):
            if math.prod(shape) * dtype.itemsize == len(data):
                return np.frombuffer(data, dtype).reshape(shape).copy()
    raise ValueError(f"not an array of {dtype}")


def _legible(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _bytes_as_letters(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _letters_as_bytes(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogatepass")


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A message with all its texts changed; those of ASCII only stay, and members of enums so."""
    if isinstance(value, str):
        return value if value.isascii() else change(value)
    if isinstance(value, tuple | list):
        inner = [_with_texts(item, change) for item in value]
        return value._make(inner) if hasattr(value, "_make") else type(value)(inner)
    if isinstance(value, dict):
        return {_with_texts(k, change): _with_texts(v, change) for k, v in value.items()}
    if isinstance(value, msgspec.Struct):
        names: Any = value.__struct_fields__
        made = {name: _with_texts(getattr(value, name), change) for name in names}
        return msgspec.structs.replace(value, **made)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        return replace(value, **{n: _with_texts(getattr(value, n), change) for n in names})
    return value
