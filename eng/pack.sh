#!/usr/bin/env bash
# Packs the libraries, the tool and the templates into out/packages. The version has the number and hash of the commit, so that no cache of NuGet gives an older package for it.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release} packages=${2:-out/packages}
suffix=dev.$(git rev-list --count HEAD).g$(git rev-parse --short HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || suffix=$suffix.changed$(date +%s)
rm -rf "$packages"
dotnet pack Pile.sln -c "$configuration" --no-build -v quiet -nologo -clp:NoSummary -o "$packages" -p:VersionSuffix="$suffix"
echo "$(ls "$packages"/*.nupkg | wc -l) packages of version $(sed -n 's/.*<VersionPrefix>\(.*\)<.*/\1/p' Directory.Build.props)-$suffix in $packages"
