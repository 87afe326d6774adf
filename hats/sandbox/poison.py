"""Bodies no client should swallow: bombs, and good JSON made bad. Pure."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import brotli  # type: ignore[import-untyped]  # ships no types
import orjson
import zstandard

from hats.sandbox.faults import Fault, Kind, Oddity, Packing

_MEGABYTE = 1 << 20


@lru_cache(maxsize=4)
def packed_zeros(packing: Packing, megabytes: int) -> bytes:
    """Compress so many megabytes of zeros."""
    zeros = (bytes(_MEGABYTE) for _ in range(megabytes))
    return b"".join(_PACKERS[packing](zeros))


def _gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield from _zlib(pieces, wbits=16 + zlib.MAX_WBITS)


def _gzip_twice(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield from _gzip(_gzip(pieces))


def _deflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield from _zlib(pieces, wbits=zlib.MAX_WBITS)


def _zlib(pieces: Iterable[bytes], *, wbits: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _brotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = brotli.Compressor(quality=5)
    for piece in pieces:
        yield packer.process(piece)
    yield packer.finish()


def _zstandard(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zstandard.ZstdCompressor().compressobj()
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


_PACKERS: dict[Packing, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    Packing.GZIP: _gzip,
    Packing.GZIP_TWICE: _gzip_twice,
    Packing.DEFLATE: _deflate,
    Packing.BROTLI: _brotli,
    Packing.ZSTANDARD: _zstandard,
}


def spoilt_body(fault: Fault, body: bytes) -> bytes:
    """Spoil an honest body in the way the fault names."""
    return _BODIES[fault.kind](fault, body)


def _malformed(_fault: Fault, body: bytes) -> bytes:
    return body[: max(1, len(body) // 2)]


def _deep(fault: Fault, body: bytes) -> bytes:
    return _smuggled(b"[" * fault.depth + b"]" * fault.depth, body)


def _huge_number(_fault: Fault, body: bytes) -> bytes:
    return _smuggled(b"1e131071", body)


def _large(fault: Fault, body: bytes) -> bytes:
    return _smuggled(b'"' + b"x" * (fault.megabytes * _MEGABYTE) + b'"', body)


def _many(fault: Fault, body: bytes) -> bytes:
    return _smuggled(b"[" + b",".join([b"[]"] * fault.nodes) + b"]", body)


def _odd_text(fault: Fault, body: bytes) -> bytes:
    if fault.oddity in _SMUGGLED:
        return _smuggled(_SMUGGLED[fault.oddity], body)
    return _ENCODED[fault.oddity](body)


_SMUGGLED = {
    Oddity.NUL: rb'"nul \u0000 inside"',
    Oddity.SURROGATE: rb'"half \ud800 a sign"',
    Oddity.DUPLICATE_KEYS: b'{"twice":1,"twice":2}',
    Oddity.PROTO: b'{"__proto__":{"is_admin":true}}',
    Oddity.LATIN1: '"caf\u00e9"'.encode("latin-1"),
}
_ENCODED: dict[Oddity, Callable[[bytes], bytes]] = {
    Oddity.BOM: lambda body: b"\xef\xbb\xbf" + body,
    Oddity.UTF16: lambda body: body.decode().encode("utf-16"),
}


def _smuggled(value: bytes, body: bytes) -> bytes:
    """Put a value into the first record, or let it be the answer when there is none."""
    mark = b'"data":{'
    before, found, after = body.partition(mark)
    if not found:
        return value
    separator = b"" if after.startswith(b"}") else b","
    return before + mark + b'"sandbox":' + value + separator + after


def _more_than_asked(_fault: Fault, body: bytes) -> bytes:
    """Add a field to each record, a record of another endpoint, and a property."""
    answer = orjson.loads(body)
    stray = {"endpoint": "sandbox/stray", "recordId": "stray", "data": {"secret": "stray"}}
    for records in answer.get("bundle", {}).values():
        for record in records:
            if isinstance(record["data"], dict):
                record["data"]["email"] = "surplus@example.org"
        records.append(stray)
    answer.setdefault("bundle", {})["surplus"] = [stray]
    return orjson.dumps(answer)


_BODIES: dict[Kind, Callable[[Fault, bytes], bytes]] = {
    Kind.MALFORMED: _malformed,
    Kind.DEEP: _deep,
    Kind.NUMBER_BOMB: _huge_number,
    Kind.LARGE: _large,
    Kind.MANY: _many,
    Kind.ODD_TEXT: _odd_text,
    Kind.OVER_DELIVERY: _more_than_asked,
}
