"""The project's addresses are the app's."""

from django.urls import include, path

urlpatterns = [path("", include("generations.urls"))]
handler400 = "generations.core.error_pages.bad_request"
handler500 = "generations.core.error_pages.server_error"
