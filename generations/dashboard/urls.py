"""The first page."""

from django.urls import path

from generations.dashboard import views

urlpatterns = [path("", views.home, name="home")]
