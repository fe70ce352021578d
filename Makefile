# telemetryd: `make run` to see it, `make test` to prove it, `make help` for the rest.

# What `make run` starts the daemon with, e.g. make run ARGS="--simulate m1,m2,m3 --port 4000"
ARGS ?= --simulate machineA,machineB

# Further words for pytest in `make e2e`, e.g. make e2e PYTEST="-k broker -x"
PYTEST ?=

# The end-to-end tests drive the release build: it is what `make run` starts and what is shipped. `make e2e CONFIG=debug`
# takes the debug build instead, with its assertions.
CONFIG ?= release

# Rounds of `make fuzz`, each of 2,000 changed inputs for every decoder, and the seed of the first one. To repeat a failure,
# e.g. in round 4711: make fuzz FUZZ_ROUNDS=1 FUZZ_SEED=4711
FUZZ_ROUNDS ?= 500
FUZZ_SEED := $(or $(FUZZ_SEED),$(shell date +%s))

# Rounds of `make loss-hunt`; to repeat one: make loss-hunt LOSS_SEED=…
LOSS_ROUNDS ?= 20
LOSS_SEED := $(or $(LOSS_SEED),$(shell date +%s))

# Connections of `make storm`, all open at once, twice.
STORM_CONNECTIONS ?= 5000

# Of `make bench`: where its measuring tools in C are, QUICK=1 for a short look, further words such as BENCH="--only idle".
BENCH_SOURCES ?= ../shared/bench
QUICK ?=
BENCH ?=

# An import that the manifest does not declare is an error, here and nowhere else: so build through this file.
BUILD := swift build --explicit-target-dependency-import-check error

# How a release is linked: one file with Swift's libraries in it, of which the linker (lld, part of the toolchain) keeps
# what is used, its relocations packed (glibc 2.36, which Debian 12 has), its symbols not offered to others. An idle daemon
# has 10 MiB less resident than with shared libraries and starts with a quarter less CPU (docs/performance.md). Every
# release build here has the same flags, or each would compile everything anew. `make run STATIC=` links as Swift does by
# itself, for a toolchain without lib/swift_static or an older glibc.
STATIC ?= 1
FLAGS_debug :=
FLAGS_release := $(if $(STATIC),--static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs \
	-Xlinker --no-export-dynamic)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build setup setup-test lint test test-swift test-node fuzz sanitize storm loss-hunt bench examples e2e clean

help: ## say what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 14

run: build ## install what is missing, build, and start the gateway with two simulated machines (ARGS="…" for others)
	@exec .build/release/telemetryd $(ARGS)

build: setup ## build the release executable, .build/release/telemetryd
	@. scripts/voice.sh; heading "Building telemetryd (release)"
	@$(BUILD) -c release $(FLAGS_release) --product telemetryd

setup: ## install what the build needs (Debian packages) and fetch the official Socket.IO browser client
	@scripts/install-packages.sh build
	@scripts/fetch-socketio-client.sh

setup-test: setup ## install what the tests need beyond that (broker, browser, Python packages in .venv/)
	@scripts/install-packages.sh test
	@scripts/setup-python.sh

lint: setup ## format, syntax, and a build in which every warning and every undeclared import is an error
	@scripts/lint.sh
	@. scripts/voice.sh; heading "Lint: build with warnings as errors and the import check (debug)"
	@$(BUILD) --build-tests

test: setup-test lint test-swift test-node e2e ## everything: set-up, lint, Swift tests, page tests in node, end-to-end tests

# One after the other: hundreds of tests at once on two cores starve each other, and a heartbeat waits for nobody.
test-swift: setup ## the Swift tests
	@. scripts/voice.sh; heading "Swift tests"
	@$(BUILD) --build-tests
	@swift test --skip-build --no-parallel --disable-xctest
	@printf '\n==> Swift tests: Socket.IO again, with frames sent past the channel\n'
	@SOCKETIO_SENDS_DIRECTLY=1 swift test --skip-build --no-parallel --disable-xctest --filter SocketIOTests

