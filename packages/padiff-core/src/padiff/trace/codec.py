"""The index as the bytes of `index.json`, and back, with nothing taken on trust.

The file is one JSON object: format, version, a checksum, and the index itself. The checksum is of the
very bytes of the index, so that a change of any one of them is seen.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from padiff.errors import TraceError
from padiff.trace.checks import check
from padiff.trace.files import read_bytes
from padiff.trace.index import FORMAT, VERSION, Index

__all__ = ["INDEX_NAME", "decode", "encode", "is_index", "read_index"]

INDEX_NAME = "index.json"
_LARGEST = 1 << 28
"""Bytes: some 400,000 calls with four tensors each."""
_MOST = 1 << 23
"""JSON values: as many calls. Each may take four hundred bytes of memory, so that they are counted."""


_UNTOLD = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)
"""What JSON that is none, or none of ours, may raise."""


class _Head(msgspec.Struct, frozen=True):
    """What every version begins with."""

    format: str
    version: int


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    checksum: str
    trace: msgspec.Raw


def encode(index: Index, path: Path) -> bytes:
    """The contents of `index.json`.

    Args:
        index: The index.
        path: Where they are to be written, for messages.

    Raises:
        TraceError: If nobody could read them.
    """
    try:
        body = msgspec.json.encode(index)
    except _UNTOLD as error:  # a name that is no text, say
        raise TraceError(
            "The index of a trace cannot be written.", where=str(path), got=str(error)
        ) from error
    data = msgspec.json.encode(_Envelope(FORMAT, VERSION, _checksum(body), msgspec.Raw(body)))
    _check_size(body, len(data), path, "record fewer steps, or fewer modules (depth=, only=)")
    try:
        decode(data, path)
    except TraceError as error:
        raise TraceError(
            "What was recorded does not fit into a trace.", where=error.where, got=error.got
        ) from error
    return data


def decode(data: bytes, path: Path) -> Index:
    """The inverse of `encode`; `path` is for messages.

    Raises:
        TraceError: If the bytes are no index, one of a later version, or not what was written.
    """
    body, checksum = _opened(data, path)
    if _checksum(body) != checksum:
        raise TraceError(
            "The index of a trace is damaged.",
            where=str(path),
            got=_checksum(body),
            expected=checksum[:100],
            hint="record it again",
        )
    _check_size(body, len(data), path)
    try:
        index = msgspec.json.decode(body, type=Index)
    except _UNTOLD as error:
        raise _malformed(path, error) from error
    check(index, path)
    return index


def _opened(data: bytes, path: Path) -> tuple[bytes, str]:
    """The bytes of the index proper, and their checksum."""
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.format == FORMAT and head.version == VERSION:
            envelope = msgspec.json.decode(data, type=_Envelope)
            return bytes(envelope.trace), envelope.checksum
    except _UNTOLD as error:
        raise _malformed(path, error) from error
    if head.format != FORMAT:
        raise TraceError(
            "This is no padiff trace.",
            where=str(path),
            got=f"format {head.format[:100]!r}",
            expected=repr(FORMAT),
        )
    raise TraceError(
        "The trace was written in another version of the format.",
        where=str(path),
        got=f"version {head.version}",
        expected=f"version {VERSION}",
        hint="use the padiff that wrote it, or record it again",
    )


def _malformed(path: Path, error: Exception) -> TraceError:
    return TraceError(
        "The index of a trace cannot be read.",
        where=str(path),
        got=str(error),
        expected="what padiff.record wrote",
    )


def _check_size(body: bytes, size: int, path: Path, hint: str = "") -> None:
    """See that an index takes no more memory than an honest one."""
    values = sum(map(body.count, (b"{", b"[", b",")))
    for found, most, unit in ((size, _LARGEST, "bytes"), (values, _MOST, "values")):
        if found > most:
            raise TraceError(
                "The index of a trace is too large.",
                where=str(path),
                got=f"{found:,} {unit}",
                expected=f"at most {most:,}",
                hint=hint,
            )


def _checksum(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def read_index(path: Path) -> Index:
    """The index in a file.

    Raises:
        TraceError: See `decode`; also if the file cannot be read or is larger than 256 MiB.
    """
    data = read_bytes(path, _LARGEST + 1)
    if len(data) > _LARGEST:
        _check_size(b"", path.stat().st_size, path)
    return decode(data, path)


def is_index(path: Path) -> bool:
    """Whether a file is the index of a trace, of whatever version, whole or damaged."""
    try:
        return read_bytes(path, len(_START)) == _START
    except TraceError:
        return False


_START = f'{{"format":"{FORMAT}",'.encode()
