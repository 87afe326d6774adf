"""Invitations: bound to an address, good once, for 72 hours, and revocable (threats T57)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations, members
from accounts.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationGone,
    InvitedAddressIsAnother,
    TooManyInvitations,
)
from accounts.models import AuditEntry, Invitation, Membership, Organisation, Role
from accounts.tokens import invitation_token
from common.errors import InvalidTransition, NotAllowed, NotFound
from common.models import OutboxMessage
from tests import factories
from tests.outbox import run_outbox

NEWCOMER = "newcomer@example.org"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def newcomer(db):
    return factories.make_user("Nia Comer", email=NEWCOMER)


@pytest.fixture
def invitation(owner_member, now):
    return invitations.invite_colleague(by=owner_member, email=NEWCOMER, role=Role.APPROVER, at=now)


def link(invitation, name="invitation"):
    return reverse(f"accounts:{name}", args=[invitation_token(invitation.uid)])


def test_invite_colleague_mails_a_link_that_the_database_does_not_hold(invitation):
    run_outbox()

    token = invitation_token(invitation.uid)
    (letter,) = mail.outbox
    assert letter.to == [NEWCOMER]
    assert letter.subject == "Tidewater Museum invites you to HAT Market"
    assert f"/organisations/invitations/{token}/" in letter.body
    assert token not in str(Invitation.objects.values().get())
    assert token not in str(list(OutboxMessage.objects.values()))


def test_the_mail_leaves_once(invitation):
    run_outbox()

    invitations.mail_invitation(invitation=Invitation.objects.get())

    assert len(mail.outbox) == 1


def test_no_mail_leaves_for_an_invitation_revoked_meanwhile(invitation, owner_member, now):
    invitations.revoke_invitation(invitation=invitation, by=owner_member, at=now)

    run_outbox()

    assert mail.outbox == []


def test_invite_colleague_answers_the_same_for_known_and_unknown_addresses(
    owner_member, newcomer, logged_in
):
    client = logged_in(owner_member.user)
    answers = [
        client.post(
            reverse("accounts:invitation-new"), {"email": email, "role": "buyer"}, follow=True
        )
        for email in (NEWCOMER, "nobody-here@example.org")
    ]

    known, unknown = ([str(m) for m in a.context["messages"]] for a in answers)
    assert known == [f"An invitation is on its way to {NEWCOMER}."]
    assert unknown == ["An invitation is on its way to nobody-here@example.org."]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.BUYER, Role.APPROVER])
def test_invite_colleague_is_for_owners(organisation, role, now):
    acting = factories.make_member(organisation, role).memberships.get()

    with pytest.raises(NotAllowed):
        invitations.invite_colleague(by=acting, email=NEWCOMER, role=Role.VIEWER, at=now)

    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_invite_colleague_refuses_a_second_open_invitation(invitation, owner_member, now):
    with pytest.raises(AlreadyInvited):
        invitations.invite_colleague(
            by=owner_member, email=NEWCOMER.upper(), role=Role.VIEWER, at=now
        )

    assert Invitation.objects.count() == 1


def test_invite_colleague_refuses_a_member(owner_member, member, now):
    with pytest.raises(AlreadyMember):
        invitations.invite_colleague(
            by=owner_member, email=member.user.email, role=Role.VIEWER, at=now
        )

    assert not Invitation.objects.exists()


def test_invite_colleague_ends_somewhere(owner_member, now, monkeypatch):
    monkeypatch.setattr(invitations, "MAX_OPEN", 1)
    invitations.invite_colleague(by=owner_member, email="a@b.example", role=Role.VIEWER, at=now)

    with pytest.raises(TooManyInvitations):
        invitations.invite_colleague(by=owner_member, email=NEWCOMER, role=Role.VIEWER, at=now)

    assert Invitation.objects.count() == 1


def test_an_address_can_be_invited_again_when_the_first_invitation_ran_out(
    invitation, owner_member, now
):
    later = now + timedelta(hours=72)

    again = invitations.invite_colleague(
        by=owner_member, email=NEWCOMER, role=Role.VIEWER, at=later
    )

    assert again.pk != invitation.pk


def test_the_page_shows_the_refusal_beside_the_address(invitation, owner_member, logged_in):
    answer = logged_in(owner_member.user).post(
        reverse("accounts:invitation-new"), {"email": NEWCOMER, "role": "buyer"}
    )

    assert answer.status_code == 422
    assert "open already" in answer.context["form"].errors["email"][0]


def test_opening_the_link_changes_nothing(invitation, client):
    for _ in range(2):
        assert client.get(link(invitation)).status_code == 200

    assert Invitation.objects.get().status == "open"


def test_accepting_makes_a_member_with_the_role_offered(invitation, newcomer, logged_in):
    client = logged_in(newcomer)

    answer = client.post(link(invitation, "invitation-accept"))

    seat = newcomer.memberships.get()
    assert answer.url == reverse("accounts:organisation")
    assert (seat.organisation, seat.role) == (invitation.organisation, Role.APPROVER)
    assert AuditEntry.objects.filter(action="member.joined", actor=newcomer).exists()


def test_accepting_asks_for_a_log_in_first(invitation, client):
    answer = client.post(link(invitation, "invitation-accept"))

    assert answer.url.startswith(reverse("account_login"))
    assert Invitation.objects.get().status == "open"


def test_a_second_use_of_the_link_is_refused(invitation, newcomer, logged_in):
    client = logged_in(newcomer)
    client.post(link(invitation, "invitation-accept"))
    Membership.objects.filter(user=newcomer).delete()

    answer = client.post(link(invitation, "invitation-accept"))

    assert answer.status_code == 404
    assert not newcomer.memberships.exists()


def test_a_link_opened_by_another_account_is_refused(invitation, stranger, logged_in):
    answer = logged_in(stranger).post(link(invitation, "invitation-accept"))

    assert answer.status_code == 403
    assert stranger.memberships.count() == 1
    assert Invitation.objects.get().status == "open"


def test_an_address_that_was_never_confirmed_is_refused(invitation, newcomer, now):
    newcomer.emailaddress_set.update(verified=False)

    with pytest.raises(InvitedAddressIsAnother):
        invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    assert not newcomer.memberships.exists()


def test_a_hat_owner_cannot_take_a_seat(invitation, owner, now):
    with pytest.raises(InvitedAddressIsAnother):
        invitations.accept_invitation(invitation=invitation, by=owner.user, at=now)

    assert not owner.user.memberships.exists()


def test_an_invitation_runs_out_after_72_hours(invitation, newcomer, now):
    with pytest.raises(InvitationGone):
        invitations.accept_invitation(
            invitation=invitation, by=newcomer, at=now + timedelta(hours=72)
        )

    assert not newcomer.memberships.exists()


def test_an_invitation_is_good_until_its_last_second(invitation, newcomer, now):
    member = invitations.accept_invitation(
        invitation=invitation, by=newcomer, at=now + timedelta(hours=72, seconds=-1)
    )

    assert member.role == Role.APPROVER


def test_a_revoked_invitation_admits_nobody(invitation, newcomer, owner_member, logged_in):
    logged_in(owner_member.user).post(reverse("accounts:invitation-revoke", args=[invitation.uid]))

    answer = logged_in(newcomer).post(link(invitation, "invitation-accept"))

    assert answer.status_code == 404
    assert not newcomer.memberships.exists()
    assert AuditEntry.objects.filter(action="invitation.revoked").count() == 1


def test_a_suspended_organisation_takes_nobody_in(invitation, newcomer, now):
    Organisation.objects.filter(pk=invitation.organisation_id).update(status="suspended")

    with pytest.raises(InvitationGone):
        invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    assert not newcomer.memberships.exists()


def test_somebody_who_has_a_seat_keeps_their_role(invitation, newcomer, now):
    Membership.objects.create(user=newcomer, organisation=invitation.organisation, role=Role.VIEWER)

    with pytest.raises(AlreadyMember):
        invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    assert newcomer.memberships.get().role == Role.VIEWER


def test_invitations_of_an_owner_who_is_removed_are_worthless(
    invitation, owner_member, organisation, newcomer, now
):
    other = factories.make_member(organisation, Role.OWNER).memberships.get()

    members.remove_member(member=owner_member, by=other, at=now)

    with pytest.raises(InvitationGone):
        invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)


def test_invitations_of_an_owner_who_steps_down_are_worthless(
    invitation, owner_member, organisation, now
):
    factories.make_member(organisation, Role.OWNER)

    members.change_role(member=owner_member, role=Role.BUYER, by=owner_member, at=now)

    assert Invitation.objects.get().status == "revoked"


def test_revoking_twice_is_revoking_once(invitation, owner_member, now):
    for _ in range(2):
        invitations.revoke_invitation(invitation=invitation, by=owner_member, at=now)

    assert AuditEntry.objects.filter(action="invitation.revoked").count() == 1


def test_revoking_an_accepted_invitation_is_refused(invitation, newcomer, owner_member, now):
    invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    with pytest.raises(InvalidTransition):
        invitations.revoke_invitation(invitation=invitation, by=owner_member, at=now)

    assert Invitation.objects.get().status == "accepted"


def test_revoking_does_not_reach_into_another_organisation(invitation, stranger, now, logged_in):
    with pytest.raises(NotFound):
        invitations.revoke_invitation(invitation=invitation, by=stranger.memberships.get(), at=now)
    answer = logged_in(stranger).post(reverse("accounts:invitation-revoke", args=[invitation.uid]))

    assert answer.status_code == 404
    assert Invitation.objects.get().status == "open"


def test_a_guessed_link_leads_nowhere(db, client):
    answer = client.get(reverse("accounts:invitation", args=["A" * 43]))

    assert answer.status_code == 404


def test_the_page_tells_another_account_what_to_do(invitation, stranger, logged_in):
    page = logged_in(stranger).get(link(invitation)).content.decode()

    assert "another e-mail address" in page
    assert NEWCOMER not in page
    assert link(invitation, "invitation-accept") not in page


def test_the_page_is_kept_out_of_caches(invitation, client):
    assert "no-store" in client.get(link(invitation))["Cache-Control"]
