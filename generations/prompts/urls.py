"""Addresses of the library."""

from django.urls import path

from generations.prompts import guidance_views, style_views, views

urlpatterns = [
    path("t/<slug:team>/prompts/", views.prompts, name="prompts"),
    path("t/<slug:team>/prompts/new/", views.prompt_new, name="prompt_new"),
    path("t/<slug:team>/prompts/notes/", views.prompt_notes, name="prompt_notes"),
    path("t/<slug:team>/prompts/<uuid:prompt>/", views.prompt, name="prompt"),
    path("t/<slug:team>/prompts/<uuid:prompt>/edit/", views.prompt_edit, name="prompt_edit"),
    path(
        "t/<slug:team>/prompts/<uuid:prompt>/versions/<int:number>/fork/",
        views.prompt_fork,
        name="prompt_fork",
    ),
    path(
        "t/<slug:team>/prompts/<uuid:prompt>/versions/<int:number>/rollback/",
        views.prompt_rollback,
        name="prompt_rollback",
    ),
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
    path("t/<slug:team>/prompts/guidance/", guidance_views.guidance, name="guidance"),
    path("t/<slug:team>/prompts/styles/", style_views.style_list, name="styles"),
    path("t/<slug:team>/prompts/styles/<uuid:style>/", style_views.style_edit, name="style_edit"),
    path(
        "t/<slug:team>/prompts/styles/<uuid:style>/archive/",
        style_views.style_archive,
        name="style_archive",
    ),
    path(
        "t/<slug:team>/prompts/styles/<uuid:style>/restoration/",
        style_views.style_restoration,
        name="style_restoration",
    ),
]
