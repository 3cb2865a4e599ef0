"""Addresses of coming in. The links carry their right in them: access logs redact them."""

from django.urls import path

from generations.people import views

urlpatterns = [
    path("setup/<str:token>/", views.setup, name="setup"),
    path("join/<str:token>/", views.join, name="join"),
    path("welcome/<str:token>/", views.owner_link, name="owner_link"),
    path("t/<slug:team>/start/", views.start, name="start"),
]
