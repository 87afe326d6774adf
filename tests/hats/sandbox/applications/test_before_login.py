"""Applications as they are described to the page that lets them in."""

from tests.hats.sandbox.applications.asking import (
    APPLICATIONS,
    DENIED,
    SHOP,
    set_up,
)


def test_an_application_is_described_before_anybody_logs_in(hat, owner):
    path = f"{APPLICATIONS}/{SHOP}/hmi"

    assert hat.get(path).json["id"] == SHOP
    assert hat.get(path, token=owner).json == DENIED
    assert hat.get(f"{APPLICATIONS}/nobody/hmi").status == 404


def test_the_log_in_page_lists_applications_as_they_stand(hat, owner):
    path = f"{APPLICATIONS}/hmi?applicationId={SHOP}"
    set_up(hat, owner)

    before = hat.get(path).json
    after = hat.get(path, token=owner).json

    assert [one["id"] for one in before] == [SHOP]
    assert {one["application"]["id"]: one["enabled"] for one in after}[SHOP] is True
    assert hat.get(path, token=hat.platform).json == DENIED
