#!/usr/bin/env bash
# Lays out the program as people run it: out/bin/CONFIGURATION, with its own assemblies compiled for x64 ahead of time (ReadyToRun), out/pile a link into it.
# Generic methods of the framework with types of this program are compiled too (the runtime checks that their code is still the same), and methods
# with vectors for processors with AVX2 (others compile everything when it starts). Where the compiler can't be had, the program is the same and starts
# later.
set -euo pipefail
cd "$(dirname "$0")/../.."
configuration=${1:-Release}
built=cli/Pile.Cli/bin/$configuration/net10.0 out=out/bin/$configuration
version=$(sed -n "s/.*Crossgen2.*Version=\"\[\(.*\)\]\".*/\1/p" eng/precompile/Crossgen.csproj)
mkdir -p "$out"

crossgen=${NUGET_PACKAGES:-$HOME/.nuget/packages}/microsoft.netcore.app.crossgen2.linux-x64/$version/tools/crossgen2
framework=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) \[\(.*\)\]$/\2\/\1/p' | tail -n 1)
if [ "$(uname -sm)" != "Linux x86_64" ] || [ -z "$framework" ]; then
  crossgen=
elif [ ! -f "$crossgen" ]; then
  dotnet restore eng/precompile/Crossgen.csproj -v quiet -nologo >/dev/null 2>&1 || { echo "build: crossgen2 $version can't be fetched; the program will start some 20 ms later" >&2; crossgen=; }
fi
[ -z "$crossgen" ] || chmod +x "$crossgen"

# A build copies assemblies with their time, so the precompiled file has the time of what it was made from: a newer one may be made from an older assembly.
stale=() stamp=$out/.precompiled
[ eng/precompile/precompile.sh -nt "$stamp" ] && rm -f "$out"/*.dll
for file in "$built"/*; do
  [ -f "$file" ] || continue
  name=${file##*/}
  case $name in
    *.xml) continue ;;
    Pile.*.dll | System.CommandLine.dll | Spectre.Console.dll | YamlDotNet.dll | AWSSDK.*.dll | Polly.Core.dll | NetTopologySuite*.dll)
      [ -e "$out/$name" ] && [ ! "$out/$name" -nt "$file" ] && [ ! "$out/$name" -ot "$file" ] && continue
      [ -n "$crossgen" ] && stale+=("$name") && continue ;;
  esac
  ln -f "$file" "$out/$name"
done
if [ ${#stale[@]} -gt 0 ]; then
  export crossgen framework built out
  printf '%s\n' "${stale[@]}" | xargs -P "$(nproc)" -I{} sh -c \
    'rm -f "$out/{}" && "$crossgen" --targetos linux --targetarch x64 --instruction-set x86-64-v3 -O --opt-async-methods true --opt-cross-module "*" --non-local-generics-module "*" -r "$framework/*.dll" -r "$built/*.dll" "$built/{}" -o "$out/.{}" >/dev/null && touch -r "$built/{}" "$out/.{}" && mv "$out/.{}" "$out/{}"'
fi
touch "$stamp"
ln -sfn "bin/$configuration/Pile.Cli" out/pile
