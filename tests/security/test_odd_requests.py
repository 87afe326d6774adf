"""T64, T65: what a form or an address does not know changes nothing and breaks nothing."""

from urllib.parse import quote

from django.core.cache import cache
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organisation, OrganisationStatus, Role
from buyers.models import Order, OrderLine
from fulfilment.models import Acceptance
from tests.security import walking

ODD = [
    "\x00",
    "-1",
    "0",
    "99999999999999999999999999",
    "1e308",
    "NaN",
    "٣",
    "' OR 1=1 --",
    '";DROP TABLE accounts_user;--',
    "%",
    "_connector",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "\ud800",
    "\u202eevil",
    "a" * 2000,
    "last",
    "\r\nSet-Cookie: a=b",
]
NAMES = [
    "page",
    "q",
    "sort",
    "show",
    "status",
    "category",
    "price_from",
    "places",
    "offers",
    "like",
    "answer",
    "offer",
    "table",
    "format",
    "next",
    "seen",
    "first",
    "_connector",
    "_negated",
    "organisation__name__startswith",
    "owner__password__startswith",
    "pk__in",
]
# Who sees most of each kind of page.
LISTS = [
    ("offers:offer-list", "anonymous"),
    ("offers:offer-detail", "buyer_a"),
    ("offers:home", "buyer_a"),
    ("offers:topic", "anonymous"),
    ("offers:publisher", "anonymous"),
    ("offers:compare", "buyer_a"),
    ("offers:estimate", "anonymous"),
    ("offers:reviews", "buyer_a"),
    ("offers:review-report", "buyer_a"),
    ("offers:offer-question-report", "buyer_a"),
    ("offers:data-list", "anonymous"),
    ("offers:feed", "anonymous"),
    ("offers:dcat", "anonymous"),
    ("offers:saved", "buyer_a"),
    ("offers:search-new", "buyer_a"),
    ("offers:requests", "buyer_a"),
    ("offers:request-new", "buyer_a"),
    ("offers:draft-new", "owner_of_a"),
    ("offers:private-offer", "anonymous"),
    ("offers:moderation-synonyms", "moderator"),
    ("offers:offer-questions", "anonymous"),
    ("offers:my-questions", "buyer_a"),
    ("offers:sample-download", "anonymous"),
    ("offers:api-offer-list", "anonymous"),
    ("buyers:order-list", "buyer_a"),
    ("buyers:order-new", "buyer_a"),
    ("buyers:moderation-queue", "moderator"),
    ("offers:moderation-queue", "moderator"),
    ("accounts:moderation-organisations", "moderator"),
    ("accounts:notifications", "buyer_a"),
    ("accounts:organisation-new", "buyer_a"),
    ("fulfilment:dataset-list", "buyer_a"),
    ("fulfilment:dataset-removals", "buyer_a"),
    ("fulfilment:dataset-progress", "buyer_a"),
    ("fulfilment:owner-inbox", "owner_a"),
    ("fulfilment:owner-declined", "owner_a"),
    ("fulfilment:owner-over", "owner_a"),
    ("fulfilment:owner-acceptance", "owner_a"),
    ("fulfilment:owner-earnings", "owner_a"),
    ("fulfilment:owner-access-log", "owner_a"),
    ("hats:login", "anonymous"),
    ("hats:back", "anonymous"),
    ("account_login", "anonymous"),
]
KIND_ANSWERS = {200, 204, 301, 302, 303, 400, 401, 404, 422, 429}


def escaped(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"))


def test_odd_parameters_are_answered_calmly(scene):
    """All names at once: each list page reads its own and leaves the rest."""
    for name, person in LISTS:
        client, path = scene.client(person), scene.addresses[name].path.partition("?")[0]
        for value in ODD:
            cache.clear()
            query = "&".join(f"{key}={escaped(value)}" for key in NAMES)
            answer = client.get(f"{path}?{query}")
            assert answer.status_code in KIND_ANSWERS, (name, value[:40])
            assert b"evil" not in answer.headers.get("Set-Cookie", "").encode()


def test_an_odd_page_number_alone_is_answered_calmly(scene):
    """All odd things at once may be refused for the first of them."""
    for name, person in LISTS:
        client, path = scene.client(person), scene.addresses[name].path.partition("?")[0]
        for value in ("-1", "1e308", "99999999999999999999999999"):
            assert client.get(f"{path}?page={value}").status_code in KIND_ANSWERS, (name, value)


def test_a_cookie_with_a_nul_is_refused(client, db):
    answer = client.get("/", headers={"cookie": 'sid="\\000aaaaaaaa"'})

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=60))
def test_the_shop_understands_any_search(db, client, query):
    for name in ("offers:offer-list", "offers:api-offer-list"):
        cache.clear()
        answer = client.get(f"{reverse(name)}?q={escaped(query)}")

        assert answer.status_code in KIND_ANSWERS


