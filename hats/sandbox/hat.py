"""One HAT: whose it is, who may log in, what it holds, what it agreed to."""

import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from hats.bundles import Bundle, bundle_to_json
from hats.bundles.parsing import parse_properties
from hats.sandbox import tokens
from hats.sandbox.access import Account, Caller
from hats.sandbox.accounts import accounts_made, forget_account, save_account
from hats.sandbox.application_debits import application_debit
from hats.sandbox.applications import Application, version_key
from hats.sandbox.combinators import Combinators
from hats.sandbox.debits import Client, Debit, DebitMalformed, Permission
from hats.sandbox.files import Files
from hats.sandbox.groups import LinkedRecords
from hats.sandbox.holdings import GeneratedRecords, Holdings
from hats.sandbox.kept import KeptAnswers
from hats.sandbox.keys import KeyPool, SigningKey
from hats.sandbox.older_debits import OlderDebit, OlderDebits
from hats.sandbox.options import Options
from hats.sandbox.people import Person
from hats.sandbox.roles import MAY_PROPOSE, OWNER, PLATFORM, debit_reader
from hats.sandbox.store import Store
from hats.sandbox.values import Evaluated, evaluated

_MOST_CACHED_TOKENS = 64
_PASSWORD = "password"  # noqa: S105 - the kind of document that holds a changed one


@dataclass(frozen=True, slots=True)
class Services:
    """What all HATs of one sandbox share."""

    options: Options
    store: Store
    keys: KeyPool
    generated: GeneratedRecords
    applications: dict[str, Application]
    kept: KeptAnswers["Values"]


@dataclass(frozen=True, slots=True)
class Values:
    """An answer to one debit, good while permission and data stay the same."""

    answer: Evaluated
    permission: Permission
    version: tuple[int, date]


