"""All addresses. A slice brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from generations.core import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("generations.api.urls")),  # scripts ask most often
    path("accounts/", include("allauth.account.urls")),
    path("", include("generations.people.urls")),
    path("", include("generations.dashboard.urls")),
    path("", include("generations.teams.urls")),
    path("", include("generations.keys.urls")),
    path("", include("generations.credits.urls")),
    path("", include("generations.prompts.urls")),
    path("", include("generations.reports.urls")),
    path("", include("generations.alerts.urls")),
    path("", include("generations.lifecycle.urls")),
    path("", include("generations.lifecycle.picture_urls")),
    path("", include("generations.gallery.urls")),
    path("", include("generations.webhooks.urls")),
    path("", include("generations.live.urls")),
]
