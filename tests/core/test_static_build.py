"""What `collectstatic` makes of the sources, and what a browser has to fetch of it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from generations.core.static_build import flatten

BUDGET = 60_000  # bytes of CSS and JavaScript on any page, as they travel
HTMX = "django_htmx/htmx-2.min.js"
SCRIPT = re.compile(r'{% static "(js/[^"]+)" %}')
IMPORT = re.compile(r'import [^"]*"\./([^"]+)"')


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> "Build":
    root = tmp_path_factory.mktemp("static")
    backend = "generations.core.static_build.BuiltStaticFilesStorage"
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", "--no-input", verbosity=0)
    return Build(root)


class Build:
    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, name: str) -> Path:
        """The file with a digest that is served for this one."""
        stem, _, ending = name.rpartition(".")
        (found,) = self.root.glob(f"{stem}.{'[0-9a-f]' * 12}.{ending}")
        return found

    def weight(self, file: Path) -> int:
        packed = file.with_name(f"{file.name}.gz")
        return (packed if packed.exists() else file).stat().st_size

    def modules(self, name: str) -> set[Path]:
        """The module with all that it imports."""
        found, ahead = set[Path](), [self.find(name)]
        while ahead:
            module = ahead.pop()
            found.add(module)
            imported = {module.parent / each for each in IMPORT.findall(module.read_text())}
            ahead += imported - found
        return found


def modules_of_pages() -> dict[str, list[str]]:
    """By template: the modules that it names, below those of the layout that it extends."""
    templates = settings.BASE_DIR / "templates"
    named = {
        str(file.relative_to(templates)): SCRIPT.findall(file.read_text())
        for file in templates.rglob("*.html")
    }
    base = [name for file in sorted(named) if file.startswith("layout/") for name in named[file]]
    return {file: [*base, *names] for file, names in named.items() if names}


@pytest.mark.parametrize("page", modules_of_pages())
def test_no_page_weighs_more_than_its_budget(build: Build, page: str) -> None:
    files = {build.find("css/app.css"), build.find(HTMX)}
    for module in modules_of_pages()[page]:
        files |= build.modules(module)
    weights = {file.name: build.weight(file) for file in files}
    assert len(weights) > 5
    assert sum(weights.values()) <= BUDGET, weights


def test_there_is_one_stylesheet_and_nothing_to_fetch_behind_it(build: Build) -> None:
    text = build.find("css/app.css").read_text()
    assert "@import" not in text
    assert "/*" not in text
    assert [file.name for file in (build.root / "css").rglob("*.*.css")] == [
        build.find("css/app.css").name
    ]


def test_every_imported_module_has_a_digest_in_its_name(build: Build) -> None:
    modules = list((build.root / "js").glob(f"*.{'[0-9a-f]' * 12}.js"))
    assert modules
    for module in modules:
        for name in IMPORT.findall(module.read_text()):
            assert (module.parent / name) in modules, module.name


def test_a_sheet_becomes_a_block_of_its_layer() -> None:
    sheets = {
        "css/app.css": '@layer base;\n\n@import url("parts/a.css") layer(base);\n',
        "css/parts/a.css": "/* why */\na {\n  color: red;\n}\n",
    }
    assert flatten(sheets, "css/app.css") == "@layer base;\n@layer base{\na {\ncolor: red;\n}\n}\n"


def test_a_sheet_that_names_an_address_is_refused() -> None:
    sheets = {
        "css/app.css": '@import url("a.css") layer(base);\n',
        "css/a.css": "a { background: url(b.png); }",
    }
    with pytest.raises(ValueError, match=r"a\.css names an address"):
        flatten(sheets, "css/app.css")
