# make demo   install into .venv, read ./docs, ask three questions
# make test   install what tests need, then lint, types, import rules, tests
#
# PYTHON=python3.12 names another interpreter, VENV=path another virtual environment.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST_ARGS ?= -n auto

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports pytest figures clean

help:
	@sed -n 's/^# \{0,1\}//p; /^$$/q' Makefile

demo: $(VENV)/.installed
	$(BIN)/rag ingest ./docs
	$(BIN)/rag ask "Why does reciprocal rank fusion need no calibration of scores?"
	$(BIN)/rag ask "How many megabytes do 100,000 vectors take in float32?"
	$(BIN)/rag ask "What does the modality gap look like?"

test: lint types imports pytest

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy --strict

imports: $(VENV)/.installed-test
	$(BIN)/lint-imports --no-logo

pytest: $(VENV)/.installed-test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

figures: $(VENV)/.installed-docs
	$(BIN)/python docs/make_figures.py

clean:
	rm -rf $(VENV) .rag .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info

# The checkout is installed in editable form: an edit needs no new install, and only a change of
# pyproject.toml (its dependencies) runs pip again.

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) install -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(PIP) install -e '.[test]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed-docs: pyproject.toml | $(BIN)/python
	$(PIP) install -e '.[docs]'
	@touch $(VENV)/.installed $@

# Debian's python3 comes without ensurepip (it is in python3-venv); pip can then fill the
# environment from outside.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed. Name one that you have: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
	    exit 1; }
	@if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	    $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -c 'import pip, venv' 2>/dev/null; then \
	    $(PYTHON) -m venv --without-pip $(VENV) && \
	    $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; \
	else \
	    echo "$(PYTHON) can make no virtual environment: apt install python3-venv" >&2; \
	    exit 1; \
	fi || { rm -rf $(VENV); exit 1; }
