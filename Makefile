# ADMF: backtest orchestrator. `make help` lists the targets; `make run` and `make test` need nothing done before.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where Swift usually lies when it is not on the PATH.
export PATH := $(PATH):$(HOME)/.local/share/swiftly/bin:/opt/swift/usr/bin:/usr/libexec/swift/bin

RELEASE_FLAGS ?= -c release --static-swift-stdlib
# The program to use. Given from outside (make run ADMF=/usr/local/bin/admf), nothing is built.
BUILT := .build/release/admf
ADMF ?= $(BUILT)
PREFIX ?= $(HOME)/.local
QUICKSTART := configs/02-quickstart.yaml
SWIFT_SOURCES := Sources Tests Package.swift
FUZZ_SECONDS ?= 5

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## install what is missing (Debian, Ubuntu); says what it cannot install
	@scripts/setup.sh

.PHONY: build
build: ## the release program, .build/release/admf
ifeq ($(ADMF),$(BUILT))
	@scripts/setup.sh
	swift build $(RELEASE_FLAGS) --product admf </dev/null
else
	@test -x "$(ADMF)" || { echo "make: ADMF=$(ADMF) is not a program" >&2; exit 1; }
endif

.PHONY: run
run: build ## the quickstart: 2,088 backtests on real data, a leaderboard, the results tree
	@$(ADMF) run $(QUICKSTART) </dev/null
	@echo
	@echo "results/quickstart/latest -> $$(readlink results/quickstart/latest)"
	@ls results/quickstart/latest/ | awk '{ line[NR] = $$0 } END { for (i = 1; i <= NR; i++) { \
		if (i <= 3 || i > NR - 3) print "  " line[i]; else if (i == 4) print "  ... " NR - 6 " more" } }'

.PHONY: sweep
sweep: build ## run one config: make sweep CONFIG=my.yaml [ARGS="--jobs 4"]
	@test -n "$(CONFIG)" || { echo "usage: make sweep CONFIG=my.yaml" >&2; exit 2; }
	@$(ADMF) run "$(CONFIG)" $(ARGS) </dev/null

.PHONY: compare
compare: build ## what changed from one run to another: make compare A=main B=branch [ARGS="--fail-on ..."]
	@test -n "$(A)" -a -n "$(B)" || { echo "usage: make compare A=run B=run" >&2; exit 2; }
	@$(ADMF) compare "$(A)" "$(B)" $(ARGS) </dev/null

.PHONY: check
check: build ## hold a run against requirements: make check RUN=demo REQUIRE='max(sharpe_ratio) >= 1' [ARGS=...]
	@test -n "$(RUN)" || { echo "usage: make check RUN=run [REQUIRE='max(sharpe_ratio) >= 1']" >&2; exit 2; }
	@$(ADMF) check "$(RUN)" $(if $(REQUIRE),--require '$(REQUIRE)') $(ARGS) </dev/null

.PHONY: report
report: build ## a run as one HTML file: make report RUN=demo [ARGS="--output demo.html"]
	@test -n "$(RUN)" || { echo "usage: make report RUN=run" >&2; exit 2; }
	@$(ADMF) report "$(RUN)" $(ARGS) </dev/null

.PHONY: browser
browser: ## a headless Chromium for the tests of reports (Debian, Ubuntu)
	@command -v chromium >/dev/null || { $$(command -v sudo) apt-get update -qq && \
		$$(command -v sudo) apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

.PHONY: otlp
otlp: ## OpenTelemetry's own decoder for the tests of spans (PyPI), in .build/otlp
	@test -d .build/otlp/opentelemetry || \
		python3 -m pip install --quiet --disable-pip-version-check --target .build/otlp opentelemetry-proto

.PHONY: ci-files
ci-files: ## the CI files of docs/ci.md against the schemas of GitHub and GitLab (check-jsonschema from PyPI)
	@scripts/ci-files.sh

.PHONY: lint
lint: ## format and style, strictly
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES) </dev/null

.PHONY: format
format: ## rewrite the sources in house style
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES) </dev/null