class Hat:
    """State of one HAT. Handlers translate; every change goes through a method here."""

    def __init__(self, *, domain: str, person: Person, services: Services) -> None:
        self.domain, self.person, self._services = domain, person, services
        self.store = services.store.hat(person.name)
        self.holdings = Holdings(person=person, generated=services.generated, store=self.store)
        self.records = LinkedRecords(holdings=self.holdings, store=self.store)
        self.debits = self.store.debits()
        self.older_debits = OlderDebits(self.store)
        self.setups = self.store.applications()
        self.bundles = {
            name: Bundle(name, parse_properties(body, "obj"))
            for name, body in self.store.bundles().items()
        }
        self.combinators = Combinators(self.store)
        self.files = Files(self.store)
        self.logins: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=2))
        self.rotations = 0
        self.pulls: Counter[str] = Counter()
        self.records_served: Counter[str] = Counter()
        self._values = services.kept.of(domain)
        self._claims: dict[str, tokens.Claims] = {}
        self.accounts = self._accounts(services.options)
        self._subjects = {self._subject(account): account for account in self.accounts.values()}

    def _accounts(self, options: Options) -> dict[str, Account]:
        password = str(self.store.documents(_PASSWORD).get("owner", self.person.password))
        owner = Account(self._user_id("owner"), self.person.name, password, {OWNER})
        platform = Account(
            self._user_id("platform"),
            options.platform_username,
            options.platform_password,
            {PLATFORM, MAY_PROPOSE},
        )
        made = accounts_made(self.store)
        accounts = {account.username: account for account in (platform, owner, *made)}
        for debit in self._all_debits():
            if debit.proposed_by in accounts:
                accounts[debit.proposed_by].roles.add(debit_reader(debit.id))
        return accounts

    def keep_account(self, account: Account) -> None:
        """Let it log in; every account may propose debits, by a side effect on real HATs."""
        account.roles.add(MAY_PROPOSE)
        self.accounts[account.username] = account
        self._subjects[self._subject(account)] = account
        save_account(self.store, account)

    def forget_account(self, account: Account) -> None:
        del self.accounts[account.username]
        del self._subjects[self._subject(account)]
        forget_account(self.store, account)

    def _subject(self, account: Account) -> str:
        return tokens.subject(domain=self.domain, username=account.username)

    def _user_id(self, role: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"http://{self.domain}/{role}"))

    @property
    def owner(self) -> Account:
        return self.accounts[self.person.name]

    @property
    def key(self) -> SigningKey:
        return self._services.keys.key_for(self.domain, rotations=self.rotations)

    def rotate_key(self, rotations: int) -> None:
        """Use another key from now on; every token given out so far is worth nothing."""
        if rotations != self.rotations:
            self.rotations = rotations
            self._claims.clear()

    # Tokens

    def log_in(self, *, username: str, password: str) -> Account | None:
        account = self.accounts.get(username)
        return account if account and account.opens_with(password) else None

    def change_password(self, password: str) -> None:
        """Let the owner log in with another password from now on."""
        self.owner.password = password
        self.store.save_document(_PASSWORD, "owner", password)

    def user_token(self, account: Account, *, at: datetime) -> str:
        claims = {"resource": self.domain, "accessScope": account.scope}
        return self.token(account, claims=claims, at=at)

    def application_token(self, application: Application, *, at: datetime) -> str:
        claims = {"application": application.id, "applicationVersion": application.version}
        return self.token(self.owner, claims=claims, at=at)

    def token(self, account: Account, *, claims: dict[str, str], at: datetime) -> str:
        return tokens.mint(
            key=self.key, domain=self.domain, username=account.username, at=at, claims=claims
        )

    def renewed(self, caller: Caller, *, at: datetime) -> str:
        return tokens.renewed(caller.claims, key=self.key, at=at)

    def caller(self, token: str, *, at: datetime) -> Caller | None:
        """Find out who sends this token; ``None`` when it is worth nothing."""
        claims = self._claims.get(token)
        if claims is None:
            claims = self._read(token, at=at)
        if claims is None or not claims.is_fresh(at):
            return None
        account = self._subjects.get(claims.sub)
        if account is None or not account.is_enabled:
            return None
        if claims.application is None:
            return Caller(account, claims)
        return Caller(
            account,
            claims,
            application=self._services.applications.get(claims.application),
            is_application=True,
            is_enabled=self.is_enabled(claims.application),
        )

    def _read(self, token: str, *, at: datetime) -> tokens.Claims | None:
        """Check the signature once and remember the token, the newest of them."""
        try:
            claims = tokens.read(token, key=self.key, domain=self.domain, at=at)
        except tokens.TokenRefused:
            return None
        if len(self._claims) >= _MOST_CACHED_TOKENS:
            del self._claims[next(iter(self._claims))]
        self._claims[token] = claims
        return claims

    # Applications

    def is_enabled(self, application_id: str) -> bool:
        return self.setups.get(application_id, ("", False))[1]

    def needs_updating(self, application: Application) -> bool:
        version, _ = self.setups.get(application.id, (application.version, False))
        return version_key(application.compatible_since) > version_key(version)

    def set_up(self, application: Application, *, at: datetime) -> bool | None:
        """Enable it, with the data debit of its own and the applications it depends on.

        :returns: whether those are all enabled; ``None`` when it does not speak of any.
        :raises DebitMalformed: its bundle clashes with one already here.
        """
        if application.data_wanted is not None:
            self._propose_for(application, application.data_wanted, at=at)
        self._save_setup(application.id, version=application.version, enabled=True)
        needed = application.dependencies
        return None if needed is None else self._enable_all(needed)

    def _enable_all(self, application_ids: tuple[str, ...]) -> bool:
        """Enable applications without asking for data; none of them if one is unknown."""
        known = self._services.applications
        if not known.keys() >= {*application_ids}:
            return False
        for id_ in application_ids:
            if not self.is_enabled(id_):
                self._save_setup(id_, version=known[id_].version, enabled=True)
        return True

    def _propose_for(
        self, application: Application, wanted: dict[str, object], *, at: datetime
    ) -> None:
        client, permission = application_debit(application, wanted, at=at)
        propose = self.update if application.debit_id in self.debits else self.propose
        debit = propose(application.debit_id, client=client, permission=permission, by=self.owner)
        debit.client = client  # An application may change what it says of itself.
        self.enable(debit)

    def disable_application(self, application: Application, *, at: datetime) -> None:
        debit = self.debits.get(application.debit_id)
        if debit is not None:
            self.disable(debit, at=at, at_period_end=False)
        if application.id in self.setups:
            version, _ = self.setups[application.id]
            self._save_setup(application.id, version=version, enabled=False)

    def _save_setup(self, application_id: str, *, version: str, enabled: bool) -> None:
        self.setups[application_id] = (version, enabled)
        self.store.save_application(application_id, version=version, enabled=enabled)

    # Data debits

    def propose(
        self, debit_id: str, *, client: Client, permission: Permission, by: Account
    ) -> Debit:
        """Keep a new debit; the proposer may read it from now on.

        :raises DebitMalformed: the id, or a bundle name, is taken on this HAT.
        """
        if debit_id in self.debits:
            raise DebitMalformed("Data Debit with such ID already exists")
        self.check_names(permission.names)
        debit = Debit(
            id=debit_id, created_at=permission.created_at, client=client, proposed_by=by.username
        )
        debit.permissions.append(permission)
        self.debits[debit_id] = debit
        by.roles.add(debit_reader(debit_id))
        self._save_debit(debit)
        return debit

    def check_names(self, names: list[str]) -> None:
        """Let bundle names pass that nobody on this HAT uses.

        :raises DebitMalformed: one is taken.
        """
        if len(set(names)) < len(names) or any(self.bundle_named(name) for name in names):
            raise DebitMalformed("Data bundle with such ID already exists")

    def is_kept_elsewhere(self, name: str) -> bool:
        """Whether a bundle is kept by itself or by a debit of version 2, unknown to this one."""
        return name in self.bundles or any(
            debit.bundle_named(name) for debit in self.older_debits.values()
        )

    def update(
        self, debit_id: str, *, client: Client, permission: Permission, by: Account
    ) -> Debit:
        """Append a permission to an old debit; what was accepted before stays active.

        :param client: ignored, as on a HAT: who asks does not change.
        :raises DebitMalformed: unknown, or a bundle name belongs to another debit.
        """
        del client, by
        debit = self.debits.get(debit_id)
        if debit is None:
            raise DebitMalformed("Data Debit being updated does not exist")
        self._link(debit, permission)
        debit.permissions.insert(0, permission)
        self._save_debit(debit)
        return debit

    def _link(self, debit: Debit, permission: Permission) -> None:
        """A name already linked to this debit keeps its old definition."""
        if any(self.is_kept_elsewhere(name) for name in permission.names):
            raise DebitMalformed("Data bundle with such ID already exists")
        bundle, conditions = permission.bundle, permission.conditions
        if self._is_linked_elsewhere(bundle.name, debit):
            raise DebitMalformed(_linked(f"Bundle {bundle.name}"))
        permission.bundle = debit.bundle_named(bundle.name) or bundle
        if conditions is not None:
            if self._is_linked_elsewhere(conditions.name, debit):
                raise DebitMalformed(_linked(f"Condition Bundle Some({conditions.name})"))
            permission.conditions = debit.bundle_named(conditions.name) or conditions

    def _is_linked_elsewhere(self, name: str, debit: Debit) -> bool:
        return any(one.bundle_named(name) for one in self.debits.values() if one is not debit)

    def enable(self, debit: Debit) -> None:
        debit.enable()
        self._save_debit(debit)

    def disable(self, debit: Debit, *, at: datetime, at_period_end: bool) -> None:
        debit.disable(at=at, at_period_end=at_period_end)
        self._save_debit(debit)

    def _save_debit(self, debit: Debit) -> None:
        self.store.save_debit(debit)

    def values(self, debit: Debit, *, at: datetime) -> Evaluated | None:
        """Answer what the debit allows to be read now; ``None`` when it is not enabled.

        :raises EvaluationFailed: bundle and data do not fit.
        """
        permission = debit.active(at)
        if permission is None:
            return None
        values = self._values.get(debit.id)
        version = self._data_version
        if values is None or values.permission is not permission or values.version != version:
            answer = evaluated(permission.bundle, permission.conditions, self.records)
            values = self._values[debit.id] = Values(answer, permission, version)
        self.pulls[debit.id] += 1
        self.records_served[debit.id] = values.answer.records
        return values.answer

    @property
    def _data_version(self) -> tuple[int, date]:
        """What changes whenever a bundle may find something else."""
        return self.holdings.version, self._services.generated.today

    def bundle_named(self, name: str) -> Bundle | None:
        """Find a bundle in the one table that debits share with bundles kept by themselves."""
        linked = (debit.bundle_named(name) for debit in self._all_debits())
        return self.bundles.get(name) or next((one for one in linked if one is not None), None)

    def _all_debits(self) -> Iterator[Debit | OlderDebit]:
        yield from self.debits.values()
        yield from self.older_debits.values()

    def save_bundle(self, bundle: Bundle) -> None:
        """Keep a bundle; a debit that uses its name is redefined, as on a HAT."""
        users = [debit for debit in self.debits.values() if debit.bundle_named(bundle.name)]
        for debit in users:
            debit.redefine(bundle)
            self._save_debit(debit)
            self._values.pop(debit.id, None)
        if not users and not self.older_debits.redefine(bundle):
            self.bundles[bundle.name] = bundle
            self.store.save_bundle(bundle.name, bundle_to_json(bundle)["bundle"])


def _linked(what: str) -> str:
    return f"{what} already linked and could not be reassigned to a different data debit"
