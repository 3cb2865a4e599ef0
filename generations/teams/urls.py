"""Addresses below /t/<team>/settings/, and a person's own page."""

from django.urls import path

from generations.teams import views

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("me/theme/", views.theme, name="theme"),
    path("t/<slug:team>/settings/", views.members, name="members"),
    path("t/<slug:team>/settings/invitations/", views.invitations, name="invitations"),
    path(
        "t/<slug:team>/settings/invitations/<uuid:invitation>/revocation/",
        views.invitation_revocation,
        name="invitation_revocation",
    ),
    path(
        "t/<slug:team>/settings/invitations/<uuid:invitation>/restoration/",
        views.invitation_restoration,
        name="invitation_restoration",
    ),
    path("t/<slug:team>/settings/team/", views.team_settings, name="team_settings"),
    path("t/<slug:team>/settings/team/projects/", views.project_list, name="projects"),
    path(
        "t/<slug:team>/settings/team/projects/<uuid:project>/archive/",
        views.project_archive,
        name="project_archive",
    ),
    path(
        "t/<slug:team>/settings/team/projects/<uuid:project>/restoration/",
        views.project_restoration,
        name="project_restoration",
    ),
]
