"""Refusals that belong beside what somebody typed, rather than on a page of their own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms import BaseForm

    from common.errors import DomainError


@contextmanager
def refused_in(form: BaseForm, *refusals: type[DomainError]) -> Iterator[None]:
    """Make these refusals an error of the form, whose words are not lost; then go on."""
    try:
        yield
    except refusals as refusal:
        form.add_error(None, refusal.sentence)