def test_odd_parts_of_an_address_are_not_found(scene):
    for person in ("anonymous", "owner_a", "buyer_a", "moderator"):
        client = scene.client(person)
        for prefix in ("orders/", "datasets/", "my-data/offers/", "offers/", "till/"):
            for odd in ("%00", "..%2f..%2fetc", "%ff", "a" * 3000, "%E2%80%AE"):
                assert client.get(f"/{prefix}{odd}/").status_code in {302, 400, 404}


POWERS = {
    "status": "paid",
    "is_moderator": "on",
    "is_staff": "on",
    "is_superuser": "on",
    "organisation": "other-ltd",
    "organisation_id": "1",
    "verified_at": "2026-01-01",
    "price": "0",
    "total_minor_units": "1",
    "reward_minor_units": "1",
    "fee_minor_units": "0",
    "currency": "JPY",
    "places_taken": "9",
    "places_minimum": "1",
    "cleared_at": "2026-01-01",
    "hat_owner": "1",
    "person": "P-MINE",
    "user": "1",
    "id": "1",
}


def send(scene, address_name, person, **more):
    """Send the usual form with every power that it does not offer."""
    address = scene.addresses[address_name]
    answer = scene.client(person).post(address.path, {**POWERS, **address.form, **more})
    assert answer.status_code == 302


def test_opening_an_organisation_gives_no_powers(scene):
    send(scene, "accounts:organisation-new", "buyer_a")

    opened = Organisation.objects.get(name="Newfound Archive")
    user = scene.user("buyer_a")
    user.refresh_from_db()
    assert (opened.status, opened.verified_at) == (OrganisationStatus.UNVERIFIED, None)
    assert {user.is_moderator, user.is_superuser} == {False}


def test_settings_change_only_settings(scene):
    send(
        scene, "accounts:organisation-settings", "owner_of_a", name="Somebody Else", kind="Charity"
    )

    scene.a.refresh_from_db()
    assert (scene.a.name, scene.a.kind) == ("Tidewater Museum", "Museum")


def test_an_order_costs_what_the_offer_costs_and_is_not_paid(scene):
    known = set(Order.objects.values_list("pk", flat=True))

    send(scene, "buyers:order-new", "buyer_a")

    line = OrderLine.objects.select_related("order").exclude(order__in=known).get()
    assert line.order.organisation == scene.a
    assert line.order.status == "awaiting_payment"
    assert line.order.total_minor_units == 12 * (80 + 16 + 4)
    assert (line.status, line.currency, line.places_taken) == ("pending", "GBP", 0)
    assert (line.places_minimum, line.cleared_at) == (10, None)


def test_another_price_is_not_agreed_to(scene):
    address = scene.addresses["buyers:order-new"]
    known = Order.objects.count()

    answer = scene.client("buyer_a").post(address.path, {**address.form, "agreed": "1"})

    assert answer.status_code == 422
    assert Order.objects.count() == known


def test_a_yes_is_the_owners_own(scene):
    known = set(Acceptance.objects.values_list("pk", flat=True))

    send(scene, "fulfilment:owner-accept", "owner_a", reward="1000000")

    given = Acceptance.objects.exclude(pk__in=known).get()
    assert given.hat_owner == scene.owner_a
    assert given.status == "accepted"
    assert given.person != "P-MINE"
    assert given.reward.amount_minor_units == 80


def test_an_invitation_goes_to_ones_own_organisation(scene):
    send(scene, "accounts:invitation-new", "owner_of_a", organisation=scene.b.slug)

    assert scene.a.invitations.filter(email="colleague@example.org", status="open").exists()
    assert not scene.b.invitations.filter(email="colleague@example.org").exists()


def test_a_role_is_one_of_the_four(scene):
    address = scene.addresses["accounts:member-role"]

    scene.client("owner_of_a").post(address.path, {"role": "moderator", **POWERS})

    roles = set(Membership.objects.values_list("role", flat=True))
    assert roles <= set(Role.values)
    assert walking.answer_of(scene.client("owner_of_a").get("/organisations/mine/")) == "200"