test-node: setup-test ## the tests of the page's modules and of our Socket.IO client, in node
	@. scripts/voice.sh; heading "Page and client tests (node)"
	@scripts/node-tests.sh

fuzz: setup ## the decoders' fuzz tests for long, from a new seed each time (FUZZ_ROUNDS=…, FUZZ_SEED=…)
	@printf '\n==> Fuzz: %s rounds from seed %s\n' $(FUZZ_ROUNDS) $(FUZZ_SEED)
	@$(BUILD) --build-tests
	@FUZZ_ROUNDS=$(FUZZ_ROUNDS) FUZZ_SEED=$(FUZZ_SEED) swift test --skip-build --disable-xctest --filter FuzzTests

sanitize: setup ## the Socket.IO library's tests under the thread sanitizer (in .build-sanitize/)
	@printf '\n==> Thread sanitizer: the Socket.IO library\n'
	@swift test --sanitize=thread --scratch-path .build-sanitize --disable-xctest --filter SocketIOTests --skip StormTests

storm: setup ## a crowd of sockets in and out, twice, with memory measured (STORM_CONNECTIONS=…)
	@printf '\n==> Storm: 2 x %s connections\n' $(STORM_CONNECTIONS)
	@$(BUILD) --build-tests
	@STORM_CONNECTIONS=$(STORM_CONNECTIONS) swift test --skip-build --disable-xctest --filter StormTests

loss-hunt: setup-test ## kill -9 under 5,000 readings/s, again and again: nothing acknowledged may be missing (LOSS_ROUNDS=…)
	@printf '\n==> Loss hunt: %s rounds, seed %s\n' $(LOSS_ROUNDS) $(LOSS_SEED)
	@$(BUILD) -c $(CONFIG) $(FLAGS_$(CONFIG)) --product telemetryd
	@LOSS_ROUNDS=$(LOSS_ROUNDS) LOSS_SEED=$(LOSS_SEED) TELEMETRYD_EXECUTABLE=.build/$(CONFIG)/telemetryd .venv/bin/python -m pytest Tests/EndToEnd/test_loss_hunt.py -s $(PYTEST)

bench: build ## floor and program in turn: target, figure and verdict of every row (QUICK=1: under five minutes)
	@. scripts/voice.sh; heading "Benchmarks (see docs/performance.md)"
	@$(BUILD) --package-path Benchmarks -c release --product CodecBenchmark
	@Benchmarks/gateway/bench.py --sources "$(BENCH_SOURCES)" --codec Benchmarks/.build/release/CodecBenchmark \
		$(if $(QUICK),--quick) $(BENCH)

examples: setup ## build the examples (see Examples/README.md)
	@. scripts/voice.sh; heading "Building the examples (debug)"
	@$(BUILD) --package-path Examples

e2e: setup-test examples ## the end-to-end tests: sensor, broker, daemon, clients, browser
	@. scripts/voice.sh; heading "End-to-end tests ($(CONFIG) build)"
	@$(BUILD) -c $(CONFIG) $(FLAGS_$(CONFIG)) --product telemetryd
	@$(BUILD) -c $(CONFIG) $(FLAGS_$(CONFIG)) --product conformance-server
	@$(BUILD) -c $(CONFIG) $(FLAGS_$(CONFIG)) --product peer-server
	@TELEMETRYD_CONFORMANCE=.build/$(CONFIG)/conformance-server TELEMETRYD_PEER_SERVER=.build/$(CONFIG)/peer-server \
		TELEMETRYD_EXECUTABLE=.build/$(CONFIG)/telemetryd .venv/bin/python -m pytest Tests/EndToEnd $(PYTEST)

clean: ## remove what was built, fetched and measured here (not the Debian packages)
	rm -rf .build .build-sanitize .venv Examples/.build
