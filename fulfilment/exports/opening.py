"""From a sealed block back to records."""

from collections.abc import Mapping
from typing import Any

import orjson

from common import sealing

Answer = Mapping[str, list[dict[str, Any]]]


def key_context(acceptance_uid: str) -> str:
    """What a person's wrapped data key is bound to."""
    return f"acceptance:{acceptance_uid}"


def block_context(acceptance_uid: str, retrieval_id: int) -> str:
    """What a block's bytes are bound to."""
    return f"block:{acceptance_uid}:{retrieval_id}"


class BlockOpener:
    """Opens blocks; remembers the last person's key, since blocks come person by person."""

    def __init__(self) -> None:
        self._uid, self._data_key = "", b""

    def open(
        self, sealed: bytes, *, acceptance_uid: str, retrieval_id: int, wrapped_key: bytes
    ) -> Answer:
        """The records of each property, as the HAT answered them.

        :raises sealing.CannotOpen: the block or the key was changed.
        """
        if acceptance_uid != self._uid:
            context = key_context(acceptance_uid)
            self._data_key = sealing.unwrap(wrapped_key, context=context)
            self._uid = acceptance_uid
        context = block_context(acceptance_uid, retrieval_id)
        plain = sealing.unseal(sealed, data_key=self._data_key, context=context)
        answer: Answer = orjson.loads(plain)
        return answer
