"""Reading a GraphQL request, and refusing early what would be dear to answer."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    parse,
)

from generations.api import body, errors
from generations.api.errors import ApiError

MOST_TOKENS = 1000
MOST_BYTES = 16 * 1024
MOST_DEPTH = 8
MOST_ALIASES = 15
# Validation compares fields of one name with each other, so that twice as many cost four times.
MOST_FIELDS = 250


@dataclass(frozen=True)
class Document:
    query: str
    tree: DocumentNode
    variables: dict[str, Any]
    operation: str | None
    digest: str

    @property
    def reads_only(self) -> bool:
        return all(node.operation == OperationType.QUERY for node in _operations(self.tree))


@dataclass(frozen=True)
class Size:
    """Of a selection, all fragments expanded."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    roots: int = 0  # fields at its own level


def read(request: HttpRequest) -> Document:
    """Raises ApiError (400)."""
    sent = body.read(request)
    query = sent.members.get("query")
    variables = sent.members.get("variables") or {}
    operation = sent.members.get("operationName")
    if not isinstance(query, str):
        raise errors.bad_request("query", _("Use a text."))
    if not isinstance(variables, dict):
        raise errors.bad_request("variables", _("Use an object."))
    if not isinstance(operation, str | None):
        raise errors.bad_request("operationName", _("Use a text."))
    tree = _parse(query)
    _check_operation(tree, operation)
    _Ruler(tree).check()
    return Document(query, tree, variables, operation, sent.digest)


def reads_only(request: HttpRequest) -> bool:
    """For the gate. What cannot be read counts as writing."""
    try:
        return read(request).reads_only
    except ApiError:
        return False


def _parse(query: str) -> DocumentNode:
    if len(query) > MOST_BYTES or len(query.encode(errors="replace")) > MOST_BYTES:
        raise errors.bad_request("query", _("The query is too long."))
    try:
        return parse(query, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        raise errors.bad_request("query", error.message[:300]) from error
    except RecursionError as error:
        raise errors.bad_request("query", _("The query is too deep.")) from error


def _check_operation(tree: DocumentNode, wanted: str | None) -> None:
    names = [node.name.value if node.name else None for node in _operations(tree)]
    if wanted is not None and wanted not in names:
        raise errors.bad_request("operationName", _("The query has no operation of this name."))
    if wanted is None and len(names) != 1:
        raise errors.bad_request("operationName", _("Name the one operation to run."))


def _operations(tree: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]


class _Ruler:
    """Measures each fragment once: expanding them one by one could take for ever."""

    def __init__(self, tree: DocumentNode) -> None:
        self.operations = _operations(tree)
        self.fragments = {
            node.name.value: node.selection_set
            for node in tree.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self.sizes: dict[str, Size] = {}

    def check(self) -> None:
        for operation in self.operations:
            size = self._measure(operation.selection_set)
            too_much = (
                size.depth > MOST_DEPTH or size.aliases > MOST_ALIASES or size.fields > MOST_FIELDS
            )
            if too_much:
                raise errors.bad_request(
                    "query",
                    _(
                        "The query is too large: at most {depth} levels, {aliases} aliases "
                        "and {fields} fields."
                    ).format(depth=MOST_DEPTH, aliases=MOST_ALIASES, fields=MOST_FIELDS),
                )
            if operation.operation == OperationType.MUTATION and size.roots > 1:
                raise errors.bad_request("query", _("Ask for one picture in each request."))

    def _measure(self, selections: SelectionSetNode | None) -> Size:
        total = Size()
        for node in selections.selections if selections else ():
            size = self._size(node)
            total = Size(
                depth=max(total.depth, size.depth),
                aliases=total.aliases + size.aliases,
                fields=total.fields + size.fields,
                roots=total.roots + size.roots,
            )
        return total

    def _size(self, node: SelectionNode) -> Size:
        if isinstance(node, FieldNode):
            inner = self._measure(node.selection_set)
            # How deep introspection may go is a rule of its own (schema.py).
            is_ours = not node.name.value.startswith("__")
            return Size(
                depth=1 + (inner.depth if is_ours else 0),
                aliases=inner.aliases + (node.alias is not None),
                fields=inner.fields + 1,
                roots=int(node.name.value != "__typename"),
            )
        if isinstance(node, InlineFragmentNode):
            return self._measure(node.selection_set)
        return self._fragment(node.name.value)  # type: ignore[attr-defined]  # a spread

    def _fragment(self, name: str) -> Size:
        """Zero for an unknown one, and where it contains itself: validation names both."""
        if name not in self.sizes:
            self.sizes[name] = Size()
            self.sizes[name] = self._measure(self.fragments.get(name))
        return self.sizes[name]
