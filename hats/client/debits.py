"""Data debits: propose, update, read, and for owners list and switch."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hats import answers
from hats.client.speaking import (
    BAD_REQUEST,
    CREATED,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    UNAUTHENTICATED,
    HatToken,
    Speaker,
    expect,
    get,
    send,
)
from hats.clusters import Hat
from hats.constants import API, DEBIT_ID
from hats.errors import (
    HatBroken,
    HatConflict,
    HatRefused,
    HatSpeaksOldApi,
    HatTokenExpired,
    HatUnreachable,
    Unreachable,
)
from hats.guard import Reply
from hats.protocol import DebitRequest, DebitState, Outcome, Values

# The role that lets us read a debit is granted a moment after it was created.
ROLE_GRANT_SECONDS: Final = 5.0
_STANDS_IN_THE_WAY: Final = frozenset({"debit_exists", "bundle_exists"})


class Proposed(StrEnum):
    """How a debit came to be on the HAT."""

    NOW = "now"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A debit that is on the HAT as we meant it."""

    proposed: Proposed
    state: DebitState


class Debits(Speaker):
    """Calls about data debits of API 2.6 (hat-protocol §4)."""

    async def propose_debit(self, hat: Hat, *, token: HatToken, request: DebitRequest) -> Proposal:
        """Register a data debit; harmless to repeat after an unknown outcome.

        The HAT answers 400 to a debit id or bundle name it knows: then the debit is read back and
        compared.

        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatConflict: another debit or bundle stands in the way.
        :raises HatSpeaksOldApi: the HAT has debits of API 2 only.
        :raises HatRefused: the HAT does not take it.
        """
        question = send("POST", debit_path(request.debit_id), request.to_json())
        try:
            body = await self._ask_for(hat, question, token=token, status=CREATED)
        except HatRefused as refusal:
            if refusal.reason == "no_such_route":
                raise HatSpeaksOldApi from None
            if not stands_in_the_way(refusal):
                raise
            return await self._read_back(hat, token=token, request=request)
        state = answers.read_debit(body)
        if not state.is_as_proposed(request):
            raise HatConflict(reason="stored_differently")
        return Proposal(Proposed.NOW, state)

    async def _read_back(self, hat: Hat, *, token: HatToken, request: DebitRequest) -> Proposal:
        try:
            state = await self.debit(hat, token=token, debit_id=request.debit_id)
        except HatRefused as refusal:
            raise not_readable_yet(refusal) from None
        if not state.is_as_proposed(request):
            raise HatConflict(reason="debit_exists")
        return Proposal(Proposed.ALREADY, state)

    async def update_debit(self, hat: Hat, *, token: HatToken, request: DebitRequest) -> Proposal:
        """Ask for something else under the same debit; harmless to repeat.

        The owner has to agree anew; until then the permission before stays as it is. The debit is
        read first: each update that a HAT takes adds one more version for the owner to look at.

        :param request: its bundle needs a name that this debit has not used: under a known name
            the HAT would keep the old definition.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatConflict: the name was used before, or belongs to another debit.
        :raises HatRefused: not ours (403), unknown, or a broken answer.
        """
        state = await self.debit(hat, token=token, debit_id=request.debit_id)
        if state.is_as_updated(request):
            return Proposal(Proposed.ALREADY, state)
        if state.has_used_a_name_of(request):
            raise HatConflict(reason="bundle_name_used")
        question = send("PUT", debit_path(request.debit_id), request.to_json())
        try:
            state = answers.read_debit(await self._ask_for(hat, question, token=token))
        except HatRefused as refusal:
            if refusal.reason == "bundle_of_another_debit":
                raise HatConflict(reason=refusal.reason) from None
            raise
        if not state.is_as_updated(request):
            raise HatConflict(reason="stored_differently")
        return Proposal(Proposed.NOW, state)

    async def debit(self, hat: Hat, *, token: HatToken, debit_id: str) -> DebitState:
        """Return a debit as the HAT has it now; the only way to learn what its owner decided.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: 403 not ours (or not yet: the role is granted a moment after the
            proposal), 404 unknown, or a broken answer.
        """
        return answers.read_debit(await self._ask_for(hat, get(debit_path(debit_id)), token=token))

    async def values(self, hat: Hat, *, token: HatToken, debit_id: str) -> Values:
        """Read the values of a debit. Every answer that arrives is a result, not an exception.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        """
        return await self._values(hat, f"{debit_path(debit_id)}/values", token=token)

    async def _values(self, hat: Hat, path: str, *, token: HatToken) -> Values:
        try:
            reply = await self._ask(hat, get(path), token=token)
            if reply.status != OK:
                return _no_values(reply)
            return answers.read_values(expect(reply, OK))
        except HatBroken as broken:
            reason = f"{broken.reason}:{broken.detail}" if broken.detail else broken.reason
            return Values(outcome=Outcome.BROKEN, reason=reason)

    async def debits(self, hat: Hat, *, token: HatToken) -> list[DebitState]:
        """Return every debit on the HAT, in no order.

        :param token: the owner's own; nobody else may list.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: the token is not the owner's (403), or a broken answer.
        """
        return answers.read_debits(await self._ask_for(hat, get(_DEBITS), token=token))

    async def enable_debit(self, hat: Hat, *, token: HatToken, debit_id: str) -> DebitState:
        """Agree to the newest version of a debit, as its owner; harmless to repeat.

        :param token: the owner's own; nobody else may enable.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), unknown (400, ``no_such_debit``), or broken.
        """
        question = get(f"{debit_path(debit_id)}/enable")
        return answers.read_debit(await self._ask_for(hat, question, token=token))

    async def disable_debit(
        self, hat: Hat, *, token: HatToken, debit_id: str, at_period_end: bool
    ) -> DebitState:
        """Switch a debit off, as its owner.

        :param at_period_end: let the running period end; the HAT writes this into every version
            of the debit, so that it also holds after the debit is enabled again.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), unknown (400, ``no_such_debit``), or broken.
        """
        query = {"atPeriodEnd": "true" if at_period_end else "false"}
        question = get(f"{debit_path(debit_id)}/disable", query)
        return answers.read_debit(await self._ask_for(hat, question, token=token))


