"""What the hub and an upstream say to each other, whoever the upstream is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol


@dataclass(frozen=True)
class Spec:
    """A picture as it is asked for: pixels, and values of the service's catalogue."""

    prompt: str
    width: int
    height: int
    version: str
    quality: str
    service: str


@dataclass(frozen=True)
class Connection:
    """How to reach one upstream account. The secrets never show in its repr."""

    base_url: str
    transport: str  # "rest" or "graphql"
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    poll_path: str
    honours_idempotency: bool


class ResultState(Enum):
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What the upstream says of one job. `cost` is in credits, None where it says nothing sensible."""

    upstream_id: str
    state: ResultState
    url: str
    cost: int | None
    code: str
    message: str


@dataclass(frozen=True)
class RateNews:
    limit: int | None
    remaining: int | None
    resets_at: datetime | None


@dataclass(frozen=True)
class Submission:
    """An accepted submission; `result` where it had already ended."""

    upstream_id: str
    result: Result | None
    cost: int | None
    http_status: int
    rate: RateNews | None


class Trouble(Enum):
    REFUSED = "refused"
    KEY_REJECTED = "key rejected"
    EXHAUSTED = "exhausted"
    RATE_LIMITED = "rate limited"
    SERVER_ERROR = "server error"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


class ProviderError(Exception):
    """Why a call to an upstream brought no answer of use."""

    def __init__(
        self,
        trouble: Trouble,
        message: str,
        http_status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.http_status = http_status
        self.retry_at = retry_at

    @property
    def permanent(self) -> bool:
        return self.trouble is Trouble.REFUSED


class Provider(Protocol):
    slug: str
    name: str
    is_practice: bool
    default_base_url: str

    def result_hosts(self, connection: Connection) -> Collection[str]: ...

    def submit(
        self, connection: Connection, spec: Spec, callback_url: str, idempotency_key: str
    ) -> Submission: ...

    def fetch(self, connection: Connection, upstream_id: str) -> Result: ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool: ...

    def parse_webhook(self, body: bytes) -> Result: ...

    def balance(self, connection: Connection) -> int | None: ...
