"""Addresses of the library."""

from django.urls import path

from generations.prompts import views

urlpatterns = [
    path("t/<slug:team>/prompts/", views.prompts, name="prompts"),
    path("t/<slug:team>/prompts/new/", views.prompt_new, name="prompt_new"),
    path("t/<slug:team>/prompts/<uuid:prompt>/", views.prompt, name="prompt"),
    path("t/<slug:team>/prompts/<uuid:prompt>/edit/", views.prompt_edit, name="prompt_edit"),
    path(
        "t/<slug:team>/prompts/<uuid:prompt>/archive/",
        views.prompt_archive,
        name="prompt_archive",
    ),
    path(
        "t/<slug:team>/prompts/<uuid:prompt>/restoration/",
        views.prompt_restoration,
        name="prompt_restoration",
    ),
]
