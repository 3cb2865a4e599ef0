"""Which languages the hub speaks: English, and each that has a catalogue."""

from pathlib import Path

from django.conf.locale import LANG_INFO


def offered(catalogues: Path) -> list[tuple[str, str]]:
    """Codes with the name that a language gives itself, as the setting LANGUAGES wants them."""
    found = {file.parts[-3] for file in catalogues.glob("*/LC_MESSAGES/django.mo")}
    return [
        ("en", "English"),
        *((code, str(LANG_INFO[code]["name_local"])) for code in sorted(found)),
    ]
