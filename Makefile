# The targets a person runs; CI runs the same ones.
CONFIGURATION ?= Release

.PHONY: setup build demo check-pages train-loop slurm test test-fast test-long lint format bench bench-large soak pack docs clean

setup:            ## install what this machine lacks (Debian packages, libduckdb, .NET packages)
	@eng/setup.sh

build: setup      ## build everything; the program is out/pile
	@eng/build.sh $(CONFIGURATION)
	@eng/native-program.sh $(CONFIGURATION)

demo: build       ## datasets out of real files, matched, read, and drawn: out/demo/index.html
	@CONFIGURATION=$(CONFIGURATION) examples/demo/run.sh

check-pages: demo ## the pages of the demo in headless Chromium: errors, overflow at three widths, light and dark, accessibility
	@node tests/schemas/pages.mjs out/demo/index.html out/demo/review-sdss.html

train-loop: build ## pairs of pictures and catalogue rows, streamed from an S3 server into a fit
	@CONFIGURATION=$(CONFIGURATION) examples/train-loop.sh

slurm: build      ## a dataset built by an array of Slurm jobs, compared with one process
	@examples/slurm.sh

test: build       ## run every test but the long ones; the last line counts them
	@eng/test.sh $(CONFIGURATION)

test-long: build  ## the further cases that `make test` leaves out: more seeds, more damage, larger data, packages that are published
	@PILE_LONG=only eng/test.sh $(CONFIGURATION)

test-fast: setup  ## the tests of formats, codecs, geometry and native libraries: under a minute, without processes and servers
	@eng/build.sh $(CONFIGURATION)
	@eng/test.sh $(CONFIGURATION) Codecs Drawing DuckDb Format Hdf5 Parquet Sky

lint: setup       ## formatter, lengths of lines and wording; changes nothing (the build runs the analyzers and the rules of style)
	@eng/lint/text.sh
	@dotnet format whitespace . --folder --exclude out templates --verify-no-changes -v quiet
	@echo "lint: clean"

format: setup     ## let the formatter change what it would complain about
	@dotnet format Pile.sln --no-restore --severity warn -v quiet

bench: build bench/peers/node_modules/.package-lock.json ## measure against peers, on two cores; writes bench/RESULTS.md (some twenty minutes, on a quiet machine)
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- all

bench-large: build ## the match of 100 million rows a side, builds of survey files, and chips of scenes: prints, and writes nothing (12 GB of memory, 35 GB of disk)
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- crossmatch-large
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- builders
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- chips

soak: build       ## damage, kill and interrupt on purpose, with many seeds; writes the figures of docs/reliability.md (some hours)
	@dotnet run --project tests/Pile.Soak -c $(CONFIGURATION) --no-build -- all --keep

# Lance, one of the peers.
bench/peers/node_modules/.package-lock.json: bench/peers/package-lock.json
	@echo "bench: fetching Lance"
	@npm ci --prefix bench/peers --no-audit --no-fund --loglevel=error >/dev/null || { echo "bench: the npm registry can't be reached. With network:  npm ci --prefix bench/peers" >&2; exit 1; }
	@touch $@

pack: build       ## NuGet packages into out/packages, with a version for each commit
	@eng/pack.sh $(CONFIGURATION)

docs:             ## the pages that are written from schemas: docs/recipes.md
	@node eng/recipe-reference.mjs

clean:
	@rm -rf out .stamps bench/.work && find . -type d \( -name bin -o -name obj \) -not -path '*/node_modules/*' -prune -exec rm -rf {} +
