# make try      a make-believe Discord in the browser, with the real bot in it (PORT=8765;
#               KEEP=folder goes on there tomorrow, CONTENT=folder shows your own themes)
# make test     lint, types, content and all tests
# make nightly  the long tests: minutes of the same things
# make screenshots  the pictures in the README, made anew
# make run      the bot on Discord; the token comes from .env
# make audit    does any locked library have a known weakness? (needs pypi.org)
# make bench    measure it, and write benchmarks/RESULTS.md (an hour)
# make lock     write requirements.lock anew from pyproject.toml

PYTHON ?= python3
PORT ?= 8765
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: try test style types unsafe nightly screenshots run check audit bench lock setup clean

# The tests start hundreds of processes, and each would compile the bot anew if the machine forbids to keep what was compiled.
test nightly: export PYTHONDONTWRITEBYTECODE :=

try: $(READY)
	@PORT=$(PORT) $(BIN)/python -m rehearsal $(if $(KEEP),--keep "$(KEEP)") $(if $(CONTENT),--content "$(CONTENT)")

test: $(READY)
	@$(MAKE) --no-print-directory -j 2 types style check unsafe
	$(BIN)/python -m pytest -n 4 --dist worksteal || { \
	  echo "Something failed with three others beside it. That is tried once more, by itself; what fails then is broken."; \
	  $(BIN)/python -m pytest -n 0 --last-failed --last-failed-no-failures none; }

types: $(READY)
	$(BIN)/mypy bot rehearsal tests benchmarks
	$(BIN)/mypy bot.py

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unsafe: $(READY)
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive bot rehearsal bot.py

nightly: $(READY)
	$(BIN)/python -m pytest -m nightly -n 2 --dist worksteal
	EXAMPLES=500 $(BIN)/python -m pytest -m 'hypothesis and not nightly' -n 2 --dist worksteal

screenshots: $(READY)
	PYTHONPATH=. $(BIN)/python tests/screenshots.py

run: $(READY)
	@$(BIN)/python bot.py run

check: $(READY)
	@$(BIN)/python bot.py check

# In an environment of its own, so that the locked one has nothing more in it than is locked.
audit:
	@$(PYTHON) -m venv --clear .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check "pip-audit>=2.9,<3"
	@$(PYTHON) tests/audit.py .venv-audit/bin/pip-audit requirements.lock

bench: $(READY)
	$(BIN)/python -m benchmarks

setup: $(READY)

# The environment is made once, and again whenever the locked versions change.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Red Flask needs Python 3.11 or newer: say which one with 'make PYTHON=python3.12 ...'."; exit 1; }
	@echo "Setting up $(VENV): a minute at the first time, seconds from then on."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $(READY)

lock:
	@$(PYTHON) -m venv --clear .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@.venv-lock/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --upgrade --extra postgres --group dev --output-file requirements.lock pyproject.toml
	@rm -rf .venv-lock
	@echo "requirements.lock is written."

clean:
	rm -rf $(VENV) .venv-lock .venv-audit .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts
