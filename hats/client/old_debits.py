"""Data debits of API 2, for HATs that have nothing newer.

A HAT older than 2.6 answers a proposal of 2.6 with ``HatSpeaksOldApi``, and ``api_of`` tells the
same without proposing anything. The two kinds of debits do not see each other, but their bundles
share one list of names.
"""

from hats import answers
from hats.client.debits import Debits, debit_path, not_readable_yet, stands_in_the_way
from hats.client.speaking import BAD_REQUEST, CREATED, NOT_FOUND, HatToken, get, send
from hats.clusters import Hat
from hats.constants import BUNDLE_NAME, OLD_API
from hats.errors import HatConflict, HatRefused
from hats.protocol import DebitRequest, OldDebit, Values, old_request


class OldDebits(Debits):
    """Calls about data debits of API 2 (hat-protocol §4)."""

    async def propose_old_debit(
        self, hat: Hat, *, token: HatToken, request: DebitRequest
    ) -> OldDebit:
        """Register a debit of API 2; harmless to repeat after an unknown outcome.

        :param request: of it only data, conditions and times travel.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatConflict: another debit or bundle stands in the way.
        :raises HatRefused: the HAT does not take it.
        """
        question = send("POST", debit_path(request.debit_id, OLD_API), old_request(request))
        try:
            body = await self._ask_for(hat, question, token=token, status=CREATED)
        except HatRefused as refusal:
            # That the id or the name is taken is told in words that differ between versions.
            if refusal.status != BAD_REQUEST or refusal.fields:
                raise
            return await self._read_old_back(hat, refusal, token=token, request=request)
        return _as_proposed(answers.read_old_debit(body), request, otherwise="stored_differently")

    async def _read_old_back(
        self, hat: Hat, refused: HatRefused, *, token: HatToken, request: DebitRequest
    ) -> OldDebit:
        try:
            debit = await self.old_debit(hat, token=token, debit_id=request.debit_id)
        except HatRefused as refusal:
            is_no_debit = refusal.status == NOT_FOUND and not stands_in_the_way(refused)
            raise (refused if is_no_debit else not_readable_yet(refusal)) from None
        return _as_proposed(debit, request, otherwise="debit_exists")

    async def update_old_debit(
        self, hat: Hat, *, token: HatToken, request: DebitRequest
    ) -> OldDebit:
        """Ask for something else under the same debit, as the account that proposed it.

        The HAT lets it start now and drops its conditions: one that needs conditions is refused.

        :raises ValueError: the request has conditions.
        :raises HatUnreachable: try again later; ``HatOutcomeUnknown`` if it may have arrived.
        :raises HatTokenExpired: get a new token first.
        :raises HatConflict: the HAT stored something else.
        :raises HatRefused: the HAT does not take it.
        """
        if request.conditions is not None:
            raise ValueError("an update by API 2 loses its conditions")
        question = send("PUT", debit_path(request.debit_id, OLD_API), old_request(request))
        debit = answers.read_old_debit(await self._ask_for(hat, question, token=token))
        return _as_proposed(debit, request, otherwise="stored_differently")

    async def old_debit(self, hat: Hat, *, token: HatToken, debit_id: str) -> OldDebit:
        """Return a debit of API 2 as the HAT has it now.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not ours, unknown, or a broken answer.
        """
        question = get(debit_path(debit_id, OLD_API))
        return answers.read_old_debit(await self._ask_for(hat, question, token=token))

    async def old_debits(self, hat: Hat, *, token: HatToken) -> list[OldDebit]:
        """Return every debit of API 2 on the HAT, in no order; the owner's alone.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), or a broken answer.
        """
        question = get(f"{OLD_API}/data-debit")
        return answers.read_old_debits(await self._ask_for(hat, question, token=token))

    async def old_values(self, hat: Hat, *, token: HatToken, debit_id: str) -> Values:
        """Read the values of a debit of API 2, as ``values`` does.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        """
        return await self._values(hat, f"{debit_path(debit_id, OLD_API)}/values", token=token)

    async def enable_old_debit(
        self, hat: Hat, *, token: HatToken, debit_id: str, bundle_name: str = ""
    ) -> OldDebit:
        """Agree to a debit of API 2, as its owner.

        :param bundle_name: which version; without it, the newest. All others are switched off.
        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), unknown (400), or a broken answer.
        """
        if bundle_name and not BUNDLE_NAME.fullmatch(bundle_name):
            raise ValueError("not the name of a bundle")
        path = f"{debit_path(debit_id, OLD_API)}/enable"
        question = get(f"{path}/{bundle_name}" if bundle_name else path)
        return answers.read_old_debit(await self._ask_for(hat, question, token=token))

    async def disable_old_debit(self, hat: Hat, *, token: HatToken, debit_id: str) -> OldDebit:
        """Switch every version of a debit of API 2 off at once, as its owner.

        :raises HatUnreachable: try again later.
        :raises HatTokenExpired: get a new token first.
        :raises HatRefused: not the owner (403), unknown (400), or a broken answer.
        """
        question = get(f"{debit_path(debit_id, OLD_API)}/disable")
        return answers.read_old_debit(await self._ask_for(hat, question, token=token))


def _as_proposed(debit: OldDebit, request: DebitRequest, *, otherwise: str) -> OldDebit:
    if not debit.is_as_proposed(request):
        raise HatConflict(reason=otherwise)
    return debit
