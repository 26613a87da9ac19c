"""What travels between this process and its workers: MessagePack in frames, decoded by type.

Documents are hostile, and a worker that one of them took over may send anything. So nothing is
unpickled: a message is decoded into the dataclasses that are expected at its place, or refused.

A frame is its length (8 bytes, little-endian) and one message. Beyond what MessagePack knows,

- a path is its bytes, so that names that are not UTF-8 survive,
- an array is its dtype, its shape and its bytes, and must be of the dtype that its type names,
- half of a surrogate pair, which is in no UTF-8, becomes "?".
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


def send(pipe: IO[bytes], message: Any) -> None:
    """Writes one frame. Raises OSError when nobody reads, Undecodable when it is too large."""
    try:
        data = _encode(message)
    except UnicodeEncodeError:
        data = _encode(_without_surrogates(message))
    if len(data) > MOST_BYTES:
        raise Undecodable(f"a message of {len(data) >> 20} MB, more than {MOST_BYTES >> 20} MB")
    pipe.write(_HEAD.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes], expected: msgspec.msgpack.Decoder[Any]) -> Any:
    """Reads one frame. Raises EOFError when the sender ended, Undecodable when it is none."""
    (size,) = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if size > MOST_BYTES:
        raise Undecodable(f"a message of {size >> 20} MB, more than {MOST_BYTES >> 20} MB")
    data = _exactly(pipe, size)
    try:
        return expected.decode(data)
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


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, tuple | list):
        inner = [_without_surrogates(item) for item in value]
        return value._make(inner) if hasattr(value, "_make") else type(value)(inner)
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    if isinstance(value, msgspec.Struct):
        names: Any = value.__struct_fields__
        made = {name: _without_surrogates(getattr(value, name)) for name in names}
        return msgspec.structs.replace(value, **made)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        return replace(value, **{n: _without_surrogates(getattr(value, n)) for n in names})
    return value