.PHONY: test
test: ## lint, a short fuzz, every test suite; the README's commands included
	@scripts/setup.sh
	@$(MAKE) lint
	swift build --build-tests </dev/null
	@$(MAKE) fuzz FUZZ_SECONDS=$(FUZZ_SECONDS)
	@$(MAKE) build
	ADMF="$(abspath $(ADMF))" ADMF_RELEASE="$(ADMF)" swift test --skip-build --disable-xctest --skip FaultTests </dev/null
	@# What is killed half way must last a while: the debug program.
	swift test --skip-build --disable-xctest --filter FaultTests </dev/null

.PHONY: fuzz
fuzz: ## seeded fuzzing of every parser: make fuzz FUZZ_SECONDS=60 [SEED=7]
	swift build --product backtest-fuzz </dev/null
	@.build/debug/backtest-fuzz --seconds $(FUZZ_SECONDS) $(if $(SEED),--seed $(SEED)) </dev/null
	@if .build/debug/backtest-fuzz --canary --seconds 5 </dev/null >/dev/null 2>&1; then \
		echo "fuzz: the canary was not caught, so the fuzzer finds nothing" >&2; exit 1; fi
	@echo "fuzz: the canary was caught, as it must be"

.PHONY: gates
gates: build ## hold instructions, allocations, bytes and memory a container against Tests/GateTests/thresholds.json
	ADMF_RELEASE="$(ADMF)" swift test --disable-xctest --filter GateTests </dev/null

# Where threads meet; the other suites run on one.
THREADED_SUITES := ThreadedTracerTests|HandoverRingTests|DeterminismTests|ConfigExampleTests|BacktestMarketDataTests|BacktestSweepTests|BacktestCommandsTests

.PHONY: jupyter
jupyter: ## a Python with Jupyter for the test of notebooks, in .build/jupyter
	@scripts/jupyter.sh

.PHONY: test-all
test-all: browser otlp jupyter ci-files kernels test ## test, then a longer fuzz and the suites under the address and thread sanitizers
	@$(MAKE) fuzz FUZZ_SECONDS=60
	@$(MAKE) instructions
	ASAN_OPTIONS=detect_leaks=0 swift test --disable-xctest --sanitize=address --scratch-path .build/asan \
		--skip FaultTests --skip ReadmeTests </dev/null
	TSAN_OPTIONS=suppressions=$(CURDIR)/.ci/thread-sanitizer.supp swift test --disable-xctest --sanitize=thread \
		--scratch-path .build/tsan --filter '$(THREADED_SUITES)' </dev/null

.PHONY: kernels
kernels: ## hold the vector kernels of x86-64's instruction sets and of arm64 (emulated) against one another, bit by bit
	@scripts/kernels.sh </dev/null

.PHONY: instructions
instructions: build ## the figures of tracing that are gated in instructions; needs valgrind (Debian, Ubuntu)
	@command -v valgrind >/dev/null || { $$(command -v sudo) apt-get update -qq && \
		$$(command -v sudo) apt-get install -y -qq --no-install-recommends valgrind >/dev/null; }
	ADMF_INSTRUCTIONS=1 ADMF="$(abspath $(ADMF))" swift test --disable-xctest --filter TraceFigureTests </dev/null

.PHONY: install
install: build ## copy the program to PREFIX/bin (default ~/.local/bin)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$(ADMF)" "$(DESTDIR)$(PREFIX)/bin/admf"
	@if [ -e .deps/duckdb/wheel.sha256 ]; then \
		install -d "$(DESTDIR)$(PREFIX)/share/admf/duckdb" && \
		cp .deps/duckdb/* "$(DESTDIR)$(PREFIX)/share/admf/duckdb/"; fi

.PHONY: docs
docs: ## the reference of every public declaration, in .build/docs
	@scripts/docs.sh

.PHONY: bench
bench: build ## time the standard workloads, JSON in .build/bench.json; PEERS=1 the rivals too (PEERS=all: all of them)
	swift build $(RELEASE_FLAGS) --product backtest-bench </dev/null
	@.build/release/backtest-bench --program "$(ADMF)" $(ARGS) </dev/null
ifneq ($(PEERS),)
	@ADMF="$(ADMF)" scripts/bench-peers.sh $(PEERS) </dev/null
endif

.PHONY: clean
clean: ## remove what was built; results stay
	rm -rf .build
