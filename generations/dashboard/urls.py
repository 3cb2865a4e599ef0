"""The first page, and finding anything."""

from django.urls import path

from generations.dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("t/<slug:team>/find/", views.find, name="find"),
]
