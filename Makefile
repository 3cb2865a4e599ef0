# What developers and newcomers type. Everything happens in .venv; nothing is installed elsewhere.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
.PHONY: run demo setup test check shots chaos races bench messages lock

BIN := .venv/bin
JOBS ?= 300
ROUNDS ?= 20

# The first Python that is new enough.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

# Tools load the settings as a production site would, with secrets that are good for nothing else.
TOOLS := SITE_URL=https://hub.example SANDBOX_SECRET=only-for-tools \
	SECRET_KEY=only-for-tools-0123456789-0123456789-0123456789-abcdef \
	FLUXHUB_ENCRYPTION_KEYS=b25seS1mb3ItdG9vbHMtb25seS1mb3ItdG9vbHMtMDE=

run: .venv/.runtime  ## the whole hub, until Ctrl-C
	@exec $(BIN)/python manage.py up $(ARGS)

demo: .venv/.runtime  ## the same with a team of five, prompts, 300 pictures and 60 days of usage in it
	@FLUXHUB_DATA="$${FLUXHUB_DATA:-.fluxhub-demo}" exec $(BIN)/python manage.py demo $(ARGS)

setup: .venv/.development  ## only the environment

test: .venv/.development  ## the whole suite; PostgreSQL and the browser where they are found
	@$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

check: .venv/.development  ## everything that holds the house up, but for the tests
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; export FLUXHUB_DATA="$$folder" $(TOOLS); \
	set -x; \
	$(BIN)/ruff check --quiet; \
	$(BIN)/ruff format --check --quiet; \
	$(BIN)/lint-imports --no-logo; \
	$(BIN)/mypy; \
	git ls-files -z '*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check; \
	$(BIN)/python manage.py check --deploy --fail-level WARNING; \
	$(BIN)/python manage.py makemigrations --check --dry-run; \
	$(BIN)/python manage.py collectstatic --no-input --verbosity 0

shots: .venv/.development  ## every page of the demo as a picture, in the folder shots: make shots ARGS=usage
	@$(BIN)/python -m tests.browser.shots $(ARGS)

chaos: .venv/.development  ## the hub under kills, crashes and a hostile upstream: make chaos JOBS=300
	@$(BIN)/python -m tests.chaos.run --jobs $(JOBS) $(ARGS)

races: .venv/.development  ## the races in full size, again and again, on SQLite and PostgreSQL: make races ROUNDS=20
	@RACE_ROUNDS=$(ROUNDS) env -u TEST_DATABASE_URL $(BIN)/pytest -m races tests/race $(ARGS)
	@[ -z "$${TEST_DATABASE_URL:-}" ] || RACE_ROUNDS=$(ROUNDS) $(BIN)/pytest -m races tests/race $(ARGS)

bench: .venv/.development  ## how fast it is, as a table; PostgreSQL where TEST_DATABASE_URL names one
	@$(BIN)/python -m tests.bench

messages: .venv/.development  ## the catalogues anew, and one more: make messages LANGUAGE=ga
	@mkdir -p fluxhub/locale; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	export FLUXHUB_DATA="$$folder" $(TOOLS); \
	$(BIN)/python manage.py makemessages $(if $(LANGUAGE),--locale $(LANGUAGE),--all) \
		--no-obsolete --add-location file --ignore .venv --ignore tests; \
	$(BIN)/python manage.py compilemessages --verbosity 0

lock: .venv/.development  ## newest versions that pyproject.toml allows
	$(BIN)/uv pip compile $(LOCK) --extra postgres --output-file requirements.txt
	$(BIN)/uv pip compile $(LOCK) --extra postgres --group dev --output-file requirements-dev.txt

LOCK := pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

# Stamps, so that nothing is installed again while nothing changed. The development lock holds the
# runtime lock, hence both stamps.
.venv/.development: requirements-dev.txt
	$(call install,requirements-dev.txt)
	@touch .venv/.runtime .venv/.development

.venv/.runtime: requirements.txt
	$(call install,requirements.txt)
	@touch .venv/.runtime

define install
	@[ -n "$(PYTHON)" ] || { echo "Fluxhub needs Python 3.11 or newer, and found none."; exit 1; }
	@[ -x $(BIN)/pip ] || { echo "Making .venv with $(PYTHON)"; $(PYTHON) -m venv .venv; }
	@echo "Installing $(1) (about a minute)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $(1)
endef
