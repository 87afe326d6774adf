"""Sealed bytes: zstd, then AES-256-GCM with a data key per person and line.

The data key is wrapped by a key that lives outside the database. Destroying the data key
destroys every byte it sealed.

Formats: a sealed block is ``nonce (12) ‖ ciphertext+tag``; a wrapped key is
``key number (1) ‖ nonce (12) ‖ ciphertext+tag``, where the key number counts the wrapping keys
from the oldest, so that new ones can be put in front.
"""

import base64
import os
import threading
from functools import lru_cache

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_LEVEL = 3  # 2.5 times as fast as zlib at level 6, and smaller
_MAX_OPENED_BYTES = 64 * 1024 * 1024


class _Zstd(threading.local):
    """Making one of these costs more than using it, and none may be shared between threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_thread = _Zstd()


class CannotOpen(Exception):
    """Wrong key, wrong owner, or the bytes were changed."""


def new_data_key() -> bytes:
    """32 random bytes."""
    return os.urandom(32)


def wrap(data_key: bytes, *, context: str) -> bytes:
    """Seal a data key under the newest wrapping key; ``context`` must be given again to open."""
    keys = _wrapping_keys(tuple(settings.SEALING_KEYS))
    nonce = os.urandom(_NONCE)
    number = len(keys) - 1
    return bytes([number]) + nonce + keys[number].encrypt(nonce, data_key, context.encode())


def unwrap(wrapped: bytes, *, context: str) -> bytes:
    """:raises CannotOpen: another context, an unknown wrapping key, or changed bytes."""
    keys = _wrapping_keys(tuple(settings.SEALING_KEYS))
    number, nonce, body = wrapped[0], wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :]
    if number >= len(keys):
        raise CannotOpen("The wrapping key is not configured.")
    try:
        return keys[number].decrypt(nonce, body, context.encode())
    except InvalidTag as error:
        raise CannotOpen("The wrapped key does not open.") from error


def seal(plain: bytes, *, data_key: bytes, context: str) -> bytes:
    """Compress and encrypt; ``context`` binds the bytes to their row."""
    nonce = os.urandom(_NONCE)
    packed = _thread.compressor.compress(plain)
    return nonce + AESGCM(data_key).encrypt(nonce, packed, context.encode())


def unseal(sealed: bytes, *, data_key: bytes, context: str) -> bytes:
    """:raises CannotOpen: another key or context, or changed bytes."""
    try:
        packed = AESGCM(data_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except InvalidTag as error:
        raise CannotOpen("The sealed bytes do not open.") from error
    return _thread.decompressor.decompress(packed, max_output_size=_MAX_OPENED_BYTES)


@lru_cache(maxsize=4)
def _wrapping_keys(encoded: tuple[str, ...]) -> tuple[AESGCM, ...]:
    """Oldest first, so that a key's number never changes."""
    return tuple(AESGCM(base64.b64decode(key)) for key in reversed(encoded))
