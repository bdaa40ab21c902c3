# Two commands set up a fresh machine: `make demo` and `make test`. Running them again is quick.
# `make ci` is what .ci/run does: formatting, clippy, documentation, then everything of `make test`.
#   CPU=portable   build for any x86-64 of the last fifteen years instead of this very processor

SHELL := /bin/bash
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/gyeot
# Outside the checkout, so that a clean clone does not build both engines again.
export CARGO_TARGET_DIR ?= $(CACHE)/target
export GYEOT_MODELS ?= $(or $(XDG_DATA_HOME),$(HOME)/.local/share)/gyeot/models

CPU ?= native
ifeq ($(CPU),portable)
export RUSTFLAGS := -C target-cpu=x86-64-v2
export GGML_NATIVE := OFF
CARGO_TARGET_DIR := $(CARGO_TARGET_DIR)-portable
endif

BIN := $(CARGO_TARGET_DIR)/release/gyeot
# nextest runs each test in its own process and is quicker; cargo's own runner does as well.
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)
RUN_TESTS := $(if $(NEXTEST),cargo nextest run --no-fail-fast --profile whole --test-threads $(shell echo $$((3 * $$(nproc)))),cargo test --no-fail-fast)
RUN_PURE := $(if $(NEXTEST),cargo nextest run --no-fail-fast --profile pure,cargo test --no-fail-fast)

# Vaults of tests lie in memory where there is room for them: a sync of each record costs more than the rest of most tests.
MEMORY := $(shell [ -w /dev/shm ] && [ "$$(df -k --output=avail /dev/shm | tail -1)" -gt 4000000 ] && echo /dev/shm || echo /tmp)

.PHONY: demo run build setup models test test-pure ci lint lint-engines doc deny dist clean

demo: build models
	$(BIN) demo --headless --lang ko
	$(BIN) demo --headless --lang en
	@echo; echo "Now see it live:  $(BIN) demo        (q to leave)"

run: build models
	$(BIN)

# Cargo knows a source by its path within the checkout and its time. In a target folder that several checkouts share, what
# another one built last would be taken for this one's: its files are older. So a change of checkout builds our own code again.
setup:
	@.ci/setup
	@mkdir -p $(CARGO_TARGET_DIR); if [ "$$(cat $(CARGO_TARGET_DIR)/checkout 2>/dev/null)" != "$(CURDIR)" ]; then \
	  touch build.rs src/lib.rs src/main.rs src/bin/*.rs src/bin/*/main.rs tests/*/main.rs tests/bench/*.rs; echo "$(CURDIR)" > $(CARGO_TARGET_DIR)/checkout; fi

build: setup
	cargo build --release --locked
	@# Symbols and line tables are two thirds of the size and name paths of the build machine.
	@if command -v strip >/dev/null 2>&1; then for b in $(BIN) $(BIN)-recorder $(BIN)-asr $(BIN)-llm; do strip -o $$b.stripped $$b && mv $$b.stripped $$b; done; fi

models: build
	$(BIN) models pull demo

# Everything: the pure part, then the engines on real models and real audio. A missing engine or model fails.
test: build models
	$(BIN) models pull ge2e-speaker
	TMPDIR=$${TMPDIR:-$(MEMORY)} GYEOT_REQUIRE_ENGINES=1 GYEOT_WORKERS=$(CARGO_TARGET_DIR)/release $(RUN_TESTS) --no-default-features --locked

# No cmake, clang, ALSA or models needed, no disk, no terminal. For use while working, within a minute of a changed line:
# unoptimised, random tests try a quarter of the cases of `make test`.
test-pure: export CARGO_PROFILE_DEV_OPT_LEVEL := 0
test-pure: export CARGO_PROFILE_DEV_DEBUG := 0
test-pure:
	PROPTEST_CASES=$${PROPTEST_CASES:-64} $(RUN_PURE) --no-default-features --locked --lib --test rules --test screens --test tidy

# The quick checks first; the summary of the tests is the last thing printed.
ci:
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory doc
	$(MAKE) --no-print-directory deny
	$(MAKE) --no-print-directory lint-engines
	$(MAKE) --no-print-directory test

lint:
	cargo fmt --check
	@# Modules that the list of screens declares are not seen by cargo fmt.
	rustfmt --edition 2024 --check src/app/pages/*.rs src/ui/screens/*.rs
	cargo clippy --no-default-features --all-targets --locked -- -D warnings

# The code behind the features: both workers and the microphone. In the release profile, whose engines are built anyway.
lint-engines: build
	cargo clippy --release --lib --bins --locked -- -D warnings
	@# Our own code of a build for a graphics processor; the engines for one only where its toolkit is.
	cargo check --no-default-features --features cuda --lib --locked
	@built=; for f in cuda:nvcc vulkan:glslc metal:xcrun; do command -v $${f#*:} >/dev/null 2>&1 || continue; \
	  if [ $$f = vulkan:glslc ] && ! grep -qs VK_EXT_layer_settings "$${VULKAN_SDK:-/usr}/include/vulkan/vulkan_core.h"; then \
	    echo "the headers of Vulkan are older than 1.3.272: the engines for it were not compiled"; continue; fi; \
	  cargo check --release --features $${f%:*} --bins --locked || exit 1; built=yes; done; \
	  [ -n "$$built" ] || echo "no nvcc, glslc or xcrun: the engines for a graphics processor were not compiled"

# Broken links are errors; so is a link from a public page to a private item.
doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --no-default-features --lib --locked

# Licences, sources, duplicates, by deny.toml.
deny:
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --locked check; \
	  else echo "cargo-deny is not installed: licences and sources were not checked"; fi

# A folder that can be carried to another machine: the program for any x86-64, the workers for three levels of
# processor; the program takes the best that runs.
dist: setup
	rm -rf $(CACHE)/dist && mkdir -p $(CACHE)/dist
	for level in 2 3 4; do \
	  RUSTFLAGS="-C target-cpu=x86-64-v$$level" GGML_NATIVE=OFF CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)-v$$level \
	    cargo build --release --locked || exit 1; \
	  for w in asr llm; do \
	    cp $(CARGO_TARGET_DIR)-v$$level/release/gyeot-$$w $(CACHE)/dist/gyeot-$$w.x86-64-v$$level; \
	  done; \
	done
	cp $(CARGO_TARGET_DIR)-v2/release/gyeot $(CARGO_TARGET_DIR)-v2/release/gyeot-recorder $(CACHE)/dist/
	@echo "$(CACHE)/dist"

clean:
	rm -rf $(CARGO_TARGET_DIR)
