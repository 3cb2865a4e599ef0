"""The vendor's GraphQL face. Inputs are read by `order`, as strictly as those of REST."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from generations.sandbox.accounts import Account
from generations.sandbox.once import Ticket
from generations.sandbox.order import Order, from_generate, from_parameters, mapping
from generations.sandbox.studio import Accepted, Studio
from generations.sandbox.wire import (
    HangUp,
    Instead,
    Reply,
    Request,
    WireError,
    bad,
    not_found,
    reply_json,
)

SCHEMA = build_schema("""
    "An object; its members are in the vendor's documentation."
    scalar GenerateInput
    "An object; its members are in the vendor's documentation."
    scalar ImageGenerationInput
    scalar JSON

    type Generation {
      id: ID! status: String! type: String! provider: String! service: String! prompt: String!
      url: String width: Int! height: Int! duration: Float metadata: JSON creditCost: Int
      webhookUrl: String createdAt: String! completedAt: String error: JSON
    }
    type Query { generation(id: ID!): Generation }
    type Mutation {
      generate(input: GenerateInput!): Generation
      generateImage(input: ImageGenerationInput!): Generation
      generateimage(input: ImageGenerationInput!): Generation
    }
""")
DEPTH_TOKENS = 2000


@dataclass
class Call:
    """One GraphQL request while it is answered."""

    studio: Studio
    account: Account
    ticket: Ticket | None = None
    accepted: Accepted | None = None

    def create(self, read: Callable[[dict[str, Any]], Order], given: Any) -> dict[str, Any]:
        self.accepted = self.studio.create(
            self.account, read(dict(mapping({"input": given}, "input"))), self.ticket
        )
        return self.accepted.view

    # The names below are the schema's; graphql-core finds them on the root value.
    def generate(self, info: GraphQLResolveInfo[Any], input: Any) -> dict[str, Any]:
        return self.create(from_generate, input)

    def generateImage(self, info: GraphQLResolveInfo[Any], input: Any) -> dict[str, Any]:
        return self.create(from_parameters, input)

    generateimage = generateImage

    def generation(self, info: GraphQLResolveInfo[Any], id: str) -> dict[str, Any]:
        job = self.studio.jobs.find(id)
        if job is None or job.label != self.account.label:
            raise not_found("There is no such generation")
        with self.studio.lock:
            return job.view()


def reads_only(request: Request) -> bool:
    """Whether it only queries; what cannot be read counts as writing."""
    try:
        document = _document(request)
    except WireError:
        return False
    operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
    return all(node.operation == OperationType.QUERY for node in operations)


def answer(studio: Studio, account: Account, request: Request) -> Reply:
    """POST /graphql"""
    if reads_only(request):
        return _run(Call(studio, account), request)
    call = Call(studio, account, Ticket.of(account.label, request))
    return studio.once.run(call.ticket, lambda: _run(call, request))


def _run(call: Call, request: Request) -> Reply:
    given = request.json()
    document = _document(request)
    if problems := validate(SCHEMA, document):
        raise bad(problems[0].message[:300], "query")
    result = execute_sync(
        SCHEMA,
        document,
        root_value=call,
        variable_values=dict(mapping(given, "variables")),
        operation_name=given.get("operationName"),
    )
    if result.errors:
        raise _error(result.errors[0])
    reply = reply_json({"data": result.data})
    return call.accepted.answer(reply) if call.accepted else reply


def _document(request: Request) -> DocumentNode:
    query = request.json().get("query")
    if not isinstance(query, str):
        raise bad("query must be a string", "query")
    try:
        return parse(query, max_tokens=DEPTH_TOKENS, no_location=True)
    except GraphQLError as error:
        raise bad(error.message[:300], "query") from error


def _error(error: GraphQLError) -> Exception:
    """Our own refusal comes back as it was; anything else is the caller's fault."""
    original = error.original_error
    if isinstance(original, WireError | Instead | HangUp):
        return original
    return bad(error.message[:300], "variables")
