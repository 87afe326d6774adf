"""Addresses below ``/organisations/``."""

from django.urls import path

from accounts.views import home, members, moderation, notices, organisations

app_name = "accounts"

urlpatterns = [
    path("", home.home, name="home"),
    path("new/", organisations.organisation_new, name="organisation-new"),
    path("mine/", organisations.organisation, name="organisation"),
    path("mine/settings/", organisations.organisation_settings, name="organisation-settings"),
    path("mine/switch/", organisations.organisation_switch, name="organisation-switch"),
    path("mine/invitations/", members.invitation_new, name="invitation-new"),
    path(
        "mine/invitations/<uuid:uid>/revoke/", members.invitation_revoke, name="invitation-revoke"
    ),
    path("mine/members/<int:member_id>/role/", members.member_role, name="member-role"),
    path("mine/members/<int:member_id>/remove/", members.member_remove, name="member-remove"),
    path("invitations/<str:token>/", members.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", members.invitation_accept, name="invitation-accept"),
    path("notices/", notices.notice_list, name="notifications"),
    path("notices/read/", notices.notices_read, name="notifications-read"),
    path("notices/<int:notification_id>/read/", notices.notice_read, name="notification-read"),
    path("moderation/", moderation.organisation_list, name="moderation-organisations"),
    path(
        "moderation/<str:reference>/", moderation.organisation_case, name="moderation-organisation"
    ),
    path(
        "moderation/<str:reference>/verify/",
        moderation.organisation_verify,
        name="moderation-organisation-verify",
    ),
    path(
        "moderation/<str:reference>/suspend/",
        moderation.organisation_suspend,
        name="moderation-organisation-suspend",
    ),
    path(
        "moderation/<str:reference>/restore/",
        moderation.organisation_restore,
        name="moderation-organisation-restore",
    ),
]
