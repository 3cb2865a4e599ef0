"""GraphQL's own complaints in the words of the protocol: each names the caller's field."""

import re
from collections.abc import Iterator

from graphql import ArgumentNode, DocumentNode, GraphQLError, Node, ObjectFieldNode

from generations.api import errors
from generations.api.errors import ApiError

MESSAGE_MAX = 300
VARIABLE = re.compile(r"Variable '\$(\w+)' has invalid value(?: at \.([\w.]+))?: ")
MEMBER = re.compile(r"(?:include required|not to include unknown) field '(\w+)'")
SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)


def translate(error: GraphQLError, tree: DocumentNode) -> ApiError:
    """What a resolver raised, described; else a 400 that names the parameter, or `query`."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, GraphQLError):
        return errors.describe(cause)
    message = SUGGESTION.sub("", error.message)[:MESSAGE_MAX]
    return errors.bad_request(_field(error, tree), message)


def _field(error: GraphQLError, tree: DocumentNode) -> str:
    member = MEMBER.search(error.message)
    if variable := VARIABLE.match(error.message):
        path = [variable[2]] if variable[2] else []
        path += [member[1]] if member else []
        return ".".join(path) or variable[1]
    node = error.nodes[0] if error.nodes else None
    if node is None or node.loc is None:
        return "query"
    argument, *path = list(_names_around(tree, node)) or ["query"]
    if member and path[-1:] != [member[1]]:
        path.append(member[1])
    return ".".join(path) or argument


def _names_around(node: Node, target: Node) -> Iterator[str]:
    """The argument and the object fields in which a place of the document lies, outermost first."""
    while node is not target:
        inner = next((child for child in _children(node) if _contains(child, target)), None)
        if inner is None:
            return
        if isinstance(inner, ArgumentNode | ObjectFieldNode):
            yield inner.name.value
        node = inner


def _children(node: Node) -> Iterator[Node]:
    for key in node.keys:
        value = getattr(node, key, None)
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, Node):
                yield one


def _contains(node: Node, target: Node) -> bool:
    """By place: the schema parsed the same text into nodes of its own."""
    if node.loc is None or target.loc is None:
        return False
    return node.loc.start <= target.loc.start and target.loc.end <= node.loc.end
