"""`/v1/text_to_image`: asking for a picture, and asking how it stands."""

from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.parser import Parser

from generations.api import body, envelope, errors, finding, ordering
from generations.api.auth import ApiRequest
from generations.api.rest import faults
from generations.api.rest.orders import PictureOrder


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return body.read(request).members


class Rest(NinjaAPI):
    """Leaves all that goes wrong to the gate."""

    def on_exception(self, request: HttpRequest, exc: Any) -> NoReturn:
        raise faults.translate(exc)


rest = Rest(docs_url=None, openapi_url=None, urls_namespace="v1", parser=StrictParser())


@rest.post("/text_to_image", url_name="text_to_image")
def create(request: ApiRequest, order: PictureOrder) -> HttpResponse:
    admission = ordering.place(request, order.wish(), body.read(request).digest)
    response = _answer(envelope.accepted(admission.generations[0]))
    if admission.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@rest.get("/text_to_image/{generation}", url_name="text_to_image_status")
def status(request: ApiRequest, generation: str) -> HttpResponse:
    found = finding.find(request.caller, generation)
    return _answer(envelope.current(found, request.caller))


def nothing(request: HttpRequest, rest: str) -> NoReturn:
    """Every other address below `/v1/`."""
    raise errors.not_found()


def _answer(members: dict[str, Any]) -> HttpResponse:
    return JsonResponse({"data": {"generateimage": members}})
