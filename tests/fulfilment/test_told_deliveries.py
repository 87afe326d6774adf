"""That data has been delivered is told to the shop, for reviews."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from fulfilment.actions import builds, datasets
from offers.models import Delivery
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import make_dataset, make_delivered_line, make_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def line(organisation):
    return make_delivered_line(organisation=organisation, places=30)


def test_a_sealed_revision_tells_the_shop_once(line, organisation):
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    make_delivery(line)
    datasets.mark_stale(order_line=line, at=NOON)

    builds.build_revision(dataset_id=dataset.pk, at=NOON + timedelta(days=1))

    told = Delivery.objects.get()
    assert dataset.revisions.count() == 2
    assert (told.offer, told.organisation) == (line.offer_version.offer, organisation)
    assert (told.version, told.delivered_at) == (line.offer_version, NOON)


def test_an_opened_dataset_without_a_revision_tells_nothing(line):
    datasets.open_dataset(order_line=line, at=NOON)

    assert not Delivery.objects.exists()


def test_what_was_delivered_before_deliveries_were_told_is_told_by_the_migration(
    line, organisation
):
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    Delivery.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module("fulfilment.migrations.0004_deliveries_are_told").TOLD)

    told = Delivery.objects.get()
    assert (told.organisation, told.version) == (organisation, line.offer_version)
    assert told.delivered_at == NOON


def test_dataset_and_order_lead_to_the_form(client, line, organisation):
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    client.force_login(factories.make_member(organisation, Role.BUYER))
    form = reverse("offers:review-new", args=[line.offer_version.offer.slug])

    pages = [
        client.get(reverse("fulfilment:dataset-detail", args=[dataset.reference])),
        client.get(reverse("buyers:order-detail", args=[line.order.reference])),
    ]

    assert all(form in answer.content.decode() for answer in pages)
    assert client.get(form).status_code == 200
