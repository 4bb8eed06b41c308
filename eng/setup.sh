#!/usr/bin/env bash
# setup.sh [USE...]: installs what a machine lacks for these uses, and nothing else. Run it as often as you like.
# Uses: run (the program for the .NET runtime; it also builds), build (the native program), test, pages, slurm, train, bench.
# Without any: build, run, test.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- build run test

fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }
wanted() { local use; for use in "${uses[@]}"; do case ",$1," in *",$use,"*) return 0 ;; esac; done; return 1; }
uses=("$@")
for use in "${uses[@]}"; do
  case $use in run|build|test|pages|slurm|train|bench) ;; *) fail "there is no use '$use'." "Uses: run build test pages slurm train bench" ;; esac
done

command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing." "Get it from https://dotnet.microsoft.com/download/dotnet/10.0 and put dotnet on PATH."
# A plain Debian has no ICU, which the SDK needs only for the cultures of messages.
ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
problem=$(dotnet --version 2>&1 >/dev/null) || fail "no .NET SDK here satisfies global.json (10.0): ${problem%%$'\n'*}" "Get it from https://dotnet.microsoft.com/download/dotnet/10.0"

log=$(mktemp); trap 'rm -f "$log"' EXIT

# 1. Packages of the distribution.
release=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}")
missing=() needed=() versions=()
while read -r use name version others; do
  case $use in ''|'#'*) continue ;; esac
  wanted "$use" || continue
  for other in $others; do case $other in "${release#* }"=*) name=${other#*=} ;; esac; done
  dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed && continue
  missing+=("$name")
  # The program runs without the linker, and names a library when a command needs it.
  [ "$use" = build ] || [ "$use" = run ] || needed+=("$name")
  [ "$release" = "debian 12" ] && versions[${#missing[@]}]=$version
done < eng/debian-packages.txt

if [ ${#missing[@]} -gt 0 ]; then
  command="apt-get install -y --no-install-recommends ${missing[*]}"
  sudo=()
  if ! command -v apt-get >/dev/null; then
    echo "setup: this is not Debian; install the equivalents of ${missing[*]}." >&2
    [ ${#needed[@]} -eq 0 ] || exit 1
  elif [ "$(id -u)" -ne 0 ] && ! { command -v sudo >/dev/null && sudo -n true 2>/dev/null && sudo=(sudo); }; then
    echo "setup: these packages are missing, and you are not root. Install them as root:  $command" >&2
    [ ${#needed[@]} -eq 0 ] || exit 1
  else
    echo "setup: installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${sudo[@]}" apt-get update -qq >"$log" 2>&1 || true # what cannot be had is reported below
    # Archives keep only the newest version of some packages.
    available=$(apt-cache madison "${missing[@]}" 2>/dev/null | tr -d ' ' | cut -d '|' -f 1,2) packages=() newer=()
    for i in "${!missing[@]}"; do
      name=${missing[i]} version=${versions[i + 1]:-}
      if [ -n "$version" ] && ! grep -qxF "$name|$version" <<< "$available"; then newer+=("$name") version=; fi
      packages+=("$name${version:+=$version}")
    done
    [ ${#newer[@]} -eq 0 ] || echo "setup: the archive has a newer version of ${newer[*]}"
    "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$log" 2>&1 \
      || { echo "setup: apt-get could not install these packages. With network, as root:  $command" >&2; [ ${#needed[@]} -eq 0 ] || exit 1; }
  fi
fi

# 2. What the tests of schemas and pages use of npm.
if wanted test,pages; then
  stamp=tests/schemas/node_modules/.lock-installed
  if ! cmp -s tests/schemas/package-lock.json "$stamp"; then
    command -v npm >/dev/null || fail "npm is missing; it fetches ajv and axe-core, which tests use." "Install Node.js 20 (Debian: apt-get install nodejs npm)"
    echo "setup: fetching ajv and axe-core"
    npm ci --prefix tests/schemas --no-audit --no-fund >"$log" 2>&1 || { tail -n 1 "$log" >&2; fail "the npm registry can't be reached." "With network:  npm ci --prefix tests/schemas"; }
    cp tests/schemas/package-lock.json "$stamp"
  fi
fi

# 3. NuGet packages, exactly those of the lock files.
restore() { # SOLUTION STAMP PROJECT...
  local solution=$1 stamp=.stamps/$2 project newest
  shift 2
  newest=$(find . -name packages.lock.json -newer "$stamp" -not -path '*/node_modules/*' -print -quit 2>/dev/null || true)
  if [ -f "$stamp" ] && [ -z "$newest" ]; then
    for project in "$@"; do [ -f "$(dirname "$project")/obj/project.assets.json" ] || { newest=$project; break; }; done
    [ -n "$newest" ] || return 0
  fi
  echo "setup: restoring NuGet packages"
  dotnet restore "$solution" --locked-mode -v quiet -nologo >"$log" 2>&1 \
    || fail "the NuGet packages can't be restored: $(sed -n 's/ *\[[^]]*\]$//; /error/{s/.*error/error/p;q}' "$log")" \
      "With network:  dotnet restore $solution --locked-mode"
  mkdir -p .stamps && touch "$stamp"
}
if wanted test,train,bench; then
  mapfile -t projects < <(git ls-files '*.csproj' 2>/dev/null | grep -v '^cli/Pile.Native/')
  restore Pile.sln restored "${projects[@]}"
else
  restore eng/Program.slnf restored-program cli/Pile.Cli/Pile.Cli.csproj examples/DemoPage/DemoPage.csproj
fi

# 4. The native compiler, of the SDK's version. Without it the program starts later.
if wanted build && [ "$(uname -sm)" = "Linux x86_64" ]; then
  compiler=.stamps/native-compiler-$(dotnet --version) assets=cli/Pile.Native/obj/project.assets.json
  newest=$(find . -name packages.lock.json -newer "$compiler" -not -path '*/node_modules/*' -print -quit 2>/dev/null || true)
  if [ ! -f "$compiler" ] || [ -n "$newest" ] || [ ! -f "$assets" ]; then
    echo "setup: fetching the native compiler"
    rm -f "$assets" .stamps/native-compiler-*
    mkdir -p .stamps
    if dotnet restore cli/Pile.Native -v quiet -nologo >"$log" 2>&1; then touch "$compiler"
    else echo "setup: the native compiler can't be fetched. With network:  dotnet restore cli/Pile.Native" >&2; fi
  fi
fi
