"""A visitor who wants to keep, ask or order is told why the log-in comes first, and comes back."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests import factories
from tests.security.test_ways_out import ELSEWHERE

STRONG = "a long and quiet harbour"
GO_ON = "Then you go on where you were."


def led_to(client, where):
    """What the log-in says to a visitor who went there."""
    return client.get(where, follow=True).content.decode()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("offers:offer-keep", "Log in to keep this offer."),
        ("offers:offer-question-new", "Log in to ask a question about this offer."),
        ("offers:offer-write", "Log in to write to the publisher."),
        ("offers:review-new", "Log in to write a review."),
    ],
)
def test_the_log_in_says_what_a_visitor_was_about_to_do_with_an_offer(client, version, page, why):
    said = led_to(client, reverse(page, args=[version.offer.slug]))

    assert f"{why} {GO_ON}" in said


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("offers:search-new", "Log in to save this search."),
        ("offers:request-new", "Log in to ask for data that is not here yet."),
        ("offers:draft-new", "Log in to compose an offer."),
        ("offers:saved", "Log in to see what you keep."),
        ("buyers:order-new", "Log in to order."),
        ("accounts:notifications", "Log in to see this page."),
    ],
)
def test_the_log_in_says_what_a_visitor_was_about_to_do(db, client, page, why):
    assert f"{why} {GO_ON}" in led_to(client, f"{reverse(page)}?q=sleep&offer=HM-7F3K9QT")


def test_the_reason_is_given_in_german(client, version):
    where = reverse("offers:offer-keep", args=[version.offer.slug])

    said = client.get(where, follow=True, headers={"Accept-Language": "de"}).content.decode()

    assert "Melden Sie sich an, um dieses Angebot zu merken." in said


def test_who_comes_to_the_log_in_by_themselves_is_told_no_reason(db, client):
    assert GO_ON not in led_to(client, reverse("account_login"))


def test_a_page_that_anybody_may_see_is_no_reason(client, version):
    here = reverse("offers:offer-detail", args=[version.offer.slug])

    assert GO_ON not in led_to(client, f"{reverse('account_login')}?next={here}")


@pytest.mark.parametrize("elsewhere", [*ELSEWHERE, "https://evil.example/saved/", "/nowhere/"])
def test_an_address_that_is_not_ours_is_no_reason(db, client, elsewhere):
    said = client.get(reverse("account_login"), {"next": elsewhere}).content.decode()

    assert GO_ON not in said


def test_after_a_wrong_password_the_reason_stands(client, buyer, version):
    where = reverse("offers:offer-keep", args=[version.offer.slug])
    form = {"login": buyer.email, "password": "no", "next": where}

    said = client.post(reverse("account_login"), form).content.decode()

    assert f"Log in to keep this offer. {GO_ON}" in said


def test_logging_in_leads_back_to_what_was_about_to_be_kept(client, buyer):
    where = f"{reverse('offers:search-new')}?q=sleep&source=fitbit"
    login = client.get(where).url
    field = re.search(r'name="next" value="([^"]+)"', client.get(login).content.decode())
    form = {"login": buyer.email, "password": factories.PASSWORD}

    answer = client.post(reverse("account_login"), form | {"next": unescaped(field.group(1))})

    assert answer.url == where


def test_opening_an_account_leads_back_to_what_was_about_to_be_kept(client, version):
    where = reverse("offers:offer-keep", args=[version.offer.slug])
    signup = link_to("account_signup", led_to(client, where))
    assert "you go on where you were" in client.get(signup).content.decode()
    form = {"name": "Nia Comer", "email": "new@example.org", "password1": STRONG}
    client.post(signup, form | {"password2": STRONG, "next": where})
    code = re.search(r"Your code is (\S+)", mail.outbox[0].body).group(1)

    answer = client.post(reverse("account_email_verification_sent"), {"code": code})

    assert answer.url == where


def unescaped(text):
    return text.replace("&amp;", "&")


def link_to(page, said):
    """The link to a page with what it carries behind the “?”."""
    return unescaped(re.search(rf'href="({reverse(page)}[^"]*)"', said).group(1))
