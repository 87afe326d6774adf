"""What the owner does with data on the HAT's own pages."""

import re

import pytest

from hats.sandbox.owner_data import RECORDS_A_PAGE


@pytest.fixture
def owner(sandbox):
    """A HAT made by hand, with its owner logged in on its pages."""
    hat = sandbox.made_by_hand()
    hat.enter()
    return hat


@pytest.fixture
def holdings(sandbox, owner):
    return sandbox.world.hat(owner.domain).holdings


def write(hat, count=1, endpoint="shop/orders"):
    """Write so many records and return their ids, oldest first."""
    body = [{"number": number, "who": {"name": "<Ann>"}} for number in range(count)]
    answer = hat.post(f"/api/v2.6/data/{endpoint}", body, token=hat.owner)
    return [record["recordId"] for record in answer.json]


def shown(page):
    return [int(number) for number in re.findall(r"<dt>number</dt><dd>(\d+)</dd>", page.text)]


def test_an_empty_hat_says_how_to_fill_it(owner):
    page = owner.browse("/data").text

    assert "There is nothing on this HAT yet" in page
    assert 'href="/plugs"' in page


def test_data_is_listed_by_where_it_came_from(owner, holdings):
    write(owner, 3)
    holdings.connect("uber", since=None)

    page = owner.browse("/data").text

    assert re.findall(r"<h2>(.+)</h2>", page) == ["shop", "uber"]
    assert 'href="/data/shop/orders">Shop/orders</a> <span class="count">3 records' in page
    assert "Your rides with Uber" in page


def test_records_are_shown_newest_first_page_by_page(owner):
    write(owner, RECORDS_A_PAGE + 2)

    first, second = owner.browse("/data/shop/orders"), owner.browse("/data/shop/orders?page=2")

    assert shown(first) == list(range(RECORDS_A_PAGE + 1, 1, -1))
    assert shown(second) == [1, 0]
    assert 'href="/data/shop/orders?page=2">Older' in first.text
    assert "Newer" not in first.text
    assert "Page 2 of 2" in second.text


@pytest.mark.parametrize("number", ["0", "-3", "99", "x", "9" * 30])
def test_a_page_that_does_not_exist_shows_one_that_does(owner, number):
    write(owner, 2)

    assert shown(owner.browse(f"/data/shop/orders?page={number}")) == [1, 0]


def test_what_records_hold_is_only_ever_text(owner):
    write(owner)

    page = owner.browse("/data/shop/orders").text

    assert "<dt>who.name</dt><dd>&lt;Ann&gt;</dd>" in page
    assert "<Ann>" not in page


def test_a_record_is_deleted_after_a_question(owner):
    _, gone = write(owner, 2)

    question = owner.browse(f"/data/shop/orders/{gone}")
    asked = shown(owner.browse("/data/shop/orders"))
    answer = owner.browse(f"/data/shop/orders/{gone}/delete", {})

    assert "does not come back" in question.text
    assert asked == [1, 0]
    assert answer.headers["Location"] == "/data/shop/orders"
    assert shown(owner.browse("/data/shop/orders")) == [0]
    assert owner.browse(f"/data/shop/orders/{gone}").status == 404


def test_deleting_the_last_record_leads_back_to_all_data(owner):
    (only,) = write(owner)

    answer = owner.browse(f"/data/shop/orders/{only}/delete", {})

    assert answer.headers["Location"] == "/data"
    assert owner.browse("/data/shop/orders").status == 404


def test_a_deleted_record_of_a_plug_stays_away(owner, holdings):
    holdings.connect("uber", since=None)
    ride, count = holdings["uber/rides"][0], len(holdings["uber/rides"])

    owner.browse(f"/data/uber/rides/{ride.record_id}/delete", {})
    holdings.disconnect("uber", at=ride.written_at.replace(year=2027))
    holdings.connect("uber", since=None)

    assert len(holdings["uber/rides"]) == count - 1
    assert ride not in holdings["uber/rides"]


def test_a_stranger_sees_and_changes_nothing(owner, holdings):
    (record,) = write(owner)
    owner.cookies.clear()

    for path in ("/data", "/data/shop/orders", f"/data/shop/orders/{record}", "/plugs"):
        assert owner.browse(path).headers["Location"].startswith("/user/login?target=")
    for path in (f"/data/shop/orders/{record}/delete", "/plugs/uber"):
        answer = owner.browse(path, {"how": "history"})
        assert answer.headers["Location"].startswith("/user/login?target=")
    assert len(holdings["shop/orders"]) == 1
    assert holdings.plugs == {}


def test_a_plug_is_connected_with_its_history(owner, holdings):
    answer = owner.browse("/plugs/uber", {"how": "history"})

    assert answer.headers["Location"] == "/plugs#uber"
    assert holdings["uber/rides"]
    assert "Connected, with all of its history" in owner.browse("/plugs").text


def test_a_plug_is_connected_from_now_on(owner, holdings):
    owner.browse("/plugs/uber", {"how": "now"})

    assert holdings["uber/rides"] == []
    assert "brings what is new since" in owner.browse("/plugs").text


def test_a_plug_is_disconnected_and_what_it_brought_is_still_there(owner, holdings):
    owner.browse("/plugs/uber", {"how": "history"})
    owner.browse("/plugs/uber", {"how": "stop"})

    page = owner.browse("/plugs").text
    assert "What it brought is still here" in page
    assert "Connect again" in page
    assert holdings["uber/rides"]


def test_an_unknown_plug_is_refused(owner, holdings):
    assert owner.browse("/plugs/myspace", {"how": "history"}).status == 404
    assert holdings.plugs == {}


def test_an_answer_nobody_offered_changes_nothing(owner, holdings):
    owner.browse("/plugs/uber", {"how": "perhaps"})

    assert holdings.plugs == {}
