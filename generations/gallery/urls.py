"""Addresses of the gallery."""

from django.urls import path

from generations.gallery import act_views, picture_views, prompt_views, views

GALLERY = "t/<slug:team>/gallery/"
PICTURE = "t/<slug:team>/pictures/<uuid:image>/"

urlpatterns = [
    path(GALLERY, views.gallery, name="gallery"),
    path(f"{GALLERY}fresh/", views.gallery_fresh, name="gallery_fresh"),
    path(f"{GALLERY}stars/", act_views.star_selected, name="gallery_stars"),
    path(f"{GALLERY}trash/", act_views.trash_selected, name="gallery_trash"),
    path(f"{GALLERY}restoration/", act_views.restore_selected, name="gallery_restoration"),
    path(f"{GALLERY}zip/", act_views.download_selected, name="gallery_zip"),
    path("t/<slug:team>/batches/<uuid:series>/zip/", act_views.download_series, name="series_zip"),
    path(PICTURE, picture_views.picture, name="picture"),
    path(f"{PICTURE}prompt/", prompt_views.picture_prompt, name="picture_prompt"),
    path(f"{PICTURE}star/", act_views.star, name="star"),
    path(f"{PICTURE}privacy/", act_views.picture_privacy, name="picture_privacy"),
    path(
        "t/<slug:team>/trash/<uuid:image>/<slug:variant>.webp",
        act_views.trashed_file,
        name="trashed_file",
    ),
    path(
        "t/<slug:team>/prompts/<uuid:prompt>/versions/<int:number>/pictures/",
        prompt_views.prompt_pictures,
        name="prompt_pictures",
    ),
]
