import base64

import pytest

from common import sealing

KEY = b"k" * 32


def test_sealed_bytes_open_with_their_key_and_context():
    sealed = sealing.seal(b"steps: 9417", data_key=KEY, context="block:1")

    assert sealing.unseal(sealed, data_key=KEY, context="block:1") == b"steps: 9417"


def test_sealed_bytes_do_not_open_for_another_row():
    sealed = sealing.seal(b"steps: 9417", data_key=KEY, context="block:1")

    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealed, data_key=KEY, context="block:2")


def test_sealed_bytes_do_not_hold_the_plain_ones():
    assert b"9417" not in sealing.seal(b"steps: 9417", data_key=KEY, context="block:1")


def test_a_wrapped_key_opens_after_a_newer_wrapping_key_was_put_in_front(settings):
    wrapped = sealing.wrap(KEY, context="acceptance:1")
    settings.SEALING_KEYS = [base64.b64encode(b"n" * 32).decode(), *settings.SEALING_KEYS]

    assert sealing.unwrap(wrapped, context="acceptance:1") == KEY


def test_a_wrapped_key_does_not_open_in_another_context():
    wrapped = sealing.wrap(KEY, context="acceptance:1")

    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap(wrapped, context="acceptance:2")


def test_a_wrapped_key_does_not_open_without_its_wrapping_key(settings):
    settings.SEALING_KEYS = [base64.b64encode(b"n" * 32).decode(), *settings.SEALING_KEYS]
    wrapped = sealing.wrap(KEY, context="acceptance:1")
    settings.SEALING_KEYS = settings.SEALING_KEYS[1:]

    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap(wrapped, context="acceptance:1")
