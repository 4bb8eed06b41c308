#!/usr/bin/env bash
# test.sh [CONFIGURATION [NAME...]]: runs the built test projects Pile.NAME.Tests, or all of them, lists the slowest tests, and ends with
# "N passed, N failed". Tests and cases with the trait Run=Long are left out; PILE_LONG=1 runs them too, and PILE_LONG=only runs no others.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
shift || true
results=out/test-results
ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Test hosts are short: profiles of their code, and optimized code of methods that are called less than 512 times (hexadecimal), cost
# more than they save.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=0x200
rm -rf "$results" && mkdir -p "$results"

# The longest project first, because the last one to run has the machine for itself.
order=(Cli CrossMatch Builders Writing Publishing Review)
names=("$@")
if [ $# -eq 0 ]; then
  mapfile -t names < <({ printf '%s\n' "${order[@]}"; ls tests | sed -n 's/^Pile\.\(.*\)\.Tests$/\1/p; s/^Pile\.Tests$/./p'; } | awk '!seen[$0]++')
fi

case ${PILE_LONG:-} in
  1) filter=() ;;
  only) filter=(-trait Run=Long) ;;
  *) filter=(-trait- Run=Long) ;;
esac
run_one() {
  local name=$1 program status=0
  shift
  [ "$name" = . ] && name=Pile.Tests || name=Pile.$name.Tests
  program=tests/$name/bin/$configuration/net10.0/$name
  if [ ! -x "$program" ]; then echo "$name: not built" > "$results/$name.missing"; echo "$name is not built"; return 1; fi
  "$program" -noLogo -noColor -preEnumerateTheories "$@" -trx "$results/$name.trx" > "$results/$name.log" 2>&1 || status=$?
  # A host that dies leaves no file of results.
  [ -s "$results/$name.trx" ] || { tail -n 40 "$results/$name.log"; echo "$name ended without results (exit code $status)" | tee "$results/$name.missing"; }
  grep -h 'Total:' "$results/$name.log" | sed 's/^ *//'
}

# One S3 server and one Python for all projects. The first project that needs the S3 server starts it.
PILE_TEST_RUN=$(mktemp -d -t pile-run-XXXXXX) PILE_TEST_RUN_PID=$$
export PILE_TEST_RUN PILE_TEST_RUN_PID
finish() {
  tests/services/s3-gateway.sh stop "$PILE_TEST_RUN/s3"
  [ -z "${python_input:-}" ] || exec {python_input}>&-
  rm -rf "$PILE_TEST_RUN"
}
trap finish EXIT
if [ ${#names[@]} -gt 1 ] && mkfifo "$PILE_TEST_RUN/python" 2>/dev/null; then
  server=pile-test-python-$$
  /usr/bin/python3 tests/Pile.TestKit/python_server.py "$server" < "$PILE_TEST_RUN/python" > "$PILE_TEST_RUN/ready" &
  exec {python_input}> "$PILE_TEST_RUN/python" # its end tells the server to end
  for _ in $(seq 300); do grep -qs ready "$PILE_TEST_RUN/ready" && { export PILE_TEST_PYTHON=$server; break; }; sleep 0.1; done
fi

export configuration results
export -f run_one
printf '%s\n' "${names[@]}" | xargs -P "${PILE_TEST_PROJECTS:-2}" -I{} bash -c 'run_one "$@"' _ {} "${filter[@]}"

counters=$(grep -ho '<Counters [^>]*>' "$results"/*.trx 2>/dev/null || true)
sum() { printf '%s\n' "$counters" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{n+=$1} END {print n+0}'; }
passed=$(sum passed) failed=$(($(sum failed) + $(find "$results" -name '*.missing' | wc -l)))

printf '\nThe slowest tests, in seconds:\n'
grep -ho '<UnitTestResult [^>]*>' "$results"/*.trx 2>/dev/null \
  | sed 's/.*testName="\([^"]*\)".*duration="\([0-9]*\):\([0-9]*\):\([0-9.]*\)".*/\2 \3 \4 \1/' \
  | awk '{ s = $1 * 3600 + $2 * 60 + $3; $1 = $2 = $3 = ""; printf "%7.1f %s\n", s, substr($0, 4) }' | sort -rn | head -20 | cut -c 1-150

# At the end, where somebody who sees only that can find them: messages first, then names.
awk '/<UnitTestResult /{ is_failed = /outcome="Failed"/; lines = 0 } /<ErrorInfo>/{ in_error = is_failed } in_error && lines++ < 12; /<\/ErrorInfo>/{ in_error = 0 }' "$results"/*.trx 2>/dev/null | head -60
grep -ho '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$results"/*.trx 2>/dev/null | sed 's/.*testName="\([^"]*\)".*/failed: \1/'
cat "$results"/*.missing 2>/dev/null | sed 's/^/failed: /'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
