"""The schema: two mutations that ask for a picture, one query that tells how it stands."""

from dataclasses import dataclass

import strawberry
from django.utils.translation import gettext as _
from graphql import GraphQLError, MaxIntrospectionDepthRule
from strawberry.extensions import AddValidationRules
from strawberry.types import ExecutionContext

from generations.api import envelope, errors, finding, ordering
from generations.api.auth import ApiRequest
from generations.api.graphql.types import GenerateInput, Generation, ImageGenerationInput
from generations.api.ordering import Wish

IMAGE = "IMAGE"


@dataclass
class Context:
    """One request while it is answered."""

    request: ApiRequest
    digest: str
    is_replayed: bool = False

    def place(self, wish: Wish) -> Generation:
        admission = ordering.place(self.request, wish, self.digest)
        self.is_replayed = admission.replayed
        return Generation(**envelope.accepted(admission.generations[0]))


Info = strawberry.Info[Context, None]


def _generation(info: Info, id: strawberry.ID) -> Generation:
    caller = info.context.request.caller
    return Generation(**envelope.current(finding.find(caller, id), caller))


def _generate(info: Info, input: GenerateInput) -> Generation:
    if input.type != IMAGE:
        raise errors.bad_request("type", _("Use one of: %(words)s.") % {"words": IMAGE})
    return info.context.place(input.wish())


def _generate_image(info: Info, input: ImageGenerationInput) -> Generation:
    return info.context.place(input.wish())


@strawberry.type
class Query:
    generation: Generation | None = strawberry.field(
        resolver=_generation,
        description="One generation of the team; poll it every two seconds.",
    )


@strawberry.type
class Mutation:
    generate: Generation = strawberry.mutation(
        resolver=_generate,
        description="Ask for a picture, by the method for all kinds of content.",
    )
    generateImage: Generation = strawberry.mutation(
        resolver=_generate_image, description="Ask for a picture."
    )
    generateimage: Generation = strawberry.mutation(
        resolver=_generate_image, description="The same as generateImage."
    )


class Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Nothing: the view describes each error, and logs what nobody foresaw."""


schema = Schema(
    query=Query,
    mutation=Mutation,
    extensions=[lambda: AddValidationRules([MaxIntrospectionDepthRule])],
)
