#!/usr/bin/env bash
# native-program.sh [CONFIGURATION]: lays out the program as people run it, in out/bin/CONFIGURATION: pile, compiled to native code for
# this machine, and beside it what it needs, and the same program for the .NET runtime (Pile.Cli), which loads plug-ins. out/pile is a
# link into it; where no native compiler can be had, a link to Pile.Cli, which starts later.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
built=cli/Pile.Cli/bin/$configuration/net10.0 project=cli/Pile.Native out=out/bin/$configuration
mkdir -p "$out"
for file in "$built"/*; do
  if [ -f "$file" ] && [ "${file##*.}" != xml ]; then ln -f "$file" "$out/"; fi
done

program=Pile.Cli
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "build: native code is made on Linux for x64 only; the program will be compiled each time it starts" >&2
elif ! command -v gcc >/dev/null && ! command -v clang >/dev/null; then
  echo "build: no linker (Debian: apt-get install gcc libc6-dev); the program will be compiled each time it starts" >&2
elif [ ! -f "$project/obj/project.assets.json" ]; then
  echo "build: the native compiler is not restored (dotnet restore $project); the program will be compiled each time it starts" >&2
else
  program=pile
fi

# Native code is for the instructions of one processor. What the compiler takes for 'native' lacks the carry-less multiplication of 512
# bits, without which checksums take longer, so processors that have it (Ice Lake, Zen 4 and later) are described to it.
flags=" $(sed -n '/^flags/{s/^[^:]*: //p;q}' /proc/cpuinfo 2>/dev/null || true) "
instructions=x86-64-v4,avx512v2,avx512v3,aes_v512,gfni_v512,sha
for flag in avx512{f,bw,cd,dq,vl,ifma,vbmi} avx512_{vbmi2,bitalg,vnni,vpopcntdq} vaes vpclmulqdq gfni sha_ni; do
  case $flags in *" $flag "*) ;; *) instructions=native ;; esac
done

# The assets name the compiler with its version.
inputs=$(cat "$built"/*.dll "$project"/{Pile.Native.csproj,Program.cs,obj/project.assets.json} cli/Program.props eng/native-program.sh \
  <(echo "$flags") 2>/dev/null | sha256sum || true)
stamp=$out/.native
if [ "$program" = pile ] && { [ ! -f "$out/pile" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$inputs" ]; }; then
  rm -f "$stamp"
  dotnet publish "$project" -c "$configuration" --no-restore -p:BuildProjectReferences=false -p:IlcInstructionSet="${instructions//,/%2c}" \
    -v quiet -nologo
  mv "$project/bin/$configuration/net10.0/linux-x64/publish/Pile.Native" "$out/pile"
  rm -rf "${project:?}/bin"
  echo "$inputs" > "$stamp"
fi
ln -sfn "bin/$configuration/$program" out/pile
