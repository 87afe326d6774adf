"""What the owner does on the HAT's own pages (contract checklist 32-36, 86)."""

import re
from urllib.parse import quote, urlencode

import jwt
import pytest

from tests.hats.sandbox.conftest import debit_request

BACK = "https://shop.example/back"
DEBIT = "/api/v2.6/data-debit/d-1"


@pytest.fixture
def owner(hat):
    """The HAT, with its owner logged in on its pages."""
    hat.enter()
    return hat


def entry(**query):
    return f"/hatlogin?{urlencode({'name': 'hat-market', 'redirect': BACK} | query)}"


def decide(hat, decision, **form):
    return hat.browse(
        "/hatlogin/decision",
        {"application": "hat-market", "redirect": BACK, "decision": decision} | form,
    )


def location(answer):
    assert answer.status == 303
    return answer.headers["Location"]


@pytest.fixture
def proposed(hat):
    hat.post(DEBIT, debit_request(requestDescription="<b>Why</b>"), token=hat.platform)


def is_active(hat):
    return hat.get(DEBIT, token=hat.owner).json["active"]


@pytest.mark.parametrize(
    "path",
    [
        "/hatlogin?name=HAT-Market&redirect={back}",
        "/hatlogin?application_id=hat-market&redirect_uri={back}&name=other&redirect=x",
        "/auth/oauth?application_id=hat-market&redirect_uri={back}&lang=en",
    ],
)
def test_every_form_of_log_in_address_asks_for_consent(owner, path):
    answer = owner.browse(path.format(back=quote(BACK, safe="")))

    assert answer.status == 200
    assert "HAT Market would like to use your HAT" in answer.text
    assert "Facebook; Facebook (older plug); Fitbit" in answer.text


def test_the_front_page_follows_addresses_behind_a_hash(owner):
    page = owner.browse("/")
    script = owner.get("/sandbox.js")

    assert '<script src="/sandbox.js">' in page.text
    assert "location.hash" in script.text
    assert script.headers["Content-Type"].startswith("text/javascript")


def test_a_stranger_logs_in_first_and_comes_back(hat):
    to_login = location(hat.browse(entry(fallback="https://shop.example/no")))
    form = hat.browse(to_login)
    target = location(
        hat.browse(
            "/user/login",
            {
                "username": hat.person.name,
                "password": hat.person.password,
                "target": entry(fallback="https://shop.example/no"),
            },
        )
    )

    assert to_login.startswith("/user/login?target=%2Fhatlogin%3Fname%3Dhat-market")
    assert "shop.example%252Fno" in form.text or "shop.example%2Fno" in form.text
    assert "Allow and continue" in hat.browse(target).text


@pytest.mark.parametrize("username", ["platform", None])
def test_only_the_owner_logs_in_here(hat, username):
    password = "sandbox-platform" if username else "wrong"
    form = {"username": username or hat.person.name, "password": password}

    answer = hat.browse("/user/login", form)

    assert (answer.status, hat.cookies) == (422, {})
    assert "do not match" in answer.text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_logging_in_never_leads_away_from_the_hat(hat, target):
    form = {"username": hat.person.name, "password": hat.person.password, "target": target}

    assert location(hat.browse("/user/login", form)) == "/"


@pytest.mark.parametrize(
    ("redirect", "start"),
    [
        (BACK, f"{BACK}?token="),
        (f"{BACK}?x=1", f"{BACK}?x=1&token="),
        (f"{BACK}#part", f"{BACK}%23part?token="),
    ],
)
def test_consent_leads_back_with_a_token(owner, redirect, start):
    target = location(decide(owner, "allow", redirect=redirect))

    claims = jwt.decode(target.partition("token=")[2], options={"verify_signature": False})
    assert target.startswith(start)
    assert (claims["iss"], claims["application"]) == (owner.domain, "hat-market")


def test_after_consent_nothing_is_asked_again(owner):
    decide(owner, "allow")

    assert location(owner.browse(entry())).startswith(f"{BACK}?token=")
    assert location(owner.browse(entry(internal="true"))) == BACK


def test_declining_leads_to_the_fallback_verbatim(owner):
    fallback = "https://shop.example/no?why=%26"

    assert location(decide(owner, "decline", fallback=fallback)) == fallback
    assert not owner.get("/api/v2.6/applications/hat-market", token=owner.owner).json["setup"]


def test_declining_without_fallback_leads_back_with_the_literal_escape(owner):
    assert location(decide(owner, "decline")) == (
        f"{BACK}?error=access_denied%26error_reason=user_cancelled"
    )


@pytest.mark.parametrize(
    ("query", "reason"),
    [({"name": ""}, "application_id_is_required "), ({"name": "x"}, "application_id_not_found ")],
)
def test_a_misconfigured_application_is_told_why(owner, query, reason):
    target = location(owner.browse(entry(**query)))

    assert target == f"{BACK}?error=application_misconfigured%26error_reason={reason}"


def test_a_log_in_address_without_a_way_back_is_explained(owner):
    assert owner.browse("/hatlogin?name=hat-market").status == 400


@pytest.mark.parametrize("redirect", ["javascript:alert(1)", "data:text/html,x"])
def test_nobody_is_led_to_anything_but_web_pages(owner, redirect):
    answer = decide(owner, "allow", redirect=redirect)

    assert (answer.status, answer.headers.get("Location")) == (400, None)
    assert not owner.get("/api/v2.6/applications/hat-market", token=owner.owner).json["setup"]


