"""Signing up, and answers that do not say who has an account (threats T62)."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests import factories

STRONG = "a long and quiet harbour"


def sign_up(client, email):
    return client.post(
        reverse("account_signup"),
        {"name": "Nia Comer", "email": email, "password1": STRONG, "password2": STRONG},
        follow=True,
    )


def words(answer):
    """The page without what differs by chance: form tokens, nonces, request ids, the address."""
    page = answer.content.decode()
    page = re.sub(r'(nonce|value|content)="[^"]*"', "", page)
    page = re.sub(r"[\w.]+@example\.org", "ADDRESS", page)
    return re.sub(r"[0-9a-f]{12}", "", page)


def test_signing_up_asks_the_name_and_confirms_the_address_by_a_code(db, client):
    sign_up(client, "newcomer@example.org")
    code = re.search(r"Your code is (\S+)", mail.outbox[0].body).group(1)

    client.post(reverse("account_email_verification_sent"), {"code": code})

    person = User.objects.get()
    assert (person.name, person.email) == ("Nia Comer", "newcomer@example.org")
    assert person.emailaddress_set.get().verified
    assert client.get(reverse("accounts:home")).url == reverse("accounts:organisation-new")


def test_a_code_that_did_not_arrive_is_sent_anew_from_the_same_page(db, client):
    page = sign_up(client, "newcomer@example.org")
    first = re.search(r"Your code is (\S+)", mail.outbox[0].body).group(1)
    assert "Send a new code" in page.content.decode()

    client.post(reverse("account_email_verification_sent"), {"action": "resend"})
    second = re.search(r"Your code is (\S+)", mail.outbox[1].body).group(1)
    client.post(reverse("account_email_verification_sent"), {"code": second})

    assert second != first
    assert User.objects.get().emailaddress_set.get().verified


def test_nobody_is_logged_in_before_the_address_is_confirmed(db, client):
    sign_up(client, "newcomer@example.org")

    answer = client.get(reverse("accounts:home"))

    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("extra", [{"is_moderator": "1"}, {"is_superuser": "1"}])
def test_signing_up_takes_no_powers(db, client, extra):
    data = {"name": "X", "email": "x@example.org", "password1": STRONG, "password2": STRONG}

    client.post(reverse("account_signup"), data | extra)

    person = User.objects.get()
    assert (person.is_moderator, person.is_superuser) == (False, False)


def test_signing_up_answers_the_same_for_an_address_that_has_an_account(db, client):
    taken = factories.make_user(email="taken@example.org")
    unknown, known = sign_up(client, "free@example.org"), sign_up(type(client)(), taken.email)

    assert known.redirect_chain == unknown.redirect_chain
    assert words(known) == words(unknown)


def test_a_taken_address_is_told_by_mail_only(db, client):
    factories.make_user("First", email="taken@example.org")

    sign_up(client, "taken@example.org")

    assert User.objects.get().name == "First"
    assert mail.outbox[0].to == ["taken@example.org"]


def test_resetting_a_password_answers_the_same_for_unknown_addresses(db, client):
    factories.make_user(email="taken@example.org")
    known, unknown = (
        type(client)().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("taken@example.org", "free@example.org")
    )

    assert known.redirect_chain == unknown.redirect_chain
    assert words(known) == words(unknown)
    assert len(mail.outbox) == 2


def test_a_wrong_password_and_an_unknown_address_read_the_same(db, client):
    factories.make_user(email="taken@example.org")
    known, unknown = (
        type(client)().post(reverse("account_login"), {"login": email, "password": "no"})
        for email in ("taken@example.org", "free@example.org")
    )

    assert words(known) == words(unknown)


def test_the_subject_of_a_mail_is_the_fact_and_not_the_host_of_the_request(db, client):
    sign_up(client, "newcomer@example.org")

    assert mail.outbox[0].subject.endswith("is your code for HAT Market")
    assert "testserver" not in mail.outbox[0].subject
