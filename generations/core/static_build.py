"""What `collectstatic` makes of our sources: one stylesheet, and modules with a digest each.

The sources stay small files, one component each; a browser that had to follow their `@import`
lines would wait for seventy requests before it drew anything.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

CONTENTS = "css/app.css"
IMPORT = re.compile(r'^@import url\("(?P<sheet>[^"]+)"\) layer\((?P<layer>\w+)\);\n', re.MULTILINE)
MODULE = r'(?P<matched>import (?P<names>[^"]*)"(?P<url>\./[^"]+)";)'
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")

Sources = dict[str, tuple[Storage, str]]


class BuiltStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    # Django's own rewriting of imports takes every script, and libraries name what is not there.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((MODULE, 'import %(names)s"%(url)s";'),)),
    )

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Before every file gets its digest: the table of contents and what it names, as one."""
        if CONTENTS in paths and not dry_run:
            names = [name for name in paths if name.startswith("css/")]
            sheets = {name: _read(*paths.pop(name)) for name in names}
            self.delete(CONTENTS)
            self.save(CONTENTS, ContentFile(flatten(sheets, CONTENTS).encode()))
            paths[CONTENTS] = (StaticFilesStorage(self.location, self.base_url), CONTENTS)
        return super().post_process(paths, dry_run, **options)  # type: ignore[no-any-return]


def flatten(sheets: Mapping[str, str], contents: str) -> str:
    """The sheet `contents` with each `@import url(…) layer(…)` as a block of that layer.

    `sheets` are texts by path. Raises KeyError for an import that is not among them, ValueError
    for an address inside an imported sheet: it would be resolved against another folder.
    """
    folder = contents.rpartition("/")[0]

    def block(found: re.Match[str]) -> str:
        text = sheets[f"{folder}/{found['sheet']}"]
        if "url(" in text:
            raise ValueError(f"{found['sheet']} names an address.")
        return f"@layer {found['layer']}{{{text}}}\n"

    flat = IMPORT.sub(block, sheets[contents])
    return INDENT.sub("\n", COMMENT.sub("", flat)).strip() + "\n"


def _read(storage: Storage, path: str) -> str:
    with storage.open(path) as source:
        content: bytes = source.read()
    return content.decode()
