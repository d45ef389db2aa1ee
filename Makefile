# `make` lists the targets. Everything here is a short way to say something longer; nothing is hidden.

PIPELINE = pipelines/quickstart.yaml
LACONIC = .build/release/laconic
PACKAGES = pkg-config libyaml-dev libopenblas-dev
PYTHON = python3
FORMATTED = Package.swift Sources Tests Fuzz
TORTURE_MINUTES = 20
FUZZ_SECONDS = 60

.DEFAULT_GOAL := help
.PHONY: help setup validator build demo test torture fuzz bench bench-peers bench-engine parity tokenizers format lint clean toolchain

help: ## List the targets
	@echo 'Laconic: make demo shows it working, make test proves it.'
	@echo
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | \
	  while IFS='|' read -r target meaning; do printf '  make %-12s %s\n' "$$target" "$$meaning"; done

setup: toolchain ## Install the system packages that are missing (libyaml, OpenBLAS, pkg-config)
	@if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists yaml-0.1 openblas; then exit 0; fi; \
	install="apt-get install -y --no-install-recommends $(PACKAGES)"; \
	if ! command -v apt-get >/dev/null 2>&1; then \
	  echo "Laconic needs pkg-config, libyaml and OpenBLAS with their headers;" \
	    "install them with your package manager (macOS: brew install pkgconf libyaml openblas)." >&2; \
	  exit 1; \
	elif [ "$$(id -u)" = 0 ]; then root="env"; \
	elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then root="sudo -n env"; \
	else \
	  echo "Laconic needs system packages that only root can install. Run this once, then try again:" >&2; \
	  echo "  sudo apt-get update && sudo $$install" >&2; \
	  exit 1; \
	fi; \
	echo "Installing $(PACKAGES)"; \
	apt="$$root DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"; \
	$$apt update || echo "apt-get update failed; installing from the package lists that are there" >&2; \
	$$apt install -y --no-install-recommends $(PACKAGES) || exit 1; \
	if ! pkg-config --exists --print-errors yaml-0.1 openblas; then \
	  echo "The packages are installed, but pkg-config does not find them; see the lines above." >&2; \
	  exit 1; \
	fi

build: $(LACONIC) ## Build the laconic command in release mode

# `swift build` takes seconds to find that nothing changed, so it is asked only when something did.
$(LACONIC): Package.swift $(shell find Sources -type f) | setup
	swift build -c release --product laconic
	@touch $@

demo: build ## Run the quickstart: train, shorten, compare; ends in a table
	$(LACONIC) run $(PIPELINE)

# One test judges the JSON Schema by a validator that is not ours; without it that test is left out.
validator: setup
	@if /usr/bin/python3 -c 'import jsonschema' >/dev/null 2>&1; then exit 0; fi; \
	install="apt-get install -y --no-install-recommends python3-jsonschema"; \
	if ! command -v apt-get >/dev/null 2>&1; then exit 0; \
	elif [ "$$(id -u)" = 0 ]; then root="env"; \
	elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then root="sudo -n env"; \
	else echo "To test the JSON Schema as well: sudo $$install" >&2; exit 0; \
	fi; \
	echo "Installing python3-jsonschema, for a test of the JSON Schema"; \
	apt="$$root DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"; \
	$$apt install -y --no-install-recommends python3-jsonschema || { $$apt update && \
	  $$apt install -y --no-install-recommends python3-jsonschema; } || \
	  echo "python3-jsonschema could not be installed; its test is left out" >&2

test: setup validator ## Run every test in release mode (FILTER=name runs some, SKIP=name all others)
	swift test -c release --disable-testable-imports $(if $(FILTER),--filter '$(FILTER)') \
	  $(if $(SKIP),--skip '$(SKIP)')

torture: setup ## Kill, damage and race runs for TORTURE_MINUTES (20); prints counts
	LACONIC_TORTURE=1 TORTURE_MINUTES=$(TORTURE_MINUTES) swift test -c release \
	  --disable-testable-imports --no-parallel \
	  --filter 'Torture|BadDiskTests|RandomGraphTests|A broken pipeline|SafetensorsFuzz'

fuzz: setup ## Fuzz the reading of pipelines for FUZZ_SECONDS (60)
	LACONIC_FUZZ=1 swift build -c release --scratch-path .build-fuzz --sanitize=fuzzer --product fuzz
	@mkdir -p .build-fuzz/corpus
	.build-fuzz/release/fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=2 -max_len=65536 \
	  -dict=Fuzz/yaml.dict -artifact_prefix=.build-fuzz/ .build-fuzz/corpus pipelines

bench: build ## Measure training, sampling and RL speed on this machine
	$(LACONIC) bench

bench-peers: build ## Measure Laconic beside PyTorch, transformers, TRL, llama.cpp
	$(PYTHON) bench/compare.py $(ARGUMENTS)

bench-engine: build ## Measure Laconic beside DVC and Snakemake on 200 trivial stages
	$(PYTHON) bench/engine.py $(ARGUMENTS)

parity: setup ## Compare logits and greedy continuations of MODEL, a folder, with transformers
	LACONIC_PARITY=1 swift build -c release --scratch-path .build-parity --product parity
	$(PYTHON) bench/parity/parity.py $(MODEL) $(ARGUMENTS)

tokenizers: setup ## Compare tokens, texts and speed of tokenizers with those of Hugging Face
	LACONIC_TOKENIZERS=1 swift build -c release --scratch-path .build-tokenizers --product encode
	$(PYTHON) bench/tokenizers/compare.py $(ARGUMENTS)

format: toolchain ## Format every Swift file in place
	swift format format --in-place --parallel --recursive $(FORMATTED)

lint: toolchain ## Check the format, changing nothing
	swift format lint --strict --parallel --recursive $(FORMATTED)

clean: toolchain ## Delete what was built; results in artifacts/ stay
	swift package clean

toolchain:
	@if ! command -v swift >/dev/null 2>&1; then \
	  echo "Laconic needs Swift 6.2 or later: install it from https://www.swift.org/install and put it on your PATH." >&2; \
	  exit 1; \
	fi; \
	version=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1.\2/p' | head -n 1); \
	major=$${version%.*}; minor=$${version#*.}; \
	if [ "$${major:-0}" -lt 6 ] || { [ "$$major" -eq 6 ] && [ "$$minor" -lt 2 ]; }; then \
	  echo "Laconic needs Swift 6.2 or later, but swift --version says $${version:-nothing}: install a newer one from https://www.swift.org/install." >&2; \
	  exit 1; \
	fi
