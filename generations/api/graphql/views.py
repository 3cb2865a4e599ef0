"""`POST /graphql`: JSON only, one operation, no page to explore it, no uploads."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST
from strawberry.types import ExecutionResult

from generations.api.auth import ApiRequest
from generations.api.graphql import documents, faults
from generations.api.graphql.documents import Document
from generations.api.graphql.schema import Context, schema

MOST_ERRORS = 10


@require_POST
def graphql(request: ApiRequest) -> HttpResponse:
    document = documents.read(request)
    context = Context(request, document.digest)
    result = schema.execute_sync(
        document.query,
        variable_values=document.variables,
        operation_name=document.operation,
        context_value=context,
    )
    if result.errors:
        return _failed(result, document)
    response = JsonResponse({"data": result.data})
    if context.is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _failed(result: ExecutionResult, document: Document) -> HttpResponse:
    """The page promises HTTP statuses: it is the first error's. What was found stays beside it."""
    each = [faults.translate(error, document.tree) for error in (result.errors or [])[:MOST_ERRORS]]
    described = list({error.message: error for error in each}.values())
    content: dict[str, Any] = {"errors": [error.entry() for error in described]}
    if result.data and any(value is not None for value in result.data.values()):
        content["data"] = result.data
    first = described[0]
    return JsonResponse(content, status=first.status, headers=first.headers)