_DEBITS: Final = f"{API}/data-debit"


def debit_path(debit_id: str, api: str = API) -> str:
    """Return the path of one debit.

    :raises ValueError: the id has characters that no debit's id has.
    """
    if not DEBIT_ID.fullmatch(debit_id):
        raise ValueError("not the id of a debit")
    return f"{api}/data-debit/{debit_id}"


def not_readable_yet(refusal: HatRefused) -> HatRefused | HatUnreachable:
    """Return what it means that a debit which stood in the way cannot be read."""
    if refusal.status == FORBIDDEN:
        return HatUnreachable(Unreachable.BUSY, retry_after=ROLE_GRANT_SECONDS)
    if refusal.status == NOT_FOUND:
        return HatConflict(reason="bundle_exists")
    return refusal


def stands_in_the_way(refusal: HatRefused) -> bool:
    """Whether a debit of this id, or a bundle of this name, is on the HAT already."""
    return refusal.status == BAD_REQUEST and refusal.reason in _STANDS_IN_THE_WAY


def _no_values(reply: Reply) -> Values:
    if reply.status == UNAUTHENTICATED:
        raise HatTokenExpired
    reason = answers.problem(reply.status, reply.body)
    outcomes = {FORBIDDEN: Outcome.FORBIDDEN, NOT_FOUND: Outcome.UNKNOWN}
    outcome = outcomes.get(reply.status, Outcome.BROKEN)
    if reply.status == BAD_REQUEST and reason == "not_enabled":
        outcome = Outcome.NOT_ENABLED
    return Values(outcome=outcome, reason=reason)
