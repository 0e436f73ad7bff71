# hypnic: `make demo` scores three simulated nights, `make test` proves the program.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= demo
SEED ?= 7
COUNT ?= 50000
LOCK := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: help install demo delay-scenarios test test-slow test-servers test-postgresql test-fault faults fuzz lint check bench docs site picture lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

install: .venv/.runtime ## the program and all that it needs, in .venv

demo: .venv/.runtime ## score three simulated nights through the Prefect flow
	$(BIN)/hypnic simulate sample_data/recipes/demo --out $(OUT)/studies
	$(BIN)/python -m flows.score_folder $(OUT)/studies --out $(OUT)/results

test: .venv/.test ## the whole default suite with coverage, under 5 minutes
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

test-slow: .venv/.test ## whole nights, live oracles, whole servers, the browser
	$(BIN)/python -m pytest -m slow

test-servers: .venv/.test ## whole lab servers with schedules, kills and PostgreSQL, some minutes
	$(BIN)/python -m pytest -m slow tests/flow_runs

test-postgresql: .venv/.test ## one lab server with its records in PostgreSQL, which must be installed
	$(BIN)/python -m pytest -m slow tests/flow_runs/test_postgresql.py

test-fault: .venv/.test ## killed processes, full disks, hostile files
	$(BIN)/python -m pytest -m fault

faults: .venv/.test ## kills and failures at every writing call, 16 workers, 500 studies; half an hour
	$(BIN)/python -m tests.robust.faults $(SCENES)

fuzz: .venv/.test ## 50,000 damaged files against the reader and two others; SEED=7 COUNT=50000
	$(BIN)/python -m tests.robust.fuzz --count $(COUNT) --seed $(SEED)

lint: .venv/.test ## ruff, mypy strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## all that a change must pass

bench: .venv/.test ## ratios of speed and scores of detection; no test depends on them
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_night
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_staging
	$(BIN)/python -m tests.benchmarks.bench_batch
	$(BIN)/python -m tests.benchmarks.bench_batch_page
	$(BIN)/python -m tests.benchmarks.bench_reading
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_legs
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_delay
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_cohort
	$(BIN)/python -m tests.benchmarks.bench_catalogue
	$(BIN)/python -m tests.benchmarks.bench_flow

delay-scenarios: .venv/.test ## what the matched delay says where the truth is known, some minutes
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.delay_scenarios

docs: .venv/.runtime ## write configs/default.toml and what docs take from the code anew
	$(BIN)/hypnic config > configs/default.toml
	$(BIN)/python -m pipeline.codes > docs/codes.md
	$(BIN)/python -m pipeline.catalogue > docs/schema.md
	$(BIN)/python -m flows.environment > configs/server.env
	$(BIN)/python -m flows.deployments --example > configs/prefect.yaml
	$(BIN)/python docs/generate.py

site: .venv/.test ## the documentation as HTML in build/site
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --fresh-env --nitpicky --quiet --builder html docs build/site

picture: .venv/.test ## the picture of the front page, with chromium
	$(BIN)/python docs/picture.py

lock: .venv/.test ## pin every dependency with its hashes
	$(LOCK) --upgrade --extra build pyproject.toml -o requirements.lock
	$(LOCK) --extra build --extra dask --extra docs --extra frames --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## remove the environment and the demo
	rm -rf .venv $(OUT)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q pipeline flows
	touch $@

.venv/.test: requirements-test.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q pipeline flows
	touch $@ .venv/.runtime
