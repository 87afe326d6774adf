"""Owners logged in to My data, and what their pages hold."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from hats.models import HatOwner

_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)


@pytest.fixture
def as_person() -> Callable[[User | HatOwner], Client]:
    """A client of its own for each person, owner or buyer."""

    def log_in(person: User | HatOwner) -> Client:
        client = Client()
        client.force_login(person.user if isinstance(person, HatOwner) else person)
        return client

    return log_in


def text(answer: Any) -> str:
    """The words of a page, tags and spare blanks removed."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def forms(answer: Any) -> list[str]:
    """The page's own forms, without those of the frame around it."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return _FORM.findall(main)
