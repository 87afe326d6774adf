"""T79, T80, I10: what people share and what they are called stays where it belongs.

One trade runs with marked values in every place and with faults at every step; then everything
that was written anywhere is searched for the marks.
"""

import base64
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from celery import current_app
from django.conf import settings as django_settings
from django.core import mail
from django.db import DataError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from accounts.models import Role
from common import outbox, sealing
from common.management.commands.dispatch_outbox import TASK
from common.models import OutboxMessage
from fulfilment.actions import debits, retrievals
from fulfilment.models import Acceptance, Dataset, DatasetFile, Retrieval
from hats.guard import CLUSTER_BREAKERS, HAT_BREAKERS
from hats.models import CredentialKind, HatCredential
from hats.queries import credential_context
from marketplace.logging import JsonLines, Plain
from offers.models import OfferField
from tests import factories
from tests.fulfilment import steps
from tests.hats.scripted import answer, scripted_server
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db

PEOPLE = 11
RECORD, UNASKED, ERROR = "Nightjar-Record", "Nightjar-Device", "Nightjar-Error"
PURPOSE, NAME, MAIL = "Nightjar-Purpose", "Nightjar Person", "nightjar@person.example"
QUEUE = "no-personal-data"
FAULT = "tests.fail_with_a_record"
# Where a word may stand in the clear: what a person typed, in the place they typed it for, and
# in the consent that quotes it. Everything else, and every other table, has to be without.
MAY_STAND_IN = {
    RECORD: set(),
    UNASKED: set(),
    ERROR: set(),
    PURPOSE: {"buyers_orderline", "fulfilment_consentrecord", "fulfilment_datasetrevision"},
    NAME: {"accounts_user"},
    MAIL: {"accounts_user", "account_emailaddress"},
}


@outbox.handler(FAULT)
def _fail(*, retrieval_id: int) -> None:
    record = {"song": f"{RECORD}-{retrieval_id}"}
    raise ValueError(f"cannot read {record}")


