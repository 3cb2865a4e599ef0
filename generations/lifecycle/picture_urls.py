"""Addresses of picture files."""

from django.urls import path

from generations.lifecycle import picture_views

urlpatterns = [
    path(
        "t/<slug:team>/pictures/<uuid:image>/<slug:variant>.webp",
        picture_views.picture_file,
        name="picture_file",
    ),
    path(
        "t/<slug:team>/pictures/<uuid:image>/original",
        picture_views.picture_original,
        name="picture_original",
    ),
    path("p/<str:token>", picture_views.result_file, name="result_file"),
]
