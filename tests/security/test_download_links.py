"""T71: an address of a file is worth nothing without the person it was shown to."""

import pytest

from accounts.models import Membership
from fulfilment.models import Download

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(scene):
    return scene.addresses["fulfilment:dataset-download"].path


def test_the_link_works_for_a_buyer_of_the_organisation(scene, path):
    answer = scene.client("buyer_a").get(path)

    assert answer.status_code == 200
    assert len(answer.getvalue()) == int(answer["Content-Length"]) == scene.file.size
    assert Download.objects.get().by == scene.user("buyer_a")


@pytest.mark.parametrize(
    ("person", "status"), [("anonymous", 302), ("member_b", 404), ("moderator", 404)]
)
def test_the_link_in_another_browser_gives_nothing(scene, path, person, status):
    assert scene.client(person).get(path).status_code == status
    assert not Download.objects.exists()


def test_the_link_ends_with_the_role(scene, path):
    browser = scene.client("buyer_a")
    Membership.objects.filter(user=scene.user("buyer_a")).delete()

    assert browser.get(path).status_code == 404
    assert not Download.objects.exists()


def test_a_lesser_role_sees_the_dataset_but_takes_no_file(scene, path):
    browser = scene.client("buyer_a")
    Membership.objects.filter(user=scene.user("buyer_a")).update(role="viewer")

    assert browser.get(path).status_code == 403
    assert not Download.objects.exists()


def test_somebody_locked_out_is_logged_out_at_once(scene, path):
    browser, user = scene.client("buyer_a"), scene.user("buyer_a")
    user.is_active = False
    user.save(update_fields=["is_active"])

    assert browser.get(path)["Location"].startswith("/account/login/")
    assert not Download.objects.exists()


def test_a_file_of_another_dataset_is_not_found_under_ones_own(scene):
    other = f"/datasets/{scene.dataset.reference}/files/{scene.file.pk + 1000}/"

    assert scene.client("buyer_a").get(other).status_code == 404