def quick_confirm(**query):
    return f"/data-debit/d-1/quick-confirm?{urlencode(query)}"


def test_the_confirmation_page_says_who_asks_for_what(owner, proposed):
    page = owner.browse(quick_confirm(redirect=BACK)).text

    for words in ("Shop asks for some of your data", "Recommend shoes", "shop/orders",
                  "1 January 2026", "&lt;b&gt;Why&lt;/b&gt;", ">Confirm<", ">Cancel<"):  # fmt: skip
        assert words in page
    assert "Sandbox HAT" in page


def test_confirming_enables_and_leads_back_verbatim(owner, proposed):
    redirect = "https://shop.example/done?state=a%26b#end"

    answer = owner.browse("/data-debit/d-1/confirm", {"decision": "confirm", "redirect": redirect})

    assert location(answer) == redirect
    assert is_active(owner)


@pytest.mark.parametrize(
    ("fallback", "target"),
    [("https://shop.example/no", "https://shop.example/no"), ("", "/data-debit")],
)
def test_cancelling_enables_nothing(owner, proposed, fallback, target):
    form = {"decision": "cancel", "redirect": BACK, "fallback": fallback}

    answer = owner.browse("/data-debit/d-1/confirm", form)

    assert location(answer) == target
    assert not is_active(owner)


def test_confirming_without_a_way_back_stays_on_the_hat(owner, proposed):
    answer = owner.browse("/data-debit/d-1/confirm", {"decision": "confirm"})

    assert location(answer) == "/data-debit/d-1"


def test_logging_in_on_the_way_to_confirm_loses_the_way_back(hat, proposed):
    target = location(hat.browse(quick_confirm(redirect=BACK)))

    assert target == "/user/login?target=%2Fdata-debit%2Fd-1%2Fquick-confirm"


def test_a_stranger_can_neither_confirm_nor_stop(hat, proposed):
    for step in ("confirm", "stop"):
        form = {"decision": "confirm"}
        assert location(hat.browse(f"/data-debit/d-1/{step}", form)).startswith("/user/login")
    assert not is_active(hat)


def test_a_form_of_another_site_changes_nothing(owner, proposed):
    cookie = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())

    answer = owner.call(
        "POST",
        "/data-debit/d-1/confirm",
        body="decision=confirm",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "https://evil.example",
            "Cookie": cookie,
        },
    )

    assert answer.status == 403
    assert not is_active(owner)


def test_the_session_of_one_hat_is_worth_nothing_on_another(sandbox, owner):
    other = sandbox.unused_hat()
    other.cookies = owner.cookies

    assert location(other.browse("/data-debit")).startswith("/user/login")


def test_agreements_are_listed_and_switched_off(owner, proposed):
    owner.browse("/data-debit/d-1/confirm", {"decision": "confirm"})

    listed = owner.browse("/data-debit").text
    answer = owner.browse("/data-debit/d-1/stop", {})

    assert "Shop: Recommend shoes" in listed
    assert "On: this data may be read" in listed
    assert location(answer) == "/data-debit/d-1"
    assert "Off: nothing may be read" in owner.browse("/data-debit/d-1").text
    assert not is_active(owner)


def test_sharing_can_be_stopped_when_the_period_ends(owner):
    rolling = debit_request(cancelAtPeriodEnd=False, period=30 * 86_400_000)
    owner.post(DEBIT, rolling, token=owner.platform)
    owner.browse("/data-debit/d-1/confirm", {"decision": "confirm"})

    offered = owner.browse("/data-debit/d-1").text
    owner.browse("/data-debit/d-1/stop", {"when": "period-end"})
    after = owner.browse("/data-debit/d-1").text

    end = re.search(r"Stop when the period ends, on ([^<]+)</button>", offered)[1]
    assert f"until {end}" in after
    assert "On: this data may be read" in after
    assert "period ends" not in after
    assert is_active(owner)


def test_an_agreement_that_is_off_can_be_switched_on_again(owner, proposed):
    owner.browse("/data-debit/d-1/confirm", {"decision": "confirm"})
    owner.browse("/data-debit/d-1/stop", {})

    assert ">Confirm<" in owner.browse("/data-debit/d-1").text
    owner.browse("/data-debit/d-1/confirm", {"decision": "confirm"})

    assert is_active(owner)


def test_conditions_are_said_before_anything_is_read(owner):
    conditions = {
        "name": "c-1",
        "bundle": {"nights": {"endpoints": [{"endpoint": "fitbit/sleep"}]}},
    }
    owner.post(DEBIT, debit_request(conditions=conditions), token=owner.platform)

    page = owner.browse("/data-debit/d-1").text

    assert "Nothing is read unless all of this is so" in page
    assert "your sleep on Fitbit" in page


def test_access_of_an_application_can_be_ended(owner):
    decide(owner, "allow")

    assert "End access of HAT Market" in owner.browse("/data-debit").text
    owner.browse("/applications/hat-market/stop", {})

    assert "End access" not in owner.browse("/data-debit").text
    assert not owner.get("/api/v2.6/applications/hat-market", token=owner.owner).json["enabled"]


def test_an_unknown_agreement_is_explained(owner):
    assert owner.browse("/data-debit/none").status == 404


def test_logging_out_ends_the_session(owner):
    owner.browse("/user/logout", {})

    assert location(owner.browse("/data-debit")).startswith("/user/login")


def test_pages_allow_no_foreign_code(owner):
    policy = owner.browse("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
