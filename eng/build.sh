#!/usr/bin/env bash
# build.sh [CONFIGURATION [SOLUTION|PROJECT]]: builds it with one compiler process for all projects, which takes a third of the time, and
# ends that process.
set -euo pipefail
cd "$(dirname "$0")/.."
ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
trap 'dotnet build-server shutdown --vbcscompiler > /dev/null 2>&1 || true' EXIT
# Profiles of the compiler's own code cost it more than they save: two fifths of the time.
export DOTNET_TieredPGO=0
dotnet build "${2:-Pile.sln}" -c "${1:-Release}" --no-restore -v quiet -nologo -clp:NoSummary -p:UseSharedCompilation=true ${PILE_BUILD_OPTIONS:-}
