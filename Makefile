# The verbs of the project. `./dev VERB` first installs what is missing, then comes here.
# Meson and Ninja do the work; look in meson.build for how things are built.

build_dir   := build
test_dir    := build-test
clang_dir   := build-clang
fuzz_dir    := build-fuzz
bench_dir   := build-bench
demo        := $(build_dir)/demo
TIME        ?= 20
PREFIX      ?= /usr/local

# Tests that need real evidence find it here; without it they are skipped, and say so.
LIMIER_SHARED ?= $(wildcard $(abspath ../shared))
export LIMIER_SHARED

.PHONY: all build demo test check quick-check bench bench-attribution bench-indicators bench-trail bench-webshell bench-yara fuzz install clean

all: build

build: $(build_dir)/build.ninja
	@ninja -C $(build_dir)
	@ln -sf src/cli/limier $(build_dir)/limier
	@ln -sf example/make_example $(build_dir)/make_example

$(build_dir)/build.ninja:
	meson setup --prefix=$(PREFIX) $(build_dir)

# The evidence of a small mail server that was broken into, and what limier says of it.
demo: build
	@rm -rf $(demo) && mkdir -p $(demo)
	@$(build_dir)/make_example $(demo)/evidence --breached
	$(build_dir)/limier scan $(demo)/evidence -o $(demo)/demo.case
	@sed 's|@DEMO@|$(demo)|g; s|@LIMIER@|$(build_dir)/limier|g; s|@BUILD@|$(build_dir)|g' docs/after-the-demo.txt

# Everything runs under the address and undefined-behaviour sanitizers.
test: $(test_dir)/build.ninja
	@ninja -C $(test_dir)
	@rm -f $(test_dir)/meson-logs/testlog.json
	@meson test -C $(test_dir) --no-rebuild --print-errorlogs; python3 tools/sum_tests.py $(test_dir)

$(test_dir)/build.ninja:
	meson setup -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 $(test_dir)

# What a machine can judge. quick-check needs no compiler but gcc and no more than a minute.
check: quick-check $(clang_dir)/build.ninja
	@ninja -C $(clang_dir)
	@tools/tidy $(clang_dir)
	@echo "check: all is well"

quick-check: build
	@python3 tools/check_layers.py
	@python3 tools/check_pure.py $(build_dir)
	@python3 tools/check_headers.py
	@tools/check_format

$(clang_dir)/build.ninja:
	CC=clang meson setup $(clang_dir)

bench: $(bench_dir)/build.ninja
	@ninja -C $(bench_dir)
	@python3 bench/run.py $(bench_dir)
	@python3 bench/real.py $(bench_dir)

# What following the trail costs beside the first pass: SIZE=10G writes so much below /tmp.
bench-trail: $(bench_dir)/build.ninja
	@ninja -C $(bench_dir) src/cli/limier example/make_example
	@python3 bench/trail.py $(bench_dir)/src/cli/limier --make $(bench_dir)/example/make_example --size $(or $(SIZE),600M)

# YARA beside Debian's yara: make bench-yara RULES=a-public-set FILES=a-folder
bench-yara: $(bench_dir)/build.ninja
	@ninja -C $(bench_dir) src/cli/limier
	@python3 bench/yara.py $(bench_dir) $(RULES) $(FILES)

# What indicators cost a scan: make bench-indicators LOGS="u_ex210301.log Security.evtx a-folder"
bench-indicators: $(bench_dir)/build.ninja
	@ninja -C $(bench_dir) src/cli/limier
	@python3 bench/indicators.py $(bench_dir) $(LOGS)

# How well web shells are told from other pages: DIR_BAD=shells DIR_GOOD=pages [PART=tune|report|all].
bench-webshell: $(bench_dir)/build.ninja
	@ninja -C $(bench_dir) bench/judge_pages
	@python3 bench/webshell.py $(bench_dir) "$(DIR_BAD)" "$(DIR_GOOD)" --part $(or $(PART),report)

# How well actors are told, beside the reference method and BM25; needs LIMIER_SHARED. Writes docs/attribution.md.
bench-attribution: $(bench_dir)/build.ninja
	@ninja -C $(bench_dir) src/cli/limier
	@python3 bench/attribution.py table $(bench_dir)/src/cli/limier --out docs/attribution.md

$(bench_dir)/build.ninja:
	meson setup --buildtype=release $(bench_dir)

fuzz: $(fuzz_dir)/build.ninja
	@ninja -C $(fuzz_dir)
	@tools/fuzz $(fuzz_dir) $(TIME)

$(fuzz_dir)/build.ninja:
	CC=clang meson setup -Dfuzz=true -Dc_args=-fsanitize=fuzzer-no-link -Db_sanitize=address,undefined -Db_lundef=false $(fuzz_dir)

install: build
	meson install -C $(build_dir) --no-rebuild

clean:
	rm -rf $(build_dir) $(test_dir) $(clang_dir) $(bench_dir) $(fuzz_dir)
