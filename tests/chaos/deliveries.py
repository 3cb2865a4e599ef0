"""What callers' webhook addresses got: each end at least once, truly signed, and nothing else."""

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.findings import Finding
from tests.chaos.journal import Journals, Line
from tests.chaos.snapshot import Snapshot


def check(journals: Journals, rows: Snapshot) -> Iterator[Finding]:
    arrived: dict[str, set[str]] = defaultdict(set)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in journals.receiver:
        notice = json.loads(line["body"])
        name, status = notice["id"], notice["status"]
        generation = rows.generations.get(name)
        if generation is None or generation.api_key is None or not generation.webhook_url:
            yield Finding("unasked delivery", name, "is no generation that wanted to be told of")
            continue
        if not is_signed(line, generation.api_key.webhook_secret):
            yield Finding("bad signature", name, f"was delivered as {status}")
            continue
        if status not in rows.ends.get(name, []):
            yield Finding("wrong delivery", name, f"was delivered as {status}")
        arrived[name].add(status)
        names[name, status].add(line["headers"].get("webhook-id", ""))
    for name, generation in rows.generations.items():
        missing = set(rows.ends.get(name, [])) - arrived[name]
        if generation.webhook_url and missing:
            yield Finding("not delivered", name, f"nobody was told of {', '.join(missing)}")
    for (name, status), ids in names.items():
        if len(ids) > 1:
            yield Finding("two names", name, f"{status} came under {len(ids)} message ids")


def is_signed(line: Line, secret: str) -> bool:
    """Both forms: the upstream's own header and Standard Webhooks."""
    headers, body = line["headers"], line["body"].encode()
    own = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    content = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    standard = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = (headers.get("x-doitong-signature"), headers.get("webhook-signature"))
    return given == (own, f"v1,{standard}")
