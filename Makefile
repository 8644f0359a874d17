# make run     the default scan, in an environment of its own (half a minute after the installation)
# make test    linters, type checker, and the tests that need nothing but Python
# make help    the rest

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
LOWEST := .venv-lowest
CORES ?= all
EXECUTOR ?= in_process
export FITSCAN_DATA ?= ../shared/data
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Numerical libraries get one thread each; parallel work is Snakemake's.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.PHONY: help run check test test-all test-beyond lint unit baselines results-page test-cpus doctor published dist test-lowest benchmark bench bench-dispatch bench-grid bench-toys bench-peers random fuzz figures reproduce notebooks site lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run ## Run the default scan; results/report.html is the page to open
	$(BIN)/snakemake --cores $(CORES)
	@echo "The table is results/example/hypotest/results.csv."

test: lint unit ## Run linters, type checker and the tests that need nothing but Python

test-all: test test-beyond ## Run all tests: also on stacks (Globus, Slurm), a browser, published likelihoods

lint: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/mypy
	$(BIN)/snakemake --lint
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml .github/workflows/release.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/question.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff

# Three processes on two cores, since tests of executors mostly wait.
unit: $(VENV)/test
	$(BIN)/pytest -n 3 -m "not beyond"

test-beyond: $(VENV)/test
	$(BIN)/pytest -n 3 -m beyond

baselines: $(VENV)/test ## Renew the pictures with which tests compare figures; look at each before you commit it
	$(BIN)/pytest tests/unit/plots -m mpl_image_compare --mpl-generate-path tests/unit/plots/baseline

results-page: $(VENV)/run ## Write the tables of docs/results.md anew, from what the code says of columns and messages
	$(BIN)/python -m fitscan.tables.meanings.page docs/results.md

test-cpus: $(VENV)/test ## Run the tests of fits as on other CPUs: make test-cpus CPUS='generic haswell host'
	$(BIN)/python tests/cpus.py $(CPUS) -- $(TESTS)

# One file or several, for check and figures; without it the configuration of a plain snakemake.
CONFIG ?= config/config.yaml

check: $(VENV)/run ## Say what a run would do, and how long its fits take: make check CONFIG=my.yaml
	$(BIN)/fitscan check $(CONFIG)

doctor: $(VENV)/run ## Check that an executor works before a scan is sent to it: make doctor EXECUTOR=name
	$(BIN)/fitscan doctor $(EXECUTOR)

published: $(VENV)/run ## Fit three published likelihoods completely and compare with pyhf's known answers
	$(BIN)/snakemake --cores $(CORES) --configfile config/published.yaml config/published_local.yaml
	$(BIN)/python bench/compare_published.py

benchmark: $(VENV)/run ## Time whole runs, ten of each, beside arXiv:2103.02182; results/benchmark.md is the table
	$(BIN)/snakemake --cores $(CORES) --configfile config/published.yaml config/published_local.yaml config/benchmark.yaml

bench: $(VENV)/run ## Measure overhead, planning and collecting; writes results/performance.csv
	$(BIN)/python bench/run.py

bench-dispatch: $(VENV)/test ## Measure each executor; writes results/benchmark_dispatch.csv
	$(BIN)/python bench/dispatch.py

bench-grid: $(VENV)/run ## Measure the example with 10,000 points, all steps; writes results/benchmark_grid.csv
	$(BIN)/python bench/example_grid.py

bench-toys: $(VENV)/run ## Measure scans of up to a million toys, for ten minutes; writes results/benchmark_toys.csv
	$(BIN)/python bench/many_toys.py

bench-peers: $(VENV)/run $(PEERS)/ready ## Compare with pyhf and NextStat, for five minutes; writes results/benchmark_peers.csv
	$(BIN)/python -W ignore bench/peers.py $(PEERS)/bin/python

N ?= 1000
PROCESSES ?= 1
JOBS ?= 2

random: $(VENV)/run ## Compare with right values on random likelihoods, and keep where they differ: make random N=5000 PROCESSES=2
	$(BIN)/python bench/random_models.py --n $(N) --processes $(PROCESSES)

