"""Loaded by pytest before the settings: a throw-away data folder and fixed secrets."""

import os
import tempfile
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="fluxhub-tests-")
(Path(FOLDER) / "static").mkdir()
os.environ |= {
    "FLUXHUB_DATA": FOLDER,
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789-abcdef",
    "FLUXHUB_ENCRYPTION_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDE=",
    "SANDBOX_SECRET": "only-for-tests-sandbox-secret",
    "SITE_URL": "http://127.0.0.1:8000",
    "DEADLINE_PROFILE": "short",
}
if database := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = database
