"""The team's wallets, below /t/<team>/settings/credits/, and the operator's plans."""

from django.urls import path

from generations.credits import limit_views, plan_views, views

urlpatterns = [
    path("t/<slug:team>/settings/credits/", views.credits, name="credits"),
    path("t/<slug:team>/settings/credits/grants/", views.grants, name="grants"),
    path("t/<slug:team>/settings/credits/adjustments/", views.adjustments, name="adjustments"),
    path(
        "t/<slug:team>/settings/members/<uuid:member>/limits/",
        limit_views.member_limits,
        name="member_limits",
    ),
    path("plans/", plan_views.plan_list, name="plans"),
    path("plans/<slug:plan>/", plan_views.plan, name="plan"),
    path("plans/<slug:plan>/removal/", plan_views.plan_removal, name="plan_removal"),
    path("plans/teams/<uuid:whose>/", plan_views.team_plan, name="team_plan"),
]
