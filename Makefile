# The targets a person runs; CI runs the same ones.
CONFIGURATION ?= Release

.PHONY: setup build dev demo check-pages train-loop slurm test test-fast test-long test-build bench-build lint format bench bench-large soak pack docs clean

setup:            ## install what this machine lacks for build, demo and tests (Debian, NuGet and npm packages)
	@eng/setup.sh

build:            ## build the program as native code for this machine: out/pile
	@eng/setup.sh run build
	@eng/build.sh $(CONFIGURATION) eng/Program.slnf
	@eng/program.sh native $(CONFIGURATION)

dev:              ## build the program for the .NET runtime, in seconds: out/pile
	@eng/setup.sh run
	@eng/build.sh $(CONFIGURATION) eng/Program.slnf
	@eng/program.sh dev $(CONFIGURATION)

demo: dev         ## datasets out of real files, matched, read, and drawn: out/demo/index.html
	@CONFIGURATION=$(CONFIGURATION) examples/demo/run.sh

check-pages: demo ## the pages of the demo in headless Chromium: errors, overflow at three widths, light and dark, accessibility
	@eng/setup.sh pages
	@node tests/schemas/pages.mjs out/demo/index.html out/demo/review-sdss.html

train-loop: build ## pairs of pictures and catalogue rows, streamed from an S3 server into a fit
	@eng/setup.sh train
	@eng/build.sh $(CONFIGURATION) examples/TrainLoop
	@CONFIGURATION=$(CONFIGURATION) examples/train-loop.sh

slurm: build      ## a dataset built by an array of Slurm jobs, compared with one process
	@eng/setup.sh slurm
	@examples/slurm.sh

test-build:
	@eng/setup.sh run test
	@eng/build.sh $(CONFIGURATION)
	@eng/program.sh dev $(CONFIGURATION)

ifdef P
test:             ## run every test but the long ones; the last line counts them. P=Reading: build and test that project alone, without analyzers
	@eng/setup.sh run test
	@PILE_BUILD_OPTIONS=-p:RunAnalyzers=false eng/build.sh $(CONFIGURATION) tests/Pile.$(P).Tests
	@eng/test.sh $(CONFIGURATION) $(P)
else
test: test-build
	@eng/test.sh $(CONFIGURATION)
endif

test-long: test-build ## the further cases that `make test` leaves out: more seeds, more damage, larger data, packages, the native program
	@eng/setup.sh build && eng/program.sh native $(CONFIGURATION)
	@PILE_LONG=only eng/test.sh $(CONFIGURATION)

test-fast:        ## the tests of formats, codecs, geometry and native libraries: under a minute, without processes and servers
	@eng/setup.sh run test
	@eng/build.sh $(CONFIGURATION) eng/Fast.slnf
	@eng/test.sh $(CONFIGURATION) Codecs Drawing DuckDb Format Hdf5 Parquet Sky

lint:             ## formatter, lengths of lines and wording; changes nothing (the build runs the analyzers and the rules of style)
	@eng/setup.sh run
	@eng/lint/text.sh
	@dotnet format whitespace . --folder --exclude out templates --verify-no-changes -v quiet
	@echo "lint: clean"

format:           ## let the formatter change what it would complain about
	@eng/setup.sh run test
	@dotnet format Pile.sln --no-restore --severity warn -v quiet

bench-build: build
	@eng/setup.sh bench
	@eng/build.sh $(CONFIGURATION) bench/Pile.Bench

bench: bench-build bench/peers/node_modules/.package-lock.json ## measure against peers, on two cores; writes bench/RESULTS.md (on a quiet machine)
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- all

bench-large: bench-build ## the match of 100 million rows a side, builds of survey files, and chips of scenes: prints, and writes nothing (12 GB of memory, 35 GB of disk)
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- crossmatch-large
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- builders
	@taskset -c 0,1 dotnet run --project bench/Pile.Bench -c $(CONFIGURATION) --no-build -- chips

soak: test-build  ## damage, kill and interrupt on purpose, with many seeds; writes the figures of docs/reliability.md (some hours)
	@dotnet run --project tests/Pile.Soak -c $(CONFIGURATION) --no-build -- all --keep

# Lance, one of the peers.
bench/peers/node_modules/.package-lock.json: bench/peers/package-lock.json
	@echo "bench: fetching Lance"
	@npm ci --prefix bench/peers --no-audit --no-fund --loglevel=error >/dev/null || { echo "bench: the npm registry can't be reached. With network:  npm ci --prefix bench/peers" >&2; exit 1; }
	@touch $@

pack: test-build  ## NuGet packages and the native program for any x64 processor since 2013 into out/packages, with a version for each commit
	@eng/setup.sh build
	@PILE_BUILD_OPTIONS="-p:IncludeSourceRevisionInInformationalVersion=true -p:EnableSourceLink=true" eng/build.sh $(CONFIGURATION)
	@eng/pack.sh $(CONFIGURATION)
	@eng/program.sh portable out/portable/pile $(CONFIGURATION)
	@cp LICENSE out/portable/pile/ && tar -C out/portable -czf out/packages/pile-linux-x64.tar.gz --exclude='*.pdb' --exclude=.native pile

docs:             ## the pages that are written from schemas: docs/recipes.md
	@node eng/recipe-reference.mjs

clean:
	@rm -rf out .stamps bench/.work && find . -type d \( -name bin -o -name obj \) -not -path '*/node_modules/*' -prune -exec rm -rf {} +
