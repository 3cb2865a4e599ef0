"""What every provider can do, in the house's own words. Adapters translate to and from the wire."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from generations.providers.catalogue import Service, Spec

__all__ = [
    "Connection",
    "Provider",
    "ProviderError",
    "RateNews",
    "Result",
    "ResultState",
    "Spec",
    "Submission",
    "TransportName",
    "Trouble",
]

TransportName = Literal["rest", "graphql"]


@dataclass(frozen=True)
class Connection:
    """How to reach one upstream with one key. Its secrets stay out of `repr`."""

    base_url: str
    transport: TransportName
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)  # empty: no webhook is asked for
    poll_path: str  # with `{id}`; empty: this upstream cannot be asked
    honours_idempotency: bool


class ResultState(Enum):
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What the upstream says of one job, whether asked or by webhook."""

    upstream_id: str
    state: ResultState
    url: str = ""  # where a completed picture lies; not yet checked
    cost: int | None = None  # credits; None where not stated, or not believable
    code: str = ""  # of a failure
    message: str = ""  # of a failure: plain text, at most 300 characters
    has_odd_cost: bool = False  # a cost was stated that cannot be one


@dataclass(frozen=True)
class RateNews:
    """The upstream's X-RateLimit headers, as far as they made sense."""

    limit: int | None
    remaining: int | None
    resets_at: datetime | None


@dataclass(frozen=True)
class Submission:
    """The upstream accepted a job."""

    upstream_id: str
    result: Result | None  # where it is final already
    cost: int | None
    http_status: int
    rate: RateNews | None
    has_odd_cost: bool = False


class Trouble(Enum):
    """Why there is no Submission or Result, and what follows from it."""

    REFUSED = "refused"  # this request will never be accepted
    KEY_REJECTED = "key_rejected"
    EXHAUSTED = "exhausted"  # the key has no credit
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"  # it says that it failed: nothing was accepted
    NOT_SENT = "not_sent"  # for certain nothing left the hub
    UNKNOWN = "unknown"  # it may have been accepted


class ProviderError(Exception):
    """The upstream did not do what was asked.

    `message` is plain text of at most 300 characters, fit for people. `retry_at` is when the
    upstream said to come again, never more than 15 minutes ahead; `credits_left` what it said the
    key has left, when it refused for want of credit.
    """

    def __init__(
        self,
        trouble: Trouble,
        message: str,
        *,
        http_status: int | None = None,
        code: str = "",
        retry_at: datetime | None = None,
        rate: RateNews | None = None,
        credits_left: int | None = None,
    ) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.http_status = http_status
        self.code = code
        self.retry_at = retry_at
        self.rate = rate
        self.credits_left = credits_left

    @property
    def permanent(self) -> bool:
        """Whether sending the same again can never help."""
        return self.trouble is Trouble.REFUSED


class Provider(Protocol):
    """One kind of upstream. Stateless; safe to use from several threads."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_practice(self) -> bool: ...
    @property
    def default_base_url(self) -> str: ...
    @property
    def tells_balance(self) -> bool:
        """Whether there is a call that says how many credits are left."""

    @property
    def catalogue(self) -> tuple[Service, ...]: ...

    def result_hosts(self, base_url: str) -> Collection[str]:
        """The hosts (or host:port) that finished pictures may be fetched from."""

    def submit(
        self, connection: Connection, spec: Spec, callback_url: str, idempotency_key: str
    ) -> Submission:
        """Ask for one picture: sends once, no retries. Raises ProviderError.

        The same arguments send the same bytes. `callback_url` may be empty.
        """

    def fetch(self, connection: Connection, upstream_id: str) -> Result:
        """Ask how a job stands. Raises ProviderError."""

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        """Whether the upstream that knows the secret signed this body. An empty secret: never."""

    def parse_webhook(self, body: bytes) -> Result:
        """Read a verified webhook. Raises ValueError."""

    def balance(self, connection: Connection) -> int | None:
        """Ask something harmless and free; the credits left, where the upstream says so.

        Returning at all means that the key was not rejected. Raises ProviderError.
        """
