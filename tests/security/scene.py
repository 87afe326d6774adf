"""One market with something behind every address, and the people who may or may not see it.

Organisation A bought; organisation B is another customer. Owner A said yes to A's orders, owner B
did not. Every named address leads to a row of A, of owner A, or to a case for moderators.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.constants import ORGANISATION_KINDS
from accounts.models import (
    Membership,
    Notification,
    Organisation,
    OrganisationStatus,
    Role,
    User,
)
from accounts.tokens import invitation_token
from buyers.actions import payments
from buyers.models import Order, OrderLine, OrderLineStatus, OrderStatus, Payment
from common.models import Heartbeat
from fulfilment.actions import acceptances, builds, datasets
from fulfilment.models import DataDebit, Dataset, RemovalNotice
from hats.models import HatOwnerStatus, PinnedKey
from offers import access
from offers.actions import front, lists, messages, questions, requests, reviews, searches
from offers.actions import question_decisions as decisions
from offers.actions.data import field_digest
from offers.actions.drafts import part_digest
from offers.actions.synonyms import synonym_digest
from offers.models import (
    DataEndpoint,
    DataField,
    DataSource,
    Offer,
    OfferDraft,
    OfferVersion,
    OfferVersionStatus,
    Review,
    Synonym,
)
from tests import factories
from tests.fulfilment import stuck
from tests.fulfilment.dataset_factories import make_deliveries, make_delivery, plays
from tests.fulfilment.steps import funded_line, say_yes
from tests.money import fund_line
from tests.security.summary import PEOPLE

CLUSTER = {
    "name": "Sandbox",
    "suffix": "hat.localhost",
    "scheme": "http",
    "port": 9100,
    "connect_to": "127.0.0.1:9",
    "application_id": "hat-market",
}
# Written by the frame of every request, not by what was asked for.
FRAME_TABLES = {"django_session", "cache_entries"}


@dataclass(frozen=True)
class Address:
    """Where a name leads in this scene, and what its form sends."""

    path: str
    form: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def named_patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the project by its full name."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from walk(entry, inner)
            else:
                yield f"{namespace}{entry.name}", entry

    yield from walk(get_resolver(), "")


class Scene:
    """The market, its people, and an address for every name."""

    def __init__(self) -> None:
        self.at = timezone.now()
        self.a = factories.make_organisation("Tidewater Museum")
        self.b = factories.make_organisation("Other Ltd")
        self.people = self._people()
        self.owner_a = factories.make_hat_owner()
        self.people["owner_a"] = self.owner_a.user
        self.people["owner_b"] = factories.make_hat_owner().user
        self.version = factories.make_version(smallest_group=10)
        self.addresses: dict[str, Address] = {}
        for fill in (
            self._account_addresses,
            self._organisation_addresses,
            self._member_addresses,
            self._organisation_cases,
            self._hat_addresses,
            self._order_addresses,
            self._order_cases,
            self._money_addresses,
            self._owner_offers,
            self._owner_shares,
            self._dataset_addresses,
            self._stuck_addresses,
            self._shop_addresses,
            self._kept_addresses,
            self._question_addresses,
            self._machine_addresses,
        ):
            fill()
        self._sessions = {name: self._session_of(name) for name in PEOPLE}

    def client(self, person: str, **options: Any) -> Client:
        """A new browser in which this person is logged in."""
        client = Client(**options)
        for name, value in self._sessions[person].items():
            client.cookies[name] = value
        return client

    def _session_of(self, name: str) -> dict[str, str]:
        client = Client()
        if self.people[name] is not None:
            client.force_login(self.people[name], backend="hats.backends.HatBackend")
        return {key: morsel.value for key, morsel in client.cookies.items()}

    def _people(self) -> dict[str, User | None]:
        def member(organisation: Organisation, role: Role) -> User:
            return factories.make_member(organisation, role, name=f"{role} of {organisation}")

        return {
            "anonymous": None,
            "viewer_a": member(self.a, Role.VIEWER),
            "buyer_a": member(self.a, Role.BUYER),
            "approver_a": member(self.a, Role.APPROVER),
            "owner_of_a": member(self.a, Role.OWNER),
            "member_b": member(self.b, Role.OWNER),
            "moderator": factories.make_moderator(),
        }

    def user(self, name: str) -> User:
        user = self.people[name]
        assert user
        return user

    def _add(
        self,
        name: str,
        *arguments: Any,
        form: Mapping[str, Any] | None = None,
        query: str = "",
        **headers: str,
    ) -> None:
        path = reverse(name, args=arguments) + query
        self.addresses[name] = Address(path, form or {}, headers)

    # -- people and organisations --------------------------------------------------------------

    def _account_addresses(self) -> None:
        wrong = {"login": "nobody@example.org", "password": "wrong wrong wrong"}
        sign_up = {"name": "New", "email": "new@example.org"}
        sign_up |= dict.fromkeys(("password1", "password2"), factories.PASSWORD)
        changed = {"oldpassword": "not the password at all", "password1": "x", "password2": "x"}
        for process in ("relay", "worker"):
            Heartbeat.objects.create(process=process, beat_at=self.at)
        self._add("healthz")
        self._add("readyz")
        self._add("account_login", form=wrong)
        self._add("account_logout")
        self._add("account_inactive")
        self._add("account_signup", form=sign_up)
        self._add("account_reauthenticate", form={"password": "wrong"})
        self._add("account_email", form={"action_add": "", "email": "another@example.org"})
        self._add("account_email_verification_sent", form={"code": "000000"})
        self._add("account_change_password", form=changed)
        self._add("account_set_password", form={"password1": "x", "password2": "x"})
        self._add("account_reset_password", form={"email": "nobody@example.org"})
        self._add("account_confirm_login_code", form={"code": "000000"})
        self._add("account_reset_password_from_key_done")
        self._add("account_reset_password_from_key", "1", "set-password", form=changed)
        self._add("account_reset_password_done")

    def _organisation_addresses(self) -> None:
        new = {
            "name": "Newfound Archive",
            "kind": ORGANISATION_KINDS[0],
            "city": "Leeds",
            "country": "GB",
            "contact_email": "post@newfound.example",
        }
        settings = {"contact_email": "other@tidewater.example"}
        self._add("language", form={"language": "de"}, HTTP_ORIGIN="http://testserver")
        self._add("accounts:home")
        self._add("accounts:organisation-new", form=new)
        self._add("accounts:organisation")
        self._add("accounts:organisation-settings", form=settings)
        self._add("accounts:organisation-switch", form={"organisation": self.a.slug})
        notice = Notification.objects.create(
            user=self.user("buyer_a"),
            notice="notice",
            subject="Paid",
            line="Your order is paid.",
            link="/orders/",
            key="notice-of-the-scene",
        )
        self._add("accounts:notifications")
        self._add("accounts:notifications-read")
        self._add("accounts:notification-read", notice.pk)

    def _member_addresses(self) -> None:
        owner = self.user("owner_of_a").memberships.get()
        member = factories.make_member(self.a, Role.VIEWER).memberships.get()
        to_b = self.user("viewer_a").email
        invitation = invitations.invite_colleague(
            by=self.user("member_b").memberships.get(), email=to_b, role=Role.VIEWER, at=self.at
        )
        sent = invitations.invite_colleague(
            by=owner, email="someone@example.org", role=Role.BUYER, at=self.at
        )
        invited = {"email": "colleague@example.org", "role": "buyer"}
        self._add("accounts:invitation-new", form=invited)
        self._add("accounts:invitation-revoke", sent.uid)
        self._add("accounts:member-role", member.pk, form={"role": "buyer"})
        self._add("accounts:member-remove", member.pk)
        self._add("accounts:invitation", invitation_token(invitation.uid))
        self._add("accounts:invitation-accept", invitation_token(invitation.uid))

    def _organisation_cases(self) -> None:
        unknown = factories.make_organisation(
            "Newcomer", status=OrganisationStatus.UNVERIFIED, verified_at=None
        )
        suspended = factories.make_organisation("Stopped", status=OrganisationStatus.SUSPENDED)
        why = {"reason": "identity", "words": "Please send the certificate."}
        case = "accounts:moderation-organisation"
        self._add("accounts:moderation-organisations")
        self._add(case, self.a.reference)
        self._add(f"{case}-verify", unknown.reference)
        self._add(f"{case}-suspend", self.a.reference, form=why)
        self._add(f"{case}-restore", suspended.reference)

    def _hat_addresses(self) -> None:
        frozen = factories.make_hat_owner(status=HatOwnerStatus.FROZEN)
        for owner in (frozen, self.owner_a, self.people["owner_b"].hat_owner):
            PinnedKey.objects.create(hat_owner=owner, public_key="another", trusted=False)
        decision = {"decision": "trusted", "reason": "Their own word, by telephone."}
        self._add("hats:login", form={"address": "alice.hat.localhost:9100"})
        self._add("hats:back", query="?state=forged&token=forged")
        self._add("hats:cancelled")
        self._add("hats:settings")
        self._add("hats:counting", form={"counted": "no"})
        self._add("hats:disconnect")
        self._add("hats:moderation-hats")
        self._add("hats:reconnect")
        self._add("hats:key-changed", form={"word": "mine"})
        self._add("hats:moderation-hat", frozen.reference, form=decision)

    # -- orders --------------------------------------------------------------------------------

    def _line(self, status: OrderLineStatus, order: OrderStatus, **fields: Any) -> OrderLine:
        values: dict[str, Any] = {"closes_at": self.at + timedelta(days=20), "places": 12}
        values |= {"status": status, "order_status": order} | fields
        return factories.make_line(self.version, self.a, **values)

    def _order_addresses(self) -> None:
        waiting = self._line(OrderLineStatus.PENDING, OrderStatus.AWAITING_PAYMENT)
        approval = self._line(OrderLineStatus.PENDING, OrderStatus.AWAITING_APPROVAL)
        running = funded_line(self.version, organisation=self.a)
        say_yes(running, self.owner_a)
        self.waiting = waiting.order
        wanted = {
            "form_key": "5e0b1b0e-6a55-4c8e-9d7f-1f4f3f1c2a10",
            "version": self.version.number,
            "agreed": 1200,
            "purpose": self.version.purposes[0],
            "purpose_words": "To learn when people listen.",
            "retention_days": 180,
            "country": "GB",
            "places": 12,
        }
        offer = f"?offer={self.version.offer.reference}"
        self._add("buyers:order-list")
        self._add("buyers:order-new", form=wanted, query=offer)
        for part in ("detail", "close"):
            self._add(f"buyers:order-{part}", running.order.reference)
        self._add("buyers:order-progress", running.order.reference, HTTP_HX_REQUEST="true")
        approve = {"decision": "approve"}
        self._add("buyers:order-approve", approval.order.reference, form=approve)
        for part in ("pay", "paid", "cancel"):
            self._add(f"buyers:order-{part}", waiting.order.reference)

    def _order_cases(self) -> None:
        review = self._line(
            OrderLineStatus.IN_REVIEW, OrderStatus.PAID, cleared_at=None, opened_at=None
        )
        paused = self._line(OrderLineStatus.PAUSED, OrderStatus.PAID)
        live = self._line(OrderLineStatus.OPEN, OrderStatus.PAID)
        self._add("buyers:moderation-queue")
        self._add("buyers:moderation-case", review.reference, form={"decision": "clear"})
        self._add("buyers:moderation-pause", live.reference)
        self._add("buyers:moderation-resume", paused.reference)

    def _money_addresses(self) -> None:
        other = self._line(OrderLineStatus.PENDING, OrderStatus.AWAITING_PAYMENT)
        self.payment = _open_payment(other.order, at=self.at)
        self._add("till:session", self.payment.gateway_reference, form={"answer": "pay"})
        self._add("webhooks:till")
        self._add("webhooks:stripe")

    # -- HAT owners ----------------------------------------------------------------------------

    def _owner_offers(self) -> None:
        fresh = funded_line(self.version, organisation=self.a)
        declined = funded_line(self.version, organisation=self.a)
        acceptances.decline_offer(order_line=declined, hat_owner=self.owner_a, at=self.at)
        page = Client()
        page.force_login(self.owner_a.user)
        offer = page.get(reverse("fulfilment:owner-offer", args=[fresh.reference]))
        card = {"card_hash": offer.context["form"].initial["card_hash"]}
        self._add("fulfilment:owner-home")
        self._add("fulfilment:owner-inbox")
        self._add("fulfilment:owner-declined")
        for part in ("offer", "values", "decline"):
            self._add(f"fulfilment:owner-{part}", fresh.reference)
        self._add("fulfilment:owner-accept", fresh.reference, form=card)
        self._add("fulfilment:owner-reconsider", declined.reference)

    def _owner_shares(self) -> None:
        line = funded_line(self.version, organisation=self.a)
        given = say_yes(line, self.owner_a)
        self.share = given
        DataDebit.objects.filter(acceptance=given).update(status="proposed", proposed_at=self.at)
        for part in ("over", "earnings", "access-log"):
            self._add(f"fulfilment:owner-{part}")
        for part in ("acceptance", "confirm", "check", "withdraw", "receipt"):
            self._add(f"fulfilment:owner-{part}", given.uid)

    # -- datasets ------------------------------------------------------------------------------

    def _dataset_addresses(self) -> None:
        line = self._line(OrderLineStatus.OPEN, OrderStatus.PAID, places=14)
        fund_line(line, at=self.at)
        make_deliveries(line, [{"plays": plays()}] * 12, at=self.at)
        leaving = make_delivery(line, at=self.at)
        self.dataset = datasets.open_dataset(order_line=line, at=self.at)
        builds.build_revision(dataset_id=self.dataset.pk, at=self.at)
        notice = RemovalNotice.objects.create(
            dataset=self.dataset,
            acceptance=leaving,
            person=leaving.person,
            confirm_by=self.at + timedelta(days=30),
        )
        self._dataset_pages(self.dataset, notice)

    def _dataset_pages(self, dataset: Dataset, notice: RemovalNotice) -> None:
        revision = dataset.revisions.get()
        self.file = revision.files.get(format="csv")
        self._add("fulfilment:dataset-list")
        self._add("fulfilment:dataset-detail", dataset.reference)
        self._add("fulfilment:dataset-revision", dataset.reference, revision.number)
        self._add("fulfilment:dataset-progress", dataset.reference, HTTP_HX_REQUEST="true")
        self._add("fulfilment:dataset-download", dataset.reference, self.file.pk)
        done = {"notices": [notice.pk]}
        self._add("fulfilment:dataset-removals", dataset.reference, form=done)
        self._add("fulfilment:dataset-removal-list", dataset.reference)

    def _stuck_addresses(self) -> None:
        reading = stuck.parked_reading(funded_line(self.version, organisation=self.a))
        self._add("fulfilment:stuck-work")
        self._add("fulfilment:stuck-retrieval", reading.pk)
        self._add("fulfilment:stuck-effect", stuck.parked_effect().pk)
        self._add("fulfilment:stuck-refund", stuck.failed_refund().pk)

    # -- the shop ------------------------------------------------------------------------------

    def _shop_addresses(self) -> None:
        offer = self.version.offer
        case: OfferVersion = factories.make_version(status=OfferVersionStatus.SUBMITTED)
        self._add("offers:home")
        self._add("offers:offer-list")
        self._add("offers:compare", query=f"?offers={offer.reference}")
        self._add("offers:offer-detail", offer.slug)
        publisher = factories.make_organisation()
        factories.make_version(offer=factories.make_offer(publisher=publisher))
        self._add("offers:publisher", publisher.slug)
        self._add("offers:sample-download", offer.slug)
        self._add("offers:estimate", offer.slug)
        self._add("offers:help", "privacy")
        self._data_addresses()
        self._draft_addresses()
        self._synonym_addresses()
        self._front_addresses()
        self._add("offers:moderation-queue")
        decided = {"decision": "publish"}
        self._add("offers:moderation-version", case.offer.reference, case.number, form=decided)
        self._add("offers:topic", offer.category.slug)
        self._add("offers:api-offer-list")
        self._add("offers:api-offer-detail", offer.reference)

    def _kept_addresses(self) -> None:
        """What buyer A keeps, and organisation A asks for."""
        at, buyer, offer = self.at, self.user("buyer_a"), self.version.offer
        kept = searches.save_search(
            user=buyer, name="Songs", address="q=song", rhythm="daily", at=at
        )
        shared = lists.open_list(organisation=self.a, name="For the board", at=at)
        self._add("offers:saved")
        self._add("offers:search-new", form={"name": "x", "rhythm": "daily", "address": "q=x"})
        self._add("offers:saved-search", kept.uid)
        self._add("offers:search-rhythm", kept.uid, form={"rhythm": "weekly"})
        self._add("offers:search-forget", kept.uid)
        self._add("offers:search-stop", access.stop_token(kept))
        self._add("offers:offer-keep", offer.slug, form={"bookmark": "on"})
        self._add("offers:list", shared.uid)
        self._add("offers:list-delete", shared.uid)
        self._request_addresses()

    def _request_addresses(self) -> None:
        membership = self.user("buyer_a").memberships.get()
        question = requests.Question(
            title="Bird song", what="Recordings", purpose="AcademicResearch", why="x", people=50
        )
        asked = requests.ask_for_data(membership=membership, question=question, at=self.at)
        self._add("offers:requests")
        form = {"title": "x", "what": "x", "purpose": "PublicBenefit", "why": "x", "people": 50}
        self._add("offers:request-new", form=form)
        self._add("offers:request", asked.reference, form={"reason": "Found"})
        self._add("offers:moderation-requests")
        self._message_addresses()
        self._review_addresses()

    def _message_addresses(self) -> None:
        written = messages.write_message(
            membership=self.user("buyer_a").memberships.get(),
            publisher=None,
            offer=self.version.offer,
            subject="data",
            text="Do the songs carry a time zone?",
            at=self.at,
        )
        to_a = messages.write_message(
            membership=self.user("member_b").memberships.get(),
            publisher=self.a,
            offer=None,
            subject="other",
            text="May we learn from your surveys?",
            at=self.at,
        )
        form = {"subject": "data", "text": "Do the songs carry a time zone?"}
        publisher = Organisation.objects.exclude(offers=None).exclude(pk=self.a.pk).first()
        assert publisher
        self._add("offers:offer-write", self.version.offer.slug, form=form)
        self._add("offers:publisher-write", publisher.slug, form=form)
        self._add("offers:message", written.reference)
        self._add("offers:message-report", to_a.reference)

    def _question_addresses(self) -> None:
        """What buyer A asks about an offer: once shown to everybody, once waiting."""
        offer, membership = self.version.offer, self.user("buyer_a").memberships.get()
        asked = {"offer": offer, "membership": membership, "names_organisation": False}
        shown, waiting = (
            questions.ask(text=f"Is the {what} of each play part of it?", at=self.at, **asked)
            for what in ("day", "hour")
        )
        decisions.show(words=shown, by=self.user("moderator"), at=self.at)
        self._add("offers:offer-questions", offer.slug)
        form = {"text": "Is the place of each play part of it?", "signed": "kind"}
        self._add("offers:offer-question-new", offer.slug, form=form)
        report = {"kind": "wrong"}
        self._add("offers:offer-question-report", offer.slug, shown.reference, form=report)
        self._add("offers:my-questions")
        self._add("offers:question", shown.reference, form={"text": "Yes, in every row of it."})
        self._add("offers:question-withdraw", waiting.reference)
        self._add("offers:moderation-questions")
        look = {"about": "0", "decision": "show"}
        self._add("offers:moderation-question", waiting.reference, form=look)

    def _review_addresses(self) -> None:
        """A shown review of A’s, and an answered one of somebody else’s."""
        other = factories.make_member(factories.make_organisation("Third Trust"))
        theirs = self._shown_review(other.memberships.get())
        by = self.user("moderator")
        answer = reviews.answer_review(review=theirs, text="Thank you for it.", by=by, at=self.at)
        ours = self._shown_review(self.user("buyer_a").memberships.get())
        said = {"stars": "3", "headline": "Not bad", "text": "Some of it was missing."}
        down = {"decision": "take_down", "reason": "It names a person."}
        self._add("offers:reviews", self.version.offer.slug)
        self._add("offers:review-new", self.version.offer.slug, form=said)
        slug = self.version.offer.slug
        self._add("offers:review-report", slug, ours.reference, form={"reason": "Not true."})
        self._add("offers:review-answer", ours.reference, form={"text": "We shall mend all of it."})
        self._add("offers:moderation-reviews")
        self._add("offers:moderation-review", ours.reference, form=down)
        read = down | {"about": str(answer.pk)}
        decided = {f"answer-{name}": value for name, value in read.items()}
        self._add("offers:moderation-review-answer", theirs.reference, form=decided)

    def _shown_review(self, membership: Membership) -> Review:
        offer, organisation = self.version.offer, membership.organisation
        reviews.note_delivery(version=self.version, organisation=organisation, at=self.at)
        opinion = reviews.Opinion(stars=4, headline="As promised", text="Every play had a time.")
        review = reviews.write_review(
            membership=membership, offer=offer, opinion=opinion, at=self.at
        )
        return reviews.show_review(review=review, by=self.user("moderator"), at=self.at)

    def _machine_addresses(self) -> None:
        self._add("offers:croissant", self.version.offer.slug)
        for name in ("sitemap", "robots", "dcat", "feed"):
            self._add(f"offers:{name}")

    def _data_addresses(self) -> None:
        source = DataSource.objects.create(
            namespace="spotify", name="Spotify", words="Music.", position=0
        )
        facts = {"volume": "Daily", "kind": "event", "table": "plays", "position": 0}
        endpoint = DataEndpoint.objects.create(
            freshness="hours",
            source=source,
            path="spotify/feed",
            name="Songs",
            record="One play",
            category=self.version.offer.category,
            time_field="played_at",
            **facts,
        )
        field = DataField.objects.create(
            endpoint=endpoint,
            path="track.name",
            column="song",
            name="Song",
            meaning="Title",
            kind="text",
            examples=["Paper Lanterns"],
            position=0,
        )
        self._add("offers:data-list")
        self._add("offers:data-source", source.namespace)
        self._add("offers:moderation-data")
        self._add("offers:moderation-data-export")
        self._add("offers:moderation-data-file")
        words = {"name": "Song", "meaning": "Title of the track", "seen": field_digest(field)}
        self._add("offers:moderation-data-field", field.pk, form=words)
        self._add("offers:moderation-data-retire", field.pk, form={"retired": "no"})

    def _front_addresses(self) -> None:
        offer, moderator = factories.make_version().offer, self.user("moderator")
        until = self.at.date()
        kept = front.feature_offer(offer=offer, until=until, by=moderator, at=self.at)
        form = {"offer": offer.reference, "until": until.isoformat()}
        self._add("offers:moderation-front", form=form)
        self._add("offers:moderation-front-remove", kept.pk)

    def _synonym_addresses(self) -> None:
        kept = Synonym.objects.create(word="tunes", finds=["songs"])
        self._add("offers:moderation-synonyms")
        self._add("offers:moderation-synonyms-export")
        self._add("offers:moderation-synonyms-file")
        form = {"word": "melodies", "found": "songs"}
        self._add("offers:moderation-synonym-new", form=form)
        changed = form | {"seen": synonym_digest(kept)}
        self._add("offers:moderation-synonym", kept.pk, form=changed)
        self._add("offers:moderation-synonym-remove", kept.pk)

    def _draft_addresses(self) -> None:
        owner = self.user("owner_of_a")
        people = {"created_by": owner, "changed_by": owner}
        draft = OfferDraft.objects.create(organisation=self.a, **people)
        private = factories.make_version(
            offer=Offer.objects.create(
                slug="invited-code", publisher=self.a, category=factories.make_category()
            )
        ).offer
        Offer.objects.filter(pk=private.pk).update(invitation_code="CODE")
        kept = OfferDraft.objects.create(organisation=self.a, offer=private, **people)
        self._add("offers:drafts")
        self._add("offers:draft-new", form={"point": ""})
        self._add("offers:draft", draft.reference)
        words = {"title": "Songs", "later": "yes", "page": "p", "seen": part_digest(None)}
        self._add("offers:draft-step", draft.reference, "words", form=words)
        self._add("offers:draft-delete", draft.reference)
        self._add("offers:draft-code", kept.reference)
        self._add("offers:private-offer", form={"code": "WRONG"})


def _open_payment(order: Order, *, at: datetime) -> Payment:
    pages = payments.Pages("http://localhost:8000/paid/", "http://localhost:8000/order/")
    return payments.open_payment(
        order=order, gateway_name="till", pages=pages, by=order.placed_by, at=at
    )


def rows_written() -> dict[str, int]:
    """Rows inserted, changed and deleted in this transaction so far, by table, savepoints too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_stat_get_xact_tuples_inserted(oid)"
            " + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {name: count for name, count in cursor.fetchall() if name not in FRAME_TABLES}


def tables_written(before: Mapping[str, int]) -> set[str]:
    """The business tables in which anything was written since ``before``."""
    now = rows_written()
    return {name for name, count in now.items() if count != before.get(name, 0)}
