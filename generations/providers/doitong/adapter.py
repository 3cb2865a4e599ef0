"""Flux Pro as Doitong documents it: REST or GraphQL, as the connection says.

What the page leaves open is decided so:

- A webhook is asked for only when the connection has a secret to verify it with. REST names
  `webhookUrl` as a parameter; GraphQL's input has no such member, so it goes into the free-form
  `options`, where width and height are as well. A test of the key finds out whether it works.
- REST names no `quality`: it is sent only where it is not the standard one.
- Asking for a job's state is a GET of the connection's polling path with the REST header, or the
  query `generation(id)` when that path is `/graphql`.
- The page names no call for the balance (the sandbox has one). An empty order is refused by any
  server, costs nothing, and tells whether the key is accepted.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from generations.core import http, signing
from generations.providers import catalogue
from generations.providers.catalogue import Service, Spec
from generations.providers.contract import (
    Connection,
    ProviderError,
    Result,
    ResultState,
    Submission,
    Trouble,
)
from generations.providers.doitong import reading, troubles

REST_PATH = "/v1/text_to_image"
GRAPHQL_PATH = "/graphql"
SIGNATURE_HEADER = "x-doitong-signature"
FIELDS = "{ id status type provider url metadata creditCost createdAt }"
GENERATE = f"mutation Generate($input: GenerateInput!) {{ generate(input: $input) {FIELDS} }}"
LOOK = "query Look($id: ID!) { generation(id: $id) { id status url metadata creditCost error } }"


@dataclass(frozen=True)
class Doitong:
    slug: str
    name: str
    is_practice: bool
    default_base_url: str
    results_at: tuple[str, ...]  # hosts; empty: pictures lie where the API is
    balance_path: str = ""

    @property
    def tells_balance(self) -> bool:
        return bool(self.balance_path)

    @property
    def catalogue(self) -> tuple[Service, ...]:
        return (catalogue.FLUX_PRO,)

    def result_hosts(self, base_url: str) -> Collection[str]:
        """The vendor's own file servers; behind another address, that address as well."""
        if self.results_at and base_url == self.default_base_url:
            return self.results_at
        return (*self.results_at, urlsplit(base_url).netloc)

    def submit(
        self, connection: Connection, spec: Spec, callback_url: str, idempotency_key: str
    ) -> Submission:
        if not connection.webhook_secret:
            callback_url = ""
        headers = {"Idempotency-Key": idempotency_key} if connection.honours_idempotency else {}
        if connection.transport == "graphql":
            order = {"query": GENERATE, "variables": {"input": _generate_input(spec, callback_url)}}
            answer = _ask(connection, GRAPHQL_PATH, order, headers)
        else:
            answer = _ask(connection, REST_PATH, _parameters(spec, callback_url), headers)
        result = _read(answer, connection)
        return Submission(
            upstream_id=result.upstream_id,
            result=None if result.state is ResultState.PROCESSING else result,
            cost=result.cost,
            http_status=answer.status,
            rate=reading.rate(answer.headers),
            has_odd_cost=result.has_odd_cost,
        )

    def fetch(self, connection: Connection, upstream_id: str) -> Result:
        if not connection.poll_path:
            raise ProviderError(Trouble.REFUSED, _("This upstream cannot be asked about a job."))
        if connection.poll_path == GRAPHQL_PATH:
            order = {"query": LOOK, "variables": {"id": upstream_id}}
            answer = _ask(connection, GRAPHQL_PATH, order)
        else:
            path = connection.poll_path.replace("{id}", quote(upstream_id, safe=""))
            answer = _ask(connection, path)
        result = _read(answer, connection)
        if result.upstream_id != upstream_id:
            message = _("The upstream answered about another job.")
            raise ProviderError(Trouble.UNKNOWN, message, http_status=answer.status)
        return result

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        given = [value for name, value in headers.items() if name.lower() == SIGNATURE_HEADER]
        return len(given) == 1 and signing.verify(body, secret, given[0])

    def parse_webhook(self, body: bytes) -> Result:
        return reading.result(reading.load(body))

    def balance(self, connection: Connection) -> int | None:
        if self.balance_path:
            answer = _ask(connection, self.balance_path)
            if answer.status == 200:
                return reading.credits_left(answer.body)
        elif connection.transport == "graphql":
            answer = _ask(connection, GRAPHQL_PATH, {"query": "{ __typename }"})
        else:
            answer = _ask(connection, REST_PATH, {})
        error = troubles.from_answer(answer, connection.api_key)
        is_accepted = 200 <= answer.status < 300 and error.trouble is Trouble.UNKNOWN
        if not is_accepted and error.trouble is not Trouble.REFUSED:
            raise error
        return None


def _parameters(spec: Spec, callback_url: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "service": spec.service,
        "prompt": spec.prompt,
        "width": spec.width,
        "height": spec.height,
        "version": spec.version,
    }
    if spec.quality != catalogue.FLUX_PRO.default_quality:
        parameters["quality"] = spec.quality
    if callback_url:
        parameters["webhookUrl"] = callback_url
    return parameters


def _generate_input(spec: Spec, callback_url: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "width": spec.width,
        "height": spec.height,
        "version": spec.version,
        "quality": spec.quality,
    }
    if callback_url:
        options["webhookUrl"] = callback_url
    return {
        "type": "IMAGE",
        "provider": spec.service,
        "input": {"text": spec.prompt},
        "options": options,
    }


def _ask(
    connection: Connection,
    path: str,
    order: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> http.Answer:
    """GET, or POST of an order, with the header that the page names for the endpoint."""
    if path == GRAPHQL_PATH:
        key = {"Authorization": f"Bearer {connection.api_key}"}
    else:
        key = {"X-API-Key": connection.api_key}
    sent = {"Accept": "application/json", **key, **(headers or {})}
    if order is not None:
        sent["Content-Type"] = "application/json"
    try:
        return http.request(
            "GET" if order is None else "POST",
            connection.base_url.rstrip("/") + path,
            headers=sent,
            body=None if order is None else json.dumps(order).encode(),
        )
    except http.HttpError as error:
        raise troubles.from_failure(error) from error


def _read(answer: http.Answer, connection: Connection) -> Result:
    """The job of a good answer. Raises ProviderError on every other answer."""
    if 200 <= answer.status < 300:
        # An answer with a usable job was accepted, even if `errors` says more beside it.
        try:
            return reading.result(reading.job_in(reading.load(answer.body)))
        except ValueError:
            pass
    raise troubles.from_answer(answer, connection.api_key)
