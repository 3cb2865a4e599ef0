"""Addresses of the shared keys."""

from django.urls import path

from generations.keys import views

KEY = "t/<slug:team>/settings/keys/<uuid:key>/"

urlpatterns = [
    path("t/<slug:team>/settings/keys/", views.upstream_keys, name="upstream_keys"),
    path(f"{KEY}test/", views.upstream_key_test, name="upstream_key_test"),
    path(f"{KEY}rotation/", views.upstream_key_rotation, name="upstream_key_rotation"),
    path(f"{KEY}pause/", views.upstream_key_pause, name="upstream_key_pause"),
    path(f"{KEY}resumption/", views.upstream_key_resumption, name="upstream_key_resumption"),
    path(f"{KEY}removal/", views.upstream_key_removal, name="upstream_key_removal"),
]
