# Everything that is done with this source tree: `make help` lists it.
# Works with GNU make 3.81; recipes are POSIX sh.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo docs screenshots site test quick lint format reliability
.PHONY: bench bench-compare package appimage deb dist release-check lock clean
.PHONY: app-ready dev-ready unit ratchet journeys

SETUP := sh packaging/bootstrap/setup
# What writes into the tree or shows a web page runs as an ordinary user, even if root starts it.
AS_USER := sh packaging/bootstrap/as-user
BIN := $(AS_USER) .venv/bin
PY := $(BIN)/python
# Most tests wait for programs that they start. More at once would run into each other's time-outs.
PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=worksteal
ARGS :=
UPGRADE :=
APPROVE :=

##@ Use

run: ## Open the window; without a display, run the demo instead (ARGS="…" go to the program)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname -s)" = Darwin ]; then \
		$(SETUP) app && exec .venv/bin/python -m twauth_gui $(ARGS); \
	else \
		echo "There is no display here, so this runs the demo on a virtual one."; \
		exec $(MAKE) --no-print-directory demo; \
	fi

demo: dev-ready ## Drive the whole program on a virtual display; pictures and a report go to out/demo
	@$(PY) -m tests.journeys.demo

screenshots: dev-ready ## Compare every scene of the window with its approved picture; APPROVE=1 approves what has changed
	@$(PY) -m tests.pictures.gallery $(if $(APPROVE),--approve)

docs: dev-ready ## Write what comes from the code: command, man page, completions, presets, diagnoses, faults, import, destinations, map
	@$(PY) packaging/docs/manual.py
	@$(PY) packaging/docs/diagnoses.py
	@$(PY) packaging/docs/export.py
	@$(PY) packaging/docs/map.py
	@$(PY) packaging/docs/imports.py
	@$(PY) packaging/docs/destinations.py
	@$(PY) -m tests.services.fault_matrix

site: dev-ready ## Build the documentation's site into out/site (seconds; some 15 MB to fetch the first time)
	@$(AS_USER) sh packaging/bootstrap/setup-site
	@$(PY) packaging/docs_site/build.py

##@ Check

test: dev-ready lint unit ratchet journeys ## Run every check: format, lint, types, layers, metadata, tests, coverage, journeys

quick: dev-ready ## Run the static checks and, beside them, the tests that take milliseconds (2 minutes)
	@echo "== quick tests; the static checks run beside them"
	@$(AS_USER) mkdir -p out
	@$(MAKE) --no-print-directory lint >out/lint.txt 2>&1 & lint=$$!; trap 'kill $$lint' INT TERM; \
		$(BIN)/pytest -q $(PARALLEL) -m quick --hypothesis-profile=quick; tests=$$?; \
		wait $$lint && cat out/lint.txt && exit $$tests; cat out/lint.txt; exit 1

lint: dev-ready ## Run the static checks only
	@echo "== ruff format --check"; $(BIN)/ruff format --check --quiet .
	@echo "== ruff check"; $(BIN)/ruff check --quiet .
	@echo "== mypy, basedpyright"; $(BIN)/mypy --no-error-summary & mypy=$$!; \
		$(BIN)/basedpyright --pythonpath .venv/bin/python; right=$$?; wait $$mypy && exit $$right
	@echo "== lint-imports"; $(BIN)/lint-imports --no-logo
	@echo "== desktop entry, AppStream metadata"; sh packaging/linux/check-metadata

unit:
	@echo "== unit tests"
	@$(AS_USER) mkdir -p out
	@$(BIN)/pytest -q $(PARALLEL) -m "not journey" --cov --cov-report=term --cov-report=json:out/coverage.json

ratchet:
	@echo "== coverage floor"
	@$(PY) -m tests.ratchet

journeys:
	@echo "== journeys"
	@$(BIN)/pytest -q $(PARALLEL) -m journey

reliability: dev-ready ## Try every fault in its heavy form, and write down what was seen (minutes)
	@$(AS_USER) mkdir -p out
	@TWAUTH_FULL=1 $(BIN)/pytest -q $(PARALLEL) -m proof --junitxml=out/reliability.xml
	@$(PY) -m tests.guards out/guards.json
	@$(PY) packaging/docs/reliability.py out/guards.json out/reliability.xml

format: dev-ready ## Rewrite the Python files in the one format
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

bench: dev-ready ## Measure beside other programs, and write docs/performance.md (8 minutes)
	@$(PY) -m tests.bench $(ARGS)

bench-compare: dev-ready ## Measure again, and fail if something got slower than in the committed run
	@$(PY) -m tests.bench --out out/bench $(ARGS)
	@$(PY) -m tests.bench.regression out/bench/performance.json

##@ Ship

package: site ## Build dist/Twauth and its archive (Linux), then let the built program test itself
	@$(PY) packaging/linux/build.py
	@$(PY) -m tests.support.desktop -- dist/Twauth/twauth-gui --self-test
	@$(AS_USER) sh packaging/linux/check-portable dist/Twauth/twauth

appimage: dev-ready ## Pack dist/Twauth as an AppImage (RUNTIME=file SHA256=its hash; docs/packages.md)
	@$(PY) packaging/linux/appimage.py --runtime "$(RUNTIME)" --sha256 "$(SHA256)"

release-check: dev-ready ## Check workflows, scripts and package managers' manifests with their own tools
	@$(AS_USER) sh packaging/release/lint

dist: dev-ready ## Build sdist and wheel into dist/, a second time to compare them, and check both
	@$(PY) packaging/python/build.py dist

deb: package ## Build the Debian packages from dist/Twauth, build them again and compare, run lintian
	@PYTHONPATH=packaging:packaging/linux $(PY) -m debian
	@PYTHONPATH=packaging:packaging/linux $(PY) -m debian --check

lock: dev-ready ## Resolve requirements/*.txt anew; UPGRADE=1 takes newer releases (needs uv)
	@$(AS_USER) sh packaging/bootstrap/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove build results and caches, keep .venv (rm -rf .venv starts over)
	@rm -rf build dist out .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name .venv -prune -o -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Help

help: ## Show this list
	@echo "Twauth: sign X bot accounts in, keep their credentials, export them."
	@echo "The first run or test sets everything up: a Python of its own in .venv, system libraries with apt."
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

app-ready:
	@$(SETUP) app

dev-ready:
	@$(SETUP) dev
