import pytest
from django.db import IntegrityError, connection, transaction

from common.money import Money
from ledger.actions import Leg, post
from ledger.models import Account, AccountKind, Entry, Posting
from ledger.queries import balance
from tests.factories import NOON

TEN = Money(1000)


def settle(key: str = "payment:1", amount: Money = TEN, reference: str = "OL-1"):
    legs = [
        Leg(AccountKind.CLEARING, "till", -amount),
        Leg(AccountKind.HELD_REWARDS, reference, amount),
    ]
    return post(key=key, kind="payment.settled", reference=reference, at=NOON, legs=legs)


def held(reference: str = "OL-1") -> Money:
    return balance(AccountKind.HELD_REWARDS, reference, currency="GBP")


@pytest.mark.django_db
def test_post_moves_every_account_it_names_and_creates_them_when_new():
    entry = settle()

    assert entry is not None
    assert held() == TEN
    assert balance(AccountKind.CLEARING, "till", currency="GBP") == -TEN
    assert entry.postings.count() == 2


@pytest.mark.django_db
def test_post_with_a_key_that_was_posted_before_moves_nothing_more():
    settle()

    assert settle() is None

    assert held() == TEN
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_post_leaves_out_legs_of_nothing():
    entry = settle(key="payment:2")
    nothing = [Leg(AccountKind.TAX_PAYABLE, "OL-1", Money(0))]

    post(key="nothing", kind="people.delivered", reference="OL-1", at=NOON, legs=nothing)

    assert entry is not None
    assert not Account.objects.filter(kind=AccountKind.TAX_PAYABLE).exists()


@pytest.mark.django_db
def test_the_database_refuses_an_entry_that_does_not_balance():
    legs = [Leg(AccountKind.HELD_REWARDS, "OL-1", TEN)]

    post(key="lame", kind="payment.settled", reference="OL-1", at=NOON, legs=legs)

    with pytest.raises(IntegrityError, match="not balanced"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_the_database_refuses_to_pay_out_more_than_is_held():
    settle()
    legs = [
        Leg(AccountKind.HELD_REWARDS, "OL-1", Money(-1001)),
        Leg(AccountKind.OWNER_PAYABLE, "HO-1", Money(1001)),
    ]

    with pytest.raises(IntegrityError, match="account_never_negative"), transaction.atomic():
        post(key="too-much", kind="people.delivered", reference="OL-1", at=NOON, legs=legs)

    assert held() == TEN


@pytest.mark.django_db
def test_two_currencies_are_two_accounts():
    settle(key="pounds")
    settle(key="euros", amount=Money(700, "EUR"))

    assert held() == TEN
    assert balance(AccountKind.HELD_REWARDS, "OL-1", currency="EUR") == Money(700, "EUR")


@pytest.mark.django_db
def test_posting_for_two_hundred_people_takes_few_statements(django_assert_max_num_queries):
    settle(amount=Money(200_00))
    legs = [Leg(AccountKind.OWNER_PAYABLE, f"HO-{n}", Money(100)) for n in range(200)]
    legs.append(Leg(AccountKind.HELD_REWARDS, "OL-1", Money(-200_00)))

    with django_assert_max_num_queries(12):
        post(key="many", kind="people.delivered", reference="OL-1", at=NOON, legs=legs)

    assert held() == Money(0)
    assert Account.objects.filter(kind=AccountKind.OWNER_PAYABLE, balance=100).count() == 200


@pytest.mark.django_db
def test_the_database_refuses_a_posting_that_comes_after_its_entry_was_found_balanced():
    entry = settle()
    account = Account.objects.get(kind=AccountKind.HELD_REWARDS)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="not balanced"), transaction.atomic():
        Posting.objects.create(entry=entry, account=account, amount=1)

    assert held() == TEN


@pytest.mark.django_db
def test_the_database_weighs_each_of_several_entries():
    settle()
    legs = [Leg(AccountKind.HELD_REWARDS, "OL-2", TEN)]
    post(key="lame", kind="payment.settled", reference="OL-2", at=NOON, legs=legs)
    settle(key="payment:2")

    with pytest.raises(IntegrityError, match="not balanced"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
