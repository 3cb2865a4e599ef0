"""All addresses. A slice brings its own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("generations.people.urls")),
    path("", include("generations.dashboard.urls")),
    path("", include("generations.teams.urls")),
    path("", include("generations.keys.urls")),
    path("", include("generations.prompts.urls")),
    path("", include("generations.reports.urls")),
    path("", include("generations.lifecycle.picture_urls")),
    path("", include("generations.webhooks.urls")),
]
