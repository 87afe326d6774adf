"""One request of a browser to a page of a HAT, and what pages need to know about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from aiohttp import web

from hats.sandbox import answers, pages, session
from hats.sandbox.hat import Hat
from hats.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page.

    :param fields: those of the query, or of the form sent.
    :param named: what the address names: a debit, an endpoint, a record.
    """

    hat: Hat
    world: World
    path: str
    path_and_query: str
    fields: Mapping[str, str]
    is_owner: bool
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        return self.hat.person.full_name if self.is_owner else ""

    @property
    def subject(self) -> str:
        return self.named.get("id", "")

    def field(self, *names: str) -> str:
        """Find the first of these that was given."""
        return next((self.fields[name] for name in names if self.fields.get(name)), "")


Page = Callable[[Visit], web.Response]


async def visited(
    request: web.BaseRequest, *, hat: Hat, world: World, named: Mapping[str, str]
) -> Visit:
    """Read the request.

    :raises Refusal: a form that another site sent.
    """
    is_form = request.method == "POST"
    if is_form and not session.is_from_here(request, hat=hat):
        raise not_possible("This form was sent from another site", status=403)
    sent = await request.post() if is_form else request.query
    return Visit(
        hat=hat,
        world=world,
        path=request.path,
        path_and_query=request.path_qs,
        fields={name: value for name, value in sent.items() if isinstance(value, str)},
        is_owner=session.is_owner(request, hat=hat, world=world),
        named=named,
    )


def to_login(target: str) -> web.Response:
    return answers.see_other(f"/user/login?target={quote(target, safe='')}")


def for_owner(page: Page, *, back: str = "") -> Page:
    """Show a page to the owner only; whoever else comes logs in first.

    :param back: where to go on after that; usually the same address.
    """

    def guarded(visit: Visit) -> web.Response:
        return page(visit) if visit.is_owner else to_login(back or visit.path_and_query)

    return guarded


def not_possible(sentence: str, *, status: int) -> answers.Refusal:
    return answers.Refusal(answers.html_answer(pages.problem(sentence), status=status))
