"""Notices: told once, mailed once, read by their person only."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts import notifications
from accounts.models import Notification
from tests import factories
from tests.outbox import run_outbox


def tell(*users, key="order:1"):
    notifications.notify(
        users,
        notice="order_paid",
        subject="Order OR-1 is paid",
        line="Your offer is open to HAT owners now.",
        link="/orders/OR-1/",
        key=key,
    )


@pytest.fixture
def person(db):
    return factories.make_user()


def test_a_notice_is_mailed_with_the_fact_the_consequence_and_one_link(person, settings):
    tell(person)

    run_outbox()

    (letter,) = mail.outbox
    assert letter.subject == "Order OR-1 is paid"
    assert letter.body.splitlines()[0] == "Your offer is open to HAT owners now."
    assert letter.body.count("http") == 1
    assert f"{settings.SITE_URL}/orders/OR-1/" in letter.body


def test_the_same_fact_is_told_once(person):
    tell(person)
    tell(person)

    run_outbox()

    assert len(mail.outbox) == 1
    assert Notification.objects.count() == 1


def test_a_subject_with_a_line_end_in_it_is_mailed_in_one_line(person):
    notifications.notify(
        [person], notice="asked", subject="Bird\r\nsong\nasked", line="-", link="/", key="birds"
    )

    run_outbox()

    (letter,) = mail.outbox
    assert letter.subject == "Bird song asked"


def test_a_mail_whose_task_runs_twice_leaves_once(person):
    tell(person)
    run_outbox()

    notifications.mail(notification=Notification.objects.get())

    assert len(mail.outbox) == 1


def test_a_hat_owner_is_told_in_the_shop_only(owner):
    tell(owner.user)

    run_outbox()

    assert mail.outbox == []
    assert Notification.objects.get().user == owner.user


def test_the_page_shows_ones_own_notices_only(person, logged_in):
    tell(person, key="mine")
    tell(factories.make_user(), key="theirs")

    page = logged_in(person).get(reverse("accounts:notifications"))

    assert [n.user for n in page.context["page"]] == [person]


def test_looking_marks_nothing_as_read(person, logged_in):
    tell(person)

    logged_in(person).get(reverse("accounts:notifications"))

    assert Notification.objects.get().read_at is None


def test_a_notice_can_be_marked_as_read(person, logged_in):
    tell(person, key="one")
    tell(person, key="two")
    first = Notification.objects.get(key__startswith="one")

    logged_in(person).post(reverse("accounts:notification-read", args=[first.pk]))

    assert list(Notification.objects.filter(read_at=None).values_list("key", flat=True)) == [
        f"two:{person.pk}"
    ]


def test_all_notices_can_be_marked_as_read(person, logged_in):
    tell(person, key="one")
    tell(person, key="two")

    logged_in(person).post(reverse("accounts:notifications-read"))

    assert not Notification.objects.filter(read_at=None).exists()


def test_nobody_marks_the_notice_of_another(person, logged_in):
    tell(person)
    notice = Notification.objects.get()

    answer = logged_in(factories.make_user()).post(
        reverse("accounts:notification-read", args=[notice.pk])
    )

    notice.refresh_from_db()
    assert answer.status_code == 404
    assert notice.read_at is None


def test_the_page_costs_the_same_for_one_notice_and_for_twenty(
    person, logged_in, django_assert_max_num_queries
):
    for number in range(20):
        tell(person, key=str(number))
    client = logged_in(person)

    with django_assert_max_num_queries(5):
        client.get(reverse("accounts:notifications"))


def test_the_empty_page_says_what_will_be_here(person, logged_in):
    page = logged_in(person).get(reverse("accounts:notifications")).content.decode()

    assert "No notices yet" in page
