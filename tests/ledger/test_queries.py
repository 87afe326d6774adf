import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.money import Money
from ledger.actions import Leg, post
from ledger.models import Account, AccountKind
from ledger.queries import (
    PAYMENT_SETTLED,
    PEOPLE_DELIVERED,
    REFUND_FAILED,
    REFUND_INTENDED,
    REFUND_SUCCEEDED,
    balance,
    drifted_accounts,
    line_money,
    lines_money,
    unbalanced_entries,
)
from tests.factories import NOON

LINE = "OL-1"
K = AccountKind


def move(key: str, kind: str, *legs: tuple[AccountKind, str, int]):
    built = [Leg(account, reference, Money(amount)) for account, reference, amount in legs]
    post(key=key, kind=kind, reference=LINE, at=NOON, legs=built)


def settle(places: int = 20):
    rewards, fees = 80 * places, 20 * places
    move(
        "payment",
        PAYMENT_SETTLED,
        (K.CLEARING, "till", -rewards - fees),
        (K.HELD_REWARDS, LINE, rewards),
        (K.HELD_FEES, LINE, fees),
    )


def deliver(key: str, people: int):
    move(
        key,
        PEOPLE_DELIVERED,
        (K.HELD_REWARDS, LINE, -80 * people),
        (K.OWNER_PAYABLE, key, 80 * people),
        (K.HELD_FEES, LINE, -20 * people),
        (K.FEE_INCOME, LINE, 16 * people),
        (K.TAX_PAYABLE, LINE, 4 * people),
    )


def refund(key: str, places: int, outcome: str):
    out = [(K.HELD_REWARDS, LINE, -80), (K.HELD_FEES, LINE, -20), (K.REFUND_IN_TRANSIT, LINE, 100)]
    move(key, REFUND_INTENDED, *[(k, r, amount * places) for k, r, amount in out])
    if outcome == "failed":
        move(key + "-", REFUND_FAILED, *[(k, r, -amount * places) for k, r, amount in out])
    if outcome == "succeeded":
        amount = 100 * places
        legs = [(K.REFUND_IN_TRANSIT, LINE, -amount), (K.CLEARING, "till", amount)]
        move(key + "+", REFUND_SUCCEEDED, *legs)


@pytest.mark.django_db
def test_line_money_of_a_line_that_nobody_paid_is_nothing():
    money = line_money(LINE)

    assert (money.paid, money.held, money.delivered, money.refunded) == (Money(0),) * 4


@pytest.mark.django_db
def test_line_money_tells_where_each_part_is():
    settle()
    deliver("d1", 12)
    refund("r1", 5, "succeeded")
    refund("r2", 1, "pending")

    money = line_money(LINE)

    assert (money.paid, money.held) == (Money(2000), Money(200))
    assert (money.rewards, money.fees, money.tax) == (Money(960), Money(192), Money(48))
    assert (money.refunded, money.refund_on_its_way) == (Money(600), Money(100))


@pytest.mark.django_db
def test_lines_money_asks_once_for_many_lines(django_assert_num_queries):
    settle()

    with django_assert_num_queries(1):
        found = lines_money([LINE, "OL-2", "OL-3"])

    assert [money.paid for money in found.values()] == [Money(2000), Money(0), Money(0)]


@pytest.mark.django_db
def test_balance_of_an_account_never_used_is_nothing():
    assert balance(K.OWNER_PAYABLE, "HO-1", currency="EUR") == Money(0, "EUR")


@pytest.mark.django_db
def test_a_book_in_order_has_neither_unbalanced_entries_nor_drifted_accounts():
    settle()
    deliver("d1", 3)

    assert (unbalanced_entries(), drifted_accounts()) == ([], [])


@pytest.mark.django_db
def test_an_account_changed_by_hand_is_found():
    settle()
    Account.objects.filter(kind=K.HELD_FEES).update(balance=1)

    assert drifted_accounts() == ["held_fees OL-1: 1"]


@pytest.mark.django_db
def test_an_entry_changed_by_hand_is_found():
    settle()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_posting DISABLE TRIGGER posting_is_append_only")
        cursor.execute("UPDATE ledger_posting SET amount = 1 WHERE amount > 0")
        cursor.execute("ALTER TABLE ledger_posting ENABLE TRIGGER posting_is_append_only")

    assert unbalanced_entries() == ["payment"]


steps = st.lists(
    st.tuples(st.sampled_from(["deliver", "succeeded", "pending", "failed"]), st.integers(1, 6)),
    max_size=8,
)


class TestLineMoneyAlwaysAddsUp(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(steps)
    def test_paid_is_the_sum_of_the_other_five(self, history):
        settle(places=60)
        for number, (what, people) in enumerate(history):
            if what == "deliver":
                deliver(f"d{number}", people)
            else:
                refund(f"r{number}", people, what)

        money = line_money(LINE)

        parts = [money.held, money.rewards, money.fees, money.tax, money.refunded]
        assert sum(part.minor_units for part in parts) == money.paid.minor_units == 6000
        assert not any(part < Money(0) for part in parts)
        assert (unbalanced_entries(), drifted_accounts()) == ([], [])
