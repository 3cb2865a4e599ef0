"""The addresses of scripts, as the upstream's own, and the page that explains them."""

from django.urls import URLPattern, include, path

from generations.api import views
from generations.api.gate import guarded
from generations.api.graphql.documents import reads_only
from generations.api.graphql.views import graphql
from generations.api.rest.views import nothing, rest


def _behind_the_gate() -> list[URLPattern]:
    """django-ninja's own views; without the gate it would answer a wrong method its own way."""
    patterns = [pattern for pattern in rest.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = guarded(pattern.callback)
    return patterns


urlpatterns = [
    path("v1/", include(_behind_the_gate())),
    path("v1/<path:rest>", guarded(nothing), name="v1_nothing"),
    path("graphql", guarded(graphql, reads_only), name="graphql"),
    path("t/<slug:team>/api/", views.api_docs, name="api_docs"),
]
