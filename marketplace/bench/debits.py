"""Debits as a measurement needs them: proposed and enabled on real sandbox HATs, tokens at hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from common import sealing
from fulfilment.actions.debits import debit_request
from fulfilment.models import Acceptance
from hats.actions.talks import KEEP_FOR
from hats.models import CredentialKind, HatCredential
from hats.queries import credential_context
from hats.sandbox.options import DEFAULT_SEED
from hats.sandbox.people import person_named
from marketplace.bench import sandbox, scene
from marketplace.bench.sandbox import Hats, Owner, together


@dataclass(frozen=True)
class Debit:
    """An enabled debit on one HAT, and its acceptance here."""

    owner: Owner
    acceptance: Acceptance

    @property
    def path(self) -> str:
        """Of the debit on its HAT."""
        return f"/api/v2.6/data-debit/{self.acceptance.uid}"


def has_plays(owner: Owner) -> bool:
    """Whether this person's HAT holds what the measured offer asks for."""
    return "spotify" in person_named(owner.username, seed=DEFAULT_SEED).plugs


def enabled_debits(port: int, owners: Sequence[Owner]) -> list[Debit]:
    """Owners with a debit of one new line, proposed and enabled on their HATs."""
    line = scene.open_line(scene.published_version(), places=len(owners))
    people = scene.connected_owners(owner.domain for owner in owners)
    debits = list(map(Debit, owners, scene.sharing(line, people)))
    together(port, debits, _agree, at_once=sandbox.AT_ONCE)
    HatCredential.objects.bulk_create(_token_row(debit) for debit in debits)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would have, on tables that grew in an hour
    return debits


async def ask_for_values(hats: Hats, debit: Debit) -> int:
    """Pull them, do nothing with them, and say how many bytes they were."""
    token = debit.owner.platform_token
    return len(await hats.ask("GET", f"{debit.path}/values", debit.owner, token=token))


async def _agree(hats: Hats, debit: Debit) -> None:
    request = debit_request(debit.acceptance, at=timezone.now()).to_json()
    token = debit.owner.platform_token = await hats.log_in_as_platform(debit.owner)
    await hats.ask("POST", debit.path, debit.owner, token=token, body=request)
    token = await hats.log_in(debit.owner)
    await hats.ask("GET", f"{debit.path}/enable", debit.owner, token=token)


def _token_row(debit: Debit) -> HatCredential:
    """The platform account's token as the engine keeps it after its first talk with a HAT."""
    kind, owner_id = CredentialKind.PLATFORM, debit.acceptance.hat_owner_id
    context, key = credential_context(owner_id, kind), sealing.new_data_key()
    token = debit.owner.platform_token.encode("ascii")
    return HatCredential(
        hat_owner_id=owner_id,
        kind=kind,
        sealed_token=sealing.seal(token, data_key=key, context=context),
        wrapped_key=sealing.wrap(key, context=context),
        expires_at=timezone.now() + KEEP_FOR,
    )
