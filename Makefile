# All that a fresh machine needs is Python 3.11 or newer, git, and make: `make demo` does the rest.

VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python

# More for pytest, as in: make test ARGS="tests/test_clock.py -x"
ARGS ?=

# A Python of your choice, as in: make test PYTHON=python3.13
PYTHON ?=
CANDIDATES := python3.14 python3.13 python3.12 python3.11 python3 python
SUITABLE := import ensurepip, sys, venv; \
  sys.exit(sys.version_info < (3, 11) or sys.implementation.name != "cpython")

export PYTHON
# Where and how pip reaches the registry is the user's affair. What it installs, and where to, is ours.
export PIP_USER := 0
export PIP_REQUIRE_HASHES := 0
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_REQUIREMENT PIP_CONSTRAINT PIP_NO_BINARY PIP_DRY_RUN
# Without bytecode every start is several times slower; the rest would change what the program is.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONOPTIMIZE PYTHONPATH

.PHONY: help demo test check bench soak lock docs clean

help: ## say what there is (this)
	@echo "Anumat:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## replay FY2564 and FY2565 on the real data
	@$(VENV)/bin/anumat demo

test: $(READY) ## all tests, on SQLite and PostgreSQL; more for pytest in ARGS="…"
	@$(RUN) -m pytest -n auto $(ARGS)

check: $(READY) ## style, types, and the direction of imports
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports

bench: $(READY) ## the figures, against a floor measured in the same run
	@$(RUN) -m bench $(ARGS)

soak: $(READY) ## the long tests: thousands of random rounds
	@HYPOTHESIS_PROFILE=soak $(RUN) -m pytest -n auto -m soak $(ARGS)

# With ARGS=--upgrade every version moves to its newest, with none only what pyproject.toml changed.
lock: ## write requirements.lock again from pyproject.toml (needs uv)
	@uv --version >/dev/null 2>&1 || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@env -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS uv --no-config pip compile pyproject.toml \
	  --quiet --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" --output-file requirements.lock $(ARGS)

docs: $(READY) ## write again what docs/ holds of the program: outputs, the reference, diagrams
	@$(RUN) -m tests.docs.update $(ARGS)

clean: ## remove what the other targets made
	@rm -rf $(VENV) .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
	  build demo dist htmlcov
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@set -eu; \
	if [ -z "$$PYTHON" ] && $(RUN) -c 'import pip; $(SUITABLE)' >/dev/null 2>&1; then \
	  found=$(RUN); \
	else \
	  if [ -n "$$PYTHON" ]; then set -- "$$PYTHON"; else set -- $(CANDIDATES); fi; \
	  found=; \
	  for python; do \
	    if "$$python" -c '$(SUITABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	  done; \
	fi; \
	if [ -z "$$found" ]; then \
	  echo "Anumat needs Python 3.11 or newer with its venv module; looked for: $$*" >&2; \
	  echo "Install one (Debian, Ubuntu: with python3-venv), or: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$found" -V) (only now; a minute or so) …"; \
	[ "$$found" = $(RUN) ] || "$$found" -m venv --clear $(VENV); \
	pip="$(RUN) -m pip --disable-pip-version-check -qq"; \
	$$pip install --no-compile --require-hashes -r requirements.lock; \
	$$pip install --no-compile --no-deps --no-build-isolation -e .; \
	$(RUN) -m compileall -q -j 0 $(VENV)/lib; \
	touch $(READY)
