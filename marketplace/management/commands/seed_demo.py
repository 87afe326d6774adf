"""Demo people and offers; run again, it changes nothing that is there."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Membership, Organisation, OrganisationStatus, Role, User
from marketplace.demo import MODERATOR, ORGANISATION, PASSWORD, PEOPLE


class Command(BaseCommand):
    """``manage.py seed_demo``."""

    help = "Create the demo's organisation, people and offers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--moderator-only", action="store_true", help="No organisation.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo people have known passwords: this needs DEMO=1.")
        call_command("seed_offers", verbosity=0)
        call_command("seed_data_catalogue", verbosity=0)
        with transaction.atomic():
            moderator = _person(MODERATOR.email, MODERATOR.name, is_moderator=True)
            if not options["moderator_only"]:
                _organisation(moderator)


def _person(email: str, name: str, **fields: bool) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, name=name, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _organisation(moderator: User) -> None:
    """A museum that moderators know, with one person for each role of the demo."""
    if Organisation.objects.filter(slug=ORGANISATION["slug"]).exists():
        return
    organisation = Organisation.objects.create(**ORGANISATION)
    audit.record(audit.Action.ORGANISATION_CREATED, organisation, organisation=organisation)
    for person in PEOPLE:
        user = _person(person.email, person.name)
        Membership.objects.create(user=user, organisation=organisation, role=Role(person.role))
    organisation.status, organisation.verified_at = OrganisationStatus.VERIFIED, timezone.now()
    organisation.save(update_fields=["status", "verified_at"])
    audit.record(
        audit.Action.ORGANISATION_VERIFIED,
        organisation,
        organisation=organisation,
        actor=moderator,
        was=OrganisationStatus.UNVERIFIED,
        now=OrganisationStatus.VERIFIED,
    )
