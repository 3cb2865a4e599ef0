"""The project's addresses are the app's."""

from django.urls import include, path

urlpatterns = [path("", include("generations.urls"))]
