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
from padiff.trace.index import FORMAT, VERSION, Index

__all__ = ["INDEX_NAME", "decode", "encode", "is_index", "read_index"]

INDEX_NAME = "index.json"
_LARGEST = 1 << 30
"""Bytes. 10,000 layers over a hundred steps take half of it."""


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    checksum: str
    trace: msgspec.Raw


def encode(index: Index) -> bytes:
    """The contents of `index.json`."""
    body = msgspec.json.encode(index)
    return msgspec.json.encode(_Envelope(FORMAT, VERSION, _checksum(body), msgspec.Raw(body)))


def decode(data: bytes, path: Path) -> Index:
    """The inverse of `encode`; `path` is for messages.

    Raises:
        TraceError: If the bytes are no index, one of a later version, or not what was written.
    """
    envelope = _envelope(data, path)
    body = bytes(envelope.trace)
    if _checksum(body) != envelope.checksum:
        raise TraceError(
            "The index of a trace is damaged.",
            where=str(path),
            got=_checksum(body),
            expected=envelope.checksum,
            hint="record it again",
        )
    try:
        index = msgspec.json.decode(body, type=Index)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _malformed(path, error) from error
    check(index, path)
    return index


def _envelope(data: bytes, path: Path) -> _Envelope:
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _malformed(path, error) from error
    if envelope.format != FORMAT:
        raise TraceError(
            "This is no padiff trace.",
            where=str(path),
            got=f"format {envelope.format!r}",
            expected=repr(FORMAT),
        )
    if envelope.version != VERSION:
        raise TraceError(
            "The trace was written in another version of the format.",
            where=str(path),
            got=f"version {envelope.version}",
            expected=f"version {VERSION}",
            hint="use the padiff that wrote it, or record it again",
        )
    return envelope


def _malformed(path: Path, error: Exception) -> TraceError:
    return TraceError(
        "The index of a trace cannot be read.",
        where=str(path),
        got=str(error),
        expected="what padiff.record wrote",
    )


def _checksum(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def read_index(path: Path) -> Index:
    """The index in a file.

    Raises:
        TraceError: See `decode`; also if the file cannot be read or is larger than 1 GiB.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise TraceError(
                "The index of a trace is too large to be one.",
                where=str(path),
                got=f"{size:,} bytes",
                expected=f"at most {_LARGEST:,}",
            )
        data = path.read_bytes()
    except OSError as error:
        raise TraceError(
            "The index of a trace cannot be read.", where=str(path), got=_reason(error)
        ) from error
    return decode(data, path)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def is_index(path: Path) -> bool:
    """Whether a file is the index of a trace, of whatever version, whole or damaged."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_START))
    except OSError:
        return False
    return start == _START


_START = f'{{"format":"{FORMAT}",'.encode()
