"""Status machines as data: one table a model, checked before each change."""

from collections.abc import Mapping

from django.db import models

from common import statuses
from common.errors import InvalidTransition
from common.language import gettext as _

Table = Mapping[str, frozenset[str]]


def check(table: Table, *, current: str, target: str, sentence: str = "") -> None:
    """Refuse a step that the table does not name.

    :raises InvalidTransition: with ``sentence``, or a plain one naming both states.
    """
    if target not in table[current]:
        words = _("This is “{current}” now, so it cannot become “{target}”.")
        looks = statuses.look(current), statuses.look(target)
        said = words.format(current=looks[0].label, target=looks[1].label)
        raise InvalidTransition(sentence or said)


def known(model_name: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The database's own list of the statuses a row may have."""
    return models.CheckConstraint(
        condition=models.Q(status__in=choices.values), name=f"{model_name}_status_known"
    )