fuzz: $(VENV)/test ## Ask the engine about odd likelihoods, and keep what it does not answer: make fuzz N=20000 JOBS=2
	$(BIN)/python bench/fuzz.py --n $(if $(filter file,$(origin N)),20000,$(N)) --processes $(JOBS) $(if $(SEED),--seed $(SEED))

figures: $(VENV)/run ## Redraw figures, of the default scan or of make figures CONFIG='my.yaml ...'
	$(BIN)/snakemake figures --cores $(CORES) --configfile $(CONFIG)

FROM ?= results/provenance.json
INTO ?= reproduced

reproduce: $(VENV)/run ## Make a recorded run again and compare its numbers: make reproduce FROM=results/provenance.json INTO=reproduced (the defaults)
	$(BIN)/fitscan reproduce $(FROM) --into $(INTO) --cores $(CORES)

site: $(VENV)/test ## Build the documentation into site/; a broken link or reference is an error
	$(BIN)/python -m sphinx --builder html --fail-on-warning --quiet --conf-dir docs/site . site
	@echo "site/index.html is the page to open."

notebooks: $(VENV)/test ## Run the notebooks of docs/notebooks and keep what they give, to show it on the site
	$(BIN)/python docs/site/notebook_runs.py $(FITSCAN_DATA)

dist: $(VENV)/test ## Build the sdist and the wheel into dist/, and check them
	rm -rf dist
	$(BIN)/python -m hatchling build -t sdist -t wheel
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

test-lowest: $(LOWEST)/ready ## Run some tests with the lowest versions that pyproject.toml allows
	$(LOWEST)/bin/python -m pytest -n 2 -W ignore $(TESTS_LOWEST)

lock: $(VENV)/run ## Renew envs/ from pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes --requirement envs/requirements-uv.txt
	$(BIN)/python envs/lock.py

clean: ## Remove results and environments; downloads stay
	rm -rf results resources/likelihoods logs benchmarks .snakemake dist site $(VENV) $(PEERS) $(LOWEST)

# An environment is ready when its stamp is newer than what it was made from. Packages come hashed
# from the lock file; fitscan itself is installed in place, with the build tool of the lock file.
# uv takes half of pip's time, and uses all cores. Where it does not work, such as behind a mirror that only
# the configuration of pip names, pip installs the same.
$(VENV)/run: envs/requirements.txt pyproject.toml
$(VENV)/test: envs/requirements-test.txt pyproject.toml
$(VENV)/run $(VENV)/test:
	$(PYTHON) -c 'import sys; sys.exit("fitscan needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement envs/requirements-uv.txt \
	  && $(BIN)/python -m uv pip install --python $(BIN)/python --quiet --compile-bytecode --require-hashes --requirement $< \
	  || $(BIN)/python -m pip install --quiet --require-hashes --requirement $<
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# NextStat has an environment of its own: it is no dependency, and only bench-peers runs it.
$(PEERS)/ready: bench/adapters/nextstat.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --require-hashes --requirement $<
	touch $@

# The tools of tests have any version. Warnings are no errors there: old packages have many about new ones.
TESTS_LOWEST := $(addprefix tests/unit/,check cli config contour engines/pyhf hepdata likelihood model \
  plan provenance report rules statistics tables worker) $(addprefix tests/,reference/test_reference_pyhf.py \
  reference/test_reference_theory.py workflow/test_module.py workflow/test_run.py)
TOOLS_LOWEST := filelock hypothesis psutil pytest pytest-mpl pytest-xdist
$(LOWEST)/ready: pyproject.toml envs/requirements-uv.txt | $(VENV)/run
	test -x $(LOWEST)/bin/python || $(PYTHON) -m venv $(LOWEST)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement envs/requirements-uv.txt
	$(BIN)/python -m uv pip compile --quiet pyproject.toml --resolution lowest-direct --python $(LOWEST) --output-file $(LOWEST)/requirements.txt
	$(BIN)/python -m uv pip install --quiet --python $(LOWEST) --requirement $(LOWEST)/requirements.txt $(TOOLS_LOWEST)
	$(BIN)/python -m uv pip install --quiet --python $(LOWEST) --no-deps --editable .
	touch $@