class Lines(logging.Handler):
    """Every log line, written as the processes write it, in both forms."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written += [JsonLines().format(record), Plain().format(record)]


@pytest.fixture
def lines():
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def line(db):
    version = steps.plays_version(smallest_group=10)
    for place, path in enumerate(("at", "song")):
        OfferField.objects.create(
            version=version,
            position=place,
            table="plays",
            path=path,
            name=path.capitalize(),
            meaning="Of a play.",
            kind=OfferField.Kind.TEXT,
            example="Paper Lanterns",
        )
    return steps.funded_line(version, places=PEOPLE, purpose_words=f"To learn. {PURPOSE}.")


@pytest.fixture
def trade(line, sandbox, settings, tmp_path, lines):
    """From the first yes to a withdrawal, with a fault at each step."""
    settings.FILES_ROOT = tmp_path / "files"
    story = Story(line, sandbox, settings)
    for step in (
        story.say_yes_at_the_front_door,
        story.meet_a_hat_that_answers_nonsense,
        story.let_the_others_come,
        story.meet_a_database_that_refuses,
        story.run_an_effect_that_fails,
        story.build_and_download,
        story.open_pages_that_fail,
        story.withdraw,
    ):
        step()
    yield story
    for breakers in (HAT_BREAKERS, CLUSTER_BREAKERS):
        breakers.forget_all()


class Story:
    """One trade; ``pages`` are the bodies of error pages, ``download`` what the buyer took."""

    def __init__(self, line, sandbox, settings) -> None:
        self.line, self.sandbox, self.settings = line, sandbox, settings
        self.buyer = factories.make_member(
            line.order.organisation, Role.BUYER, name=NAME, email=MAIL
        )
        self.hats = sandbox.hats(PEOPLE)
        self.pages: list[str] = []
        self.download = b""
        self.now = timezone.now()

    def say_yes_at_the_front_door(self) -> None:
        self.owner = self.hats[0].connected(endpoints=[steps.ENDPOINT])
        self.browser = Client()
        self.browser.force_login(self.owner.user, backend="hats.backends.HatBackend")
        page = self.browser.get(reverse("fulfilment:owner-offer", args=[self.line.reference]))
        form = {"card_hash": page.context["form"].initial["card_hash"]}
        self.browser.post(reverse("fulfilment:owner-accept", args=[self.line.reference]), form)
        run_outbox()
        self.first = Acceptance.objects.get(hat_owner=self.owner)
        self._fill(self.hats[0], self.first)

    def _fill(self, hat, acceptance) -> None:
        plays = [
            {
                "played_at": f"2026-11-{number + 1:02d}T20:00:00.000Z",
                "track": {"name": f"{RECORD}-{acceptance.pk}-{number}"},
                "device": f"{UNASKED}-{acceptance.pk}",
            }
            for number in range(3)
        ]
        hat.write(steps.ENDPOINT, *plays)
        hat.confirm(acceptance.uid)
        debits.check_debit(debit=steps.debit_of(acceptance), at=timezone.now())

    def _read(self) -> None:
        """Whatever is due by now; each reading that failed has waited long enough."""
        self.now += timedelta(hours=12)
        retrievals.run_batch(at=self.now)

    def meet_a_hat_that_answers_nonsense(self) -> None:
        cluster = self.sandbox.cluster()
        told = {"error": ERROR, "message": f"{ERROR} of {RECORD}-0"}
        with scripted_server() as server:
            there = {"connect_to": f"127.0.0.1:{server.port}"}
            self.settings.HAT_CLUSTERS = [cluster | there]
            for script in (
                answer(told, status=500),
                answer({"bundle": {"plays": [{"song": f"{RECORD}-0"}]}}),
                answer(f'{{"song": "{RECORD}-0\\ud800", "big": 1e5000'.encode()),
            ):
                server.on("*", script)
                self._read()
                debits.check_debit(debit=steps.debit_of(self.first), at=self.now)
                for breakers in (HAT_BREAKERS, CLUSTER_BREAKERS):
                    breakers.forget_all()
        self.settings.HAT_CLUSTERS = [cluster]

    def let_the_others_come(self) -> None:
        for hat in self.hats[1:]:
            self._fill(hat, steps.proposed(self.line, hat))

    def meet_a_database_that_refuses(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" RAISE EXCEPTION 'value too odd: {ERROR}' USING DETAIL = '{RECORD}-1'; END $$;"
                "CREATE TRIGGER refuse BEFORE INSERT ON fulfilment_sealedblock"
                f" FOR EACH ROW WHEN (NEW.acceptance_id = {self.first.pk})"
                " EXECUTE FUNCTION refuse()"
            )
            self._read()
            cursor.execute("DROP TRIGGER refuse ON fulfilment_sealedblock; DROP FUNCTION refuse()")
        self.refused = Retrieval.objects.get(debit__acceptance=self.first)
        self._read()

    def run_an_effect_that_fails(self) -> None:
        outbox.enqueue(FAULT, retrieval_id=self.refused.pk)
        run_outbox()

    def build_and_download(self) -> None:
        self.dataset = Dataset.objects.get(order_line=self.line)
        self.file = DatasetFile.objects.get(revision__dataset=self.dataset, format="csv")
        buyer = Client()
        buyer.force_login(self.buyer, backend="hats.backends.HatBackend")
        buyer.get(reverse("fulfilment:dataset-detail", args=[self.dataset.reference]))
        path = reverse("fulfilment:dataset-download", args=[self.dataset.reference, self.file.pk])
        self.download = buyer.get(path).getvalue()

    def open_pages_that_fail(self) -> None:
        careless = Client(raise_request_exception=False)
        self.settings.ROOT_URLCONF = "tests.security.urls_with_a_fault"
        self.pages.append(careless.get("/fault/", {"value": f"{RECORD}-2"}).content.decode())
        self.settings.ROOT_URLCONF = "marketplace.urls"
        for path in (f"/orders/{RECORD}/", f"/%00{RECORD}", f"/nothing/{RECORD}/"):
            self.pages.append(self.browser.get(path).content.decode())
        token = {"state": f"state-{RECORD}", "token": f"aa.{RECORD}.cc"}
        self.pages.append(careless.get(reverse("hats:back"), token).content.decode())
        self.pages.append(careless.post(reverse("webhooks:till"), {"a": RECORD}).content.decode())

    def withdraw(self) -> None:
        self.browser.post(reverse("fulfilment:owner-withdraw", args=[self.first.uid]))
        run_outbox()

    def tokens(self) -> list[str]:
        """The HATs' own tokens, as they are kept sealed."""
        return [_opened(kept) for kept in HatCredential.objects.all()]


