import pytest

from offers.views.help import PAGES


@pytest.mark.parametrize("slug", PAGES)
def test_each_page_of_help_is_open_and_leads_on(client, db, slug):
    response = client.get(f"/help/{slug}/")

    body = response.content.decode()
    assert response.status_code == 200
    assert f"<h1>{PAGES[slug]}</h1>" in " ".join(body.split()).replace("<h1> ", "<h1>")
    assert 'href="/help/' in body


def test_other_words_are_not_found(client, db):
    assert client.get("/help/nothing/").status_code == 404
