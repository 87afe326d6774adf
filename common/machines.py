"""What machines read is the same for everybody, in English."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.http.response import HttpResponseBase

from common.language import ENGLISH, in_english

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


def for_machines(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """Answer in English, whatever language the request asks for."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Answer:
        with in_english():
            response = view(*args, **kwargs)
        response.headers["Content-Language"] = ENGLISH
        return response

    return answer