def _opened(kept: HatCredential) -> str:
    context = credential_context(kept.hat_owner_id, CredentialKind(kept.kind))
    key = sealing.unwrap(bytes(kept.wrapped_key), context=context)
    return sealing.unseal(bytes(kept.sealed_token), data_key=key, context=context).decode()


def tables_holding(word: str) -> set[str]:
    """Every table of the database that has the word in the clear, in any column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            query = SQL("SELECT EXISTS (SELECT FROM {} t WHERE t::text LIKE %s)")
            cursor.execute(query.format(Identifier(table)), [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    return found


@pytest.fixture
def queued(trade):
    """What lies on the broker once all that the trade left to do has been handed over."""
    where = django_settings.CELERY_BROKER_URL.removeprefix("redis+socket://").partition("?")[0]
    with redis.Redis(unix_socket_path=where) as broker:
        broker.delete(QUEUE)
        outbox.enqueue(FAULT, retrieval_id=trade.refused.pk)
        for message_id in outbox.claim_due(limit=500, at=timezone.now() + timedelta(days=1)):
            current_app.send_task(TASK, args=[message_id], queue=QUEUE)
        yield [_readable(message) for message in broker.lrange(QUEUE, 0, -1)]
        broker.delete(QUEUE)


def _readable(message: bytes) -> str:
    """A message with its body opened; the headers carry a spelling of the arguments too."""
    found = json.loads(message)
    return json.dumps(found | {"body": base64.b64decode(found["body"]).decode()})


def test_what_people_share_stays_sealed_and_nobody_is_named(trade, queued, lines):
    words = [*MAY_STAND_IN, *trade.tokens()]
    assert f"{RECORD}-{trade.first.pk}-0".encode() in trade.download  # the marks do travel
    assert UNASKED.encode() not in trade.download
    assert trade.refused.problem == "cannot_be_stored"

    in_the_clear = {word: tables_holding(word) for word in words}
    said = {"log line": lines, "mail": [_text(one) for one in mail.outbox], "page": trade.pages}
    said["file"] = [path.read_bytes().decode("latin-1") for path in _files()]
    said["message"] = queued

    assert {word: found for word, found in in_the_clear.items() if found} == {
        word: found for word, found in MAY_STAND_IN.items() if found
    }
    for place, texts in said.items():
        assert texts or place == "file", f"nothing was written to any {place}"
        leaks = [text for text in texts if any(word in text for word in words)]
        assert leaks == [], place
    assert OutboxMessage.objects.filter(task=FAULT).earliest("pk").last_problem == "unexpected"


def _text(message) -> str:
    return "\n".join(
        [message.subject, message.body, *(str(a.content) for a in message.alternatives)]
    )


def _files() -> list[Path]:
    return [path for path in Path(django_settings.FILES_ROOT).rglob("*") if path.is_file()]


def test_the_database_server_writes_no_values_to_its_log():
    """Its errors quote what could not be read; we learn of them as exceptions anyway."""
    home = Path(connection.get_connection_params().get("host", "")).parent
    if not (home / "pg.log").exists():
        pytest.skip("the tests use a server of somebody else")
    for statement in ("SELECT %s::int", "SELECT %s::jsonb", "INSERT INTO ledger_entry VALUES (%s)"):
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [f"{RECORD}-{ERROR}"])

    log = (home / "pg.log").read_text(encoding="utf-8", errors="replace")

    assert "database system is ready" in log
    assert RECORD not in log


def test_a_log_line_in_json_is_one_line(lines):
    logging.getLogger("common.outbox").warning("first\nsecond", extra={"why": "a\nb"})

    assert json.loads(lines[0])["event"] == "first\nsecond"
    assert "\n" not in lines[0]
