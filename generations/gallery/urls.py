"""Addresses of the gallery."""

from django.urls import path

from generations.gallery import views

urlpatterns = [
    path("t/<slug:team>/gallery/", views.gallery, name="gallery"),
    path("t/<slug:team>/gallery/fresh/", views.gallery_fresh, name="gallery_fresh"),
    path("t/<slug:team>/pictures/<uuid:image>/", views.picture, name="picture"),
]
