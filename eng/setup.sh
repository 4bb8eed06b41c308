#!/usr/bin/env bash
# Installs what a fresh machine lacks, and nothing else. Run it as often as you like.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing." "Get it from https://dotnet.microsoft.com/download/dotnet/10.0 and put dotnet on PATH."
dotnet --version >/dev/null 2>&1 || fail "no .NET SDK here satisfies global.json (10.0)." "Get it from https://dotnet.microsoft.com/download/dotnet/10.0"

# 1. Debian packages.
missing=() pinned=()
while read -r use name version; do
  case $use in build|run|test|bench|demo) ;; *) continue ;; esac
  dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed && continue
  missing+=("$name"); pinned+=("$name=$version")
done < eng/debian-packages.txt

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || fail "these libraries are missing, and this is not Debian: ${missing[*]}" "Install their equivalents: eng/debian-packages.txt lists names and versions."
  sudo=(); if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || fail "these Debian packages are missing: ${missing[*]}" "Run as root:  apt-get install -y --no-install-recommends ${missing[*]}"
    sudo=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  log=$(mktemp); trap 'rm -f "$log"' EXIT
  export DEBIAN_FRONTEND=noninteractive
  "${sudo[@]}" apt-get update -qq >"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "the Debian archive can't be reached." "With network:  apt-get install -y --no-install-recommends ${missing[*]}"; }
  if ! "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${pinned[@]}" >"$log" 2>&1; then
    echo "setup: the archive no longer has exactly ${pinned[*]}; taking its present versions" >&2
    "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "apt-get could not install: ${missing[*]}"; }
  fi
fi

# 2. The judges of JSON Schemas and of pages, for tests alone.
stamp=tests/schemas/node_modules/.lock-installed
if ! cmp -s tests/schemas/package-lock.json "$stamp"; then
  command -v npm >/dev/null || fail "npm is missing; it fetches ajv and axe-core." "Install Node.js 20 (Debian: apt-get install nodejs npm)"
  echo "setup: fetching ajv and axe-core"
  log=$(mktemp); trap 'rm -f "$log"' EXIT
  npm ci --prefix tests/schemas --no-audit --no-fund >"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "the npm registry can't be reached." "With network:  npm ci --prefix tests/schemas"; }
  cp tests/schemas/package-lock.json "$stamp"
fi

# 3. .NET packages, exactly those of the lock files.
restored=.stamps/restored
newest=$(find . -name packages.lock.json -newer "$restored" -not -path '*/node_modules/*' -print -quit 2>/dev/null || true)
missing_assets=$(for p in $(git ls-files '*.csproj' 2>/dev/null); do [ -f "$(dirname "$p")/obj/project.assets.json" ] || { echo "$p"; break; }; done)
if [ ! -f "$restored" ] || [ -n "$newest" ] || [ -n "$missing_assets" ]; then
  echo "setup: restoring .NET packages"
  dotnet restore Pile.sln --locked-mode -v quiet || fail "the NuGet packages can't be restored." "With network:  dotnet restore Pile.sln --locked-mode"
  mkdir -p .stamps && touch "$restored"
fi

# 4. The native compiler, of the SDK's version. Without it everything works, and the program starts later.
compiler=.stamps/native-compiler-$(dotnet --version)
assets=cli/Pile.Native/obj/project.assets.json
if [ "$(uname -sm)" = "Linux x86_64" ] && { [ ! -f "$compiler" ] || [ "$restored" -nt "$compiler" ] || [ ! -f "$assets" ]; }; then
  echo "setup: fetching the native compiler"
  rm -f "$assets" .stamps/native-compiler-*
  if dotnet restore cli/Pile.Native -v quiet; then touch "$compiler"
  else echo "setup: the native compiler can't be fetched. With network:  dotnet restore cli/Pile.Native" >&2; fi
fi
