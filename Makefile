# Everything the portal needs, from a fresh checkout: python3 (3.11 or later), make and git are enough.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
RUN_READY := $(VENV)/run.stamp
TEST_READY := $(VENV)/test.stamp

TRANSLATIONS := portal/translations
LANGUAGES := fr ar
PO := $(LANGUAGES:%=$(TRANSLATIONS)/%/LC_MESSAGES/messages.po)
MO := $(patsubst %.po,%.mo,$(wildcard $(PO)))
TEMPLATE := build/messages.pot
BABEL := $(PY) -m babel.messages.frontend --quiet
EXTRACT_OPTIONS := --mapping-file=pyproject.toml --keyword=_l --keyword=lazy_gettext --keyword=lazy_ngettext:1,2 \
	--add-comments=Translators: --strip-comments --add-location=file --sort-by-file \
	--project=dmsi-portal --copyright-holder=DMSI --msgid-bugs-address= --width=110

LOCKING := build/locking
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(LOCKING)/bin/python -m piptools compile --quiet --generate-hashes \
	--strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench extract update compile lock

help: ## show this list
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-9s %s\n", $$1, $$2}' Makefile

run: $(RUN_READY) compile ## set everything up and serve on http://localhost:8000 (PORT, HOST)
	@$(PY) -m flask --app app init --demo 420
	@exec $(PY) -m flask --app app serve

test: $(TEST_READY) compile ## run every test: units, SQLite, PostgreSQL, browser, accessibility
	@$(PY) -m tests.chromium
	@$(PY) -m pytest --numprocesses=logical --dist=loadfile

check: $(TEST_READY) compile ## format, lint, types, architecture, translations, documentation
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest tests/test_architecture.py tests/test_translations.py tests/test_docs.py

bench: $(TEST_READY) compile ## measure, as ratios; writes JSON beside the table
	@$(PY) -m benchmarks

extract: $(RUN_READY) ## collect the texts to translate into build/messages.pot
	@mkdir -p build
	@$(BABEL) extract $(EXTRACT_OPTIONS) --output-file=$(TEMPLATE) .

update: extract ## bring the catalogues in portal/translations up to date with the texts
	@for language in $(LANGUAGES); do \
		if [ -f $(TRANSLATIONS)/$$language/LC_MESSAGES/messages.po ]; then \
			$(BABEL) update --input-file=$(TEMPLATE) --output-dir=$(TRANSLATIONS) --locale=$$language \
				--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110; \
		else \
			$(BABEL) init --input-file=$(TEMPLATE) --output-dir=$(TRANSLATIONS) --locale=$$language --width=110; \
		fi || exit 1; \
	done

compile: $(MO) ## compile the catalogues (the .mo files are never committed)

%.mo: %.po | $(RUN_READY)
	@$(BABEL) compile --input-file=$< --output-file=$@

lock: | $(PY) ## choose versions and hashes anew (UPGRADE=--upgrade for the newest)
	@[ -x $(LOCKING)/bin/python ] || $(PYTHON) -m venv $(LOCKING)
	@$(LOCKING)/bin/python -m pip install -qq pip-tools
	@$(PIP_COMPILE) --output-file=requirements.lock pyproject.toml
	@$(PIP_COMPILE) --constraint=requirements.lock --extra=check --extra=passkeys --extra=postgresql --extra=test \
		--output-file=tests/requirements.lock pyproject.toml
	@if grep -n '://' requirements.lock tests/requirements.lock; then \
		echo "A lock file names a host; remove the lines above." >&2; exit 1; fi

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "The portal needs Python 3.11 or later, and '$(PYTHON)' is none. Install one," \
			"or name it: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments." \
			"On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

$(RUN_READY): requirements.lock | $(PY)
	@echo "Installing what the portal needs into $(VENV) …"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(TEST_READY): tests/requirements.lock | $(PY)
	@echo "Installing what the portal and its tests need into $(VENV) …"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@
