#!/usr/bin/env bash
# test.sh [CONFIGURATION [NAME...]]: runs the built test projects Pile.NAME.Tests, or all of them, and ends with "N passed, N failed".
# Tests and cases with the trait Run=Long are left out; PILE_LONG=1 runs them too, and PILE_LONG=only runs no others.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
shift || true
assemblies=()
for name in "$@"; do assemblies+=("tests/Pile.$name.Tests/bin/$configuration/net10.0/Pile.$name.Tests.dll"); done
results=out/test-results
[ ! -f "out/bin/$configuration/pile" ] || export PILE_PROGRAM=$PWD/out/bin/$configuration/pile
# Test hosts are short: profiles of their code, and optimized code of methods that are called less than 512 times (hexadecimal), cost
# more than they save.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=0x200
rm -rf "$results" && mkdir -p "$results"

what=("${assemblies[@]}")
[ $# -gt 0 ] || what=(Pile.sln -c "$configuration" --no-build)
filter=()
case ${PILE_LONG:-} in
  1) ;;
  only) filter=(--filter Run=Long) ;;
  *) filter=(--filter 'Run!=Long') ;;
esac
dotnet test "${what[@]}" "${filter[@]}" --nologo --logger "console;verbosity=minimal" --logger trx --results-directory "$results" \
  -- RunConfiguration.TreatNoTestsAsError=false RunConfiguration.MaxCpuCount=0
status=$?

counters=$(grep -ho '<Counters [^>]*>' "$results"/*.trx 2>/dev/null || true)
sum() { printf '%s\n' "$counters" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{n+=$1} END {print n+0}'; }
passed=$(sum passed) failed=$(sum failed)
# A host that dies leaves no failed test behind, only a status.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
# Told once more at the end, where somebody who sees only that can find them: messages first, then names.
awk '/<UnitTestResult /{ is_failed = /outcome="Failed"/; lines = 0 } /<ErrorInfo>/{ in_error = is_failed } in_error && lines++ < 12; /<\/ErrorInfo>/{ in_error = 0 }' "$results"/*.trx 2>/dev/null | head -60
grep -ho '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$results"/*.trx 2>/dev/null | sed 's/.*testName="\([^"]*\)".*/failed: \1/'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
