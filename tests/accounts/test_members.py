"""Roles and removals: who may, what is refused, and that a refusal changes nothing."""

import pytest
from django.urls import reverse

from accounts.actions import members
from accounts.errors import LastOwner
from accounts.models import AuditEntry, Membership, Notification, Organisation, Role
from common.errors import NotAllowed, NotFound
from tests import factories
from tests.factories import NOON

LESSER = [Role.VIEWER, Role.BUYER, Role.APPROVER]


def test_change_role_changes_it_tells_the_member_and_leaves_a_trace(owner_member, member):
    members.change_role(member=member, role=Role.APPROVER, by=owner_member, at=NOON)

    member.refresh_from_db()
    entry = AuditEntry.objects.get(action="member.role_changed")
    assert member.role == Role.APPROVER
    assert (entry.from_status, entry.to_status) == ("buyer", "approver")
    assert entry.actor == owner_member.user
    assert Notification.objects.get(user=member.user).subject == (
        "You are now approver at Tidewater Museum"
    )


def test_change_role_to_the_same_role_changes_nothing(owner_member, member):
    members.change_role(member=member, role=Role.BUYER, by=owner_member, at=NOON)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", LESSER)
@pytest.mark.parametrize("wanted", list(Role))
def test_change_role_is_for_owners_whatever_the_role_wanted(
    organisation, owner_member, role, wanted
):
    acting = factories.make_member(organisation, role).memberships.get()

    with pytest.raises(NotAllowed):
        members.change_role(member=acting, role=wanted, by=acting, at=NOON)

    acting.refresh_from_db()
    assert acting.role == role


def test_change_role_keeps_the_last_owner(owner_member, member):
    with pytest.raises(LastOwner):
        members.change_role(member=owner_member, role=Role.BUYER, by=owner_member, at=NOON)

    owner_member.refresh_from_db()
    assert owner_member.role == Role.OWNER


def test_change_role_lets_an_owner_step_down_when_there_is_another(organisation, owner_member):
    factories.make_member(organisation, Role.OWNER)

    members.change_role(member=owner_member, role=Role.VIEWER, by=owner_member, at=NOON)

    owner_member.refresh_from_db()
    assert owner_member.role == Role.VIEWER


def test_change_role_refuses_an_owner_whose_own_role_was_taken_meanwhile(
    organisation, owner_member, member
):
    factories.make_member(organisation, Role.OWNER)
    Membership.objects.filter(pk=owner_member.pk).update(role=Role.VIEWER)

    with pytest.raises(NotAllowed):
        members.change_role(member=member, role=Role.OWNER, by=owner_member, at=NOON)

    member.refresh_from_db()
    assert member.role == Role.BUYER


def test_change_role_does_not_reach_into_another_organisation(owner_member, stranger):
    foreign = stranger.memberships.get()

    with pytest.raises(NotFound):
        members.change_role(member=foreign, role=Role.VIEWER, by=owner_member, at=NOON)

    foreign.refresh_from_db()
    assert foreign.role == Role.OWNER


def test_change_role_refuses_while_the_organisation_is_suspended(owner_member, member):
    Organisation.objects.filter(pk=member.organisation_id).update(status="suspended")

    with pytest.raises(NotAllowed):
        members.change_role(member=member, role=Role.VIEWER, by=owner_member, at=NOON)

    member.refresh_from_db()
    assert member.role == Role.BUYER


def test_remove_member_ends_access_and_leaves_a_trace(owner_member, member):
    members.remove_member(member=member, by=owner_member, at=NOON)

    entry = AuditEntry.objects.get(action="member.removed")
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert entry.details == {"user_id": member.user_id}


def test_remove_member_lets_anybody_leave(owner_member, member):
    members.remove_member(member=member, by=member, at=NOON)

    assert not Membership.objects.filter(pk=member.pk).exists()


def test_remove_member_keeps_the_last_owner(owner_member):
    with pytest.raises(LastOwner):
        members.remove_member(member=owner_member, by=owner_member, at=NOON)

    assert Membership.objects.filter(pk=owner_member.pk).exists()


@pytest.mark.parametrize("role", LESSER)
def test_remove_member_is_for_owners(organisation, owner_member, role):
    acting = factories.make_member(organisation, role).memberships.get()

    with pytest.raises(NotAllowed):
        members.remove_member(member=owner_member, by=acting, at=NOON)

    assert Membership.objects.filter(pk=owner_member.pk).exists()


def test_removing_somebody_twice_says_that_they_are_gone(owner_member, member, logged_in):
    client = logged_in(owner_member.user)
    url = reverse("accounts:member-remove", args=[member.pk])
    client.post(url)

    answer = client.post(url)

    assert answer.status_code == 404
    assert AuditEntry.objects.filter(action="member.removed").count() == 1


def test_the_pages_change_nobody_of_another_organisation(owner_member, stranger, logged_in):
    foreign = stranger.memberships.get()
    client = logged_in(owner_member.user)

    role = client.post(reverse("accounts:member-role", args=[foreign.pk]), {"role": "viewer"})
    removal = client.post(reverse("accounts:member-remove", args=[foreign.pk]))

    foreign.refresh_from_db()
    assert (role.status_code, removal.status_code) == (404, 404)
    assert foreign.role == Role.OWNER


def test_the_page_refuses_a_role_that_does_not_exist(owner_member, member, logged_in):
    logged_in(owner_member.user).post(
        reverse("accounts:member-role", args=[member.pk]), {"role": "emperor"}
    )

    member.refresh_from_db()
    assert member.role == Role.BUYER


def test_members_are_changed_by_post_only(owner_member, member, logged_in):
    client = logged_in(owner_member.user)

    answers = [
        client.get(reverse(f"accounts:{name}", args=[member.pk]))
        for name in ("member-role", "member-remove")
    ]

    assert [a.status_code for a in answers] == [405, 405]


def test_somebody_who_leaves_is_led_to_their_own_room(member, logged_in):
    answer = logged_in(member.user).post(reverse("accounts:member-remove", args=[member.pk]))

    assert answer.url == reverse("accounts:home")
