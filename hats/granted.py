"""What was granted on a HAT, in plain words, and what of it remains when its owner leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.audit import Action
from accounts.models import AuditEntry
from common.language import gettext as _
from common.language import gettext_noop
from hats import queries
from hats.clusters import Access, Cluster
from hats.configured import hat_at
from hats.errors import HatNotTrusted
from hats.models import (
    CredentialKind,
    HatCredential,
    HatOwner,
    HatOwnerStatus,
    MarketAccount,
)

_LOOKING = (Action.OWN_VALUES_SEEN,)
_AGREEMENTS = (
    Action.DEBIT_PROPOSED,
    Action.DEBIT_ENABLED,
    Action.DEBIT_DISABLED,
    Action.RETRIEVAL_FINISHED,
)
_LOGIN_MAY = (
    gettext_noop("Tell us that this HAT is yours."),
    gettext_noop("Read the kinds of data below, to see which offers your HAT can fill."),
    gettext_noop("Show you your own values from them. We keep none."),
)
_LOGIN_MAY_NOT = (
    gettext_noop("Read what an agreement shares."),
    gettext_noop("Write, change or delete anything on your HAT."),
    gettext_noop("Switch an agreement on or off."),
)
_ACCOUNT_MAY = (
    gettext_noop("Put a data debit before you on your HAT, after you have said yes here."),
    gettext_noop("Read the values of those debits, for as long as you leave them switched on."),
)
_ACCOUNT_MAY_NOT = (
    gettext_noop("Switch a debit on or off: that is yours alone, on your HAT."),
    gettext_noop("Read the debits of others, or any other data."),
)
_PLATFORM_TOO = (
    gettext_noop(
        "It could also see which kinds of data your HAT holds, and make accounts. We do neither."
    ),
)
_PLATFORM_MAKES = (
    gettext_noop(
        "Your provider’s account has made it for us; we do not use that one for anything else."
    ),
)


@dataclass(frozen=True)
class Grant:
    """One way in, as its owner reads it.

    :param trouble: why it does not work now, if it does not.
    """

    title: str
    lead: str
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    notes: tuple[str, ...]
    since: datetime | None
    last_used: datetime | None
    trouble: str
    is_open: bool
    reads_namespaces: bool = False


def grants(owner: HatOwner, *, at: datetime) -> list[Grant]:
    """Return each way in that this HAT gives us; none when it is disconnected or frozen."""
    if owner.status != HatOwnerStatus.CONNECTED:
        return []
    rows = {row.kind: row for row in HatCredential.objects.filter(hat_owner=owner)}
    found = [_login(owner, rows.get(CredentialKind.APPLICATION), at=at)]
    try:
        cluster = hat_at(owner.hat_domain).cluster
    except HatNotTrusted:
        return found
    return [*found, _for_debits(owner, cluster, rows)]


def _login(owner: HatOwner, row: HatCredential | None, *, at: datetime) -> Grant:
    is_open = row is not None and row.refused_at is None and row.expires_at > at
    used = (owner.last_seen_at, owner.endpoints_read_at, _last(owner, _LOOKING))
    return Grant(
        title=_("Your log-in"),
        lead=_("Given by you, when you logged in and let HAT Market in as an application."),
        may=_said(_LOGIN_MAY),
        may_not=_said(_LOGIN_MAY_NOT),
        notes=(),
        since=owner.connected_at,
        last_used=max((moment for moment in used if moment), default=None),
        trouble="" if is_open else _("Its permission has ended. Log in with your HAT to renew it."),
        is_open=is_open,
        reads_namespaces=True,
    )


def _for_debits(owner: HatOwner, cluster: Cluster, rows: Mapping[str, HatCredential]) -> Grant:
    is_account = cluster.access is Access.ACCOUNT
    row = rows.get(CredentialKind.ACCOUNT if is_account else CredentialKind.PLATFORM)
    refused_at = row.refused_at if row else None
    title, lead, notes, since = _account_words(owner, cluster)
    return Grant(
        title=title,
        lead=lead,
        may=_said(_ACCOUNT_MAY),
        may_not=_said(_ACCOUNT_MAY_NOT),
        notes=_said(notes),
        since=since,
        last_used=_last(owner, _AGREEMENTS),
        trouble=_(
            "Your HAT does not let this account in just now, so nothing is read. That is ours"
            " to mend, with your provider; you need do nothing."
        )
        if refused_at
        else "",
        is_open=refused_at is None,
    )


def _account_words(
    owner: HatOwner, cluster: Cluster
) -> tuple[str, str, tuple[str, ...], datetime | None]:
    if cluster.access is Access.PLATFORM:
        lead = _("An account of {provider}, your provider, on each of its HATs.")
        title = _("Your provider’s account")
        return title, lead.format(provider=cluster.name), _PLATFORM_TOO, owner.connected_at
    title, name = _("Our account on your HAT"), market_account_on(owner, cluster)
    if cluster.account_username:
        lead = _("Named {name}, given to us by {provider}, your provider.")
        return title, lead.format(name=name, provider=cluster.name), (), owner.connected_at
    account = MarketAccount.objects.filter(hat_owner=owner).first()
    if account is None or account.made_at is None:
        return title, _("It is made when you first say yes to an offer."), (), None
    return title, _("Named {name}.").format(name=name), _PLATFORM_MAKES, account.made_at


def _said(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_, lines))


def market_account_on(owner: HatOwner, cluster: Cluster) -> str:
    """Return the name of our own account on this HAT; empty when there is none."""
    if cluster.account_username:
        return cluster.account_username if cluster.access is Access.ACCOUNT else ""
    made = MarketAccount.objects.filter(hat_owner=owner, made_at__isnull=False)
    return made.values_list("username", flat=True).first() or ""


def remains(owner: HatOwner, at: datetime) -> dict[str, Any]:
    """Return what stays on the HAT when its owner leaves: application, debits, our account."""
    try:
        cluster = hat_at(owner.hat_domain).cluster
    except HatNotTrusted:
        return {"debits": queries.debits_on(owner, at=at), "account": "", "application": ""}
    return {
        "debits": queries.debits_on(owner, at=at),
        "account": market_account_on(owner, cluster),
        "application": cluster.application_id,
    }


def _last(owner: HatOwner, actions: Iterable[Action]) -> datetime | None:
    entries = AuditEntry.objects.filter(owner_user=owner.user_id, action__in=list(actions))
    return entries.order_by("-pk").values_list("at", flat=True).first()
