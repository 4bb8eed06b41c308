#!/usr/bin/env bash
# program.sh dev|native [CONFIGURATION]: lays out the program in out/bin/CONFIGURATION and makes out/pile a link to it. dev: Pile.Cli, for
# the .NET runtime, which starts in a third of a second. native: pile beside it, compiled to native code for this machine; where no native
# compiler can be had, the same as dev. Pile.Cli stays beside the native program, because it loads plug-ins.
# program.sh portable FOLDER [CONFIGURATION]: the native program into another folder, for any processor of x86-64-v3 (2013 and later).
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1
shift
case $kind in
  dev|native) configuration=${1:-Release} out=out/bin/${1:-Release} ;;
  portable) configuration=${2:-Release} out=$1 ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
built=cli/Pile.Cli/bin/$configuration/net10.0 project=cli/Pile.Native
mkdir -p "$out"
for file in "$built"/*; do
  if [ -f "$file" ] && [ "${file##*.}" != xml ]; then ln -f "$file" "$out/" 2>/dev/null || cp "$file" "$out/"; fi
done

program=Pile.Cli reason=
if [ "$kind" = dev ]; then :
elif [ "$(uname -sm)" != "Linux x86_64" ]; then reason="native code is made on Linux for x64 only"
elif ! command -v gcc >/dev/null && ! command -v clang >/dev/null; then reason="there is no linker (Debian: apt-get install gcc libc6-dev)"
elif [ ! -f "$project/obj/project.assets.json" ]; then reason="the native compiler is not restored (dotnet restore $project)"
else program=pile
fi
[ -z "$reason" ] || { echo "build: $reason; the program runs in the .NET runtime" >&2; [ "$kind" != portable ] || exit 1; }

# Native code is for the instructions of one processor. What the compiler takes for 'native' lacks the carry-less multiplication of 512
# bits, without which checksums take longer, so processors that have it (Ice Lake, Zen 4 and later) are described to it.
flags=" $(sed -n '/^flags/{s/^[^:]*: //p;q}' /proc/cpuinfo 2>/dev/null || true) "
instructions=x86-64-v4,avx512v2,avx512v3,aes_v512,gfni_v512,sha
for flag in avx512{f,bw,cd,dq,vl,ifma,vbmi} avx512_{vbmi2,bitalg,vnni,vpopcntdq} vaes vpclmulqdq gfni sha_ni; do
  case $flags in *" $flag "*) ;; *) instructions=native ;; esac
done
[ "$kind" != portable ] || flags=portable instructions=x86-64-v3

if [ "$program" = pile ]; then
  # The assets name the compiler with its version.
  inputs=$(cat "$built"/*.dll "$project"/{Pile.Native.csproj,Program.cs,obj/project.assets.json} cli/Program.props eng/program.sh \
    <(echo "$flags") 2>/dev/null | sha256sum || true)
  stamp=$out/.native
  if [ ! -f "$out/pile" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$inputs" ]; then
    rm -f "$stamp"
    dotnet publish "$project" -c "$configuration" --no-restore -p:BuildProjectReferences=false \
      -p:IlcInstructionSet="${instructions//,/%2c}" -v quiet -nologo
    mv "$project/bin/$configuration/net10.0/linux-x64/publish/Pile.Native" "$out/pile"
    rm -rf "${project:?}/bin"
    echo "$inputs" > "$stamp"
  fi
fi
[ "$kind" = portable ] || ln -sfn "bin/$configuration/$program" out/pile
