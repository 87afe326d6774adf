"""A few RSA keys on disk, shared by many HATs: making one takes longer than serving a thousand.

Real HATs have a key each. Here a HAT's tokens are bound to it by their subject and issuer, which
the sandbox checks, so that sharing a key does not let one HAT's token into another.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

POOL_SIZE = 8
_KEY_BITS = 2048


@dataclass(frozen=True)
class SigningKey:
    """One RSA key of the pool."""

    private: rsa.RSAPrivateKey

    @cached_property
    def public(self) -> rsa.RSAPublicKey:
        return self.private.public_key()

    @cached_property
    def public_pem(self) -> str:
        """SubjectPublicKeyInfo, as ``/publickey`` gives it."""
        pem = self.public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return pem.decode()


class KeyPool:
    """The keys, and which HAT uses which."""

    def __init__(self, keys: list[SigningKey]) -> None:
        self._keys = keys

    def key_for(self, domain: str, *, rotations: int = 0) -> SigningKey:
        """Choose by domain; every rotation moves the HAT to another key of the pool."""
        first = int.from_bytes(hashlib.sha256(domain.encode()).digest()[:4])
        return self._keys[(first + rotations) % len(self._keys)]


def open_pool(folder: Path) -> KeyPool:
    """Read the pool from its folder, making what is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return KeyPool([_open_key(folder / f"key-{number}.pem") for number in range(POOL_SIZE)])


def _open_key(path: Path) -> SigningKey:
    if not path.exists():
        _write_key(path)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key; delete it and it is made again.")
    return SigningKey(private)


def _write_key(path: Path) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Written whole and then named, so that a process that is killed leaves no half key.
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(pem)
    unfinished.rename(path)
