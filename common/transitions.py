"""Status machines as data: one table a model, checked before each change."""

from collections.abc import Mapping

from django.db import models

from common.errors import InvalidTransition

Table = Mapping[str, frozenset[str]]


def check(table: Table, *, current: str, target: str, sentence: str = "") -> None:
    """Refuse a step that the table does not name.

    :raises InvalidTransition: with ``sentence``, or a plain one naming both states.
    """
    if target not in table[current]:
        raise InvalidTransition(
            sentence or f"This is {_words(current)} now, so it cannot become {_words(target)}."
        )


def known(model_name: str, statuses: type[models.TextChoices]) -> models.CheckConstraint:
    """The database's own list of the statuses a row may have."""
    return models.CheckConstraint(
        condition=models.Q(status__in=statuses.values), name=f"{model_name}_status_known"
    )


def _words(status: str) -> str:
    return status.replace("_", " ")
