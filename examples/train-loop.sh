#!/usr/bin/env bash
# Streams pairs of a picture and a catalogue row out of a real S3 server into a small fit: what `make train-loop` runs.
# Builds two datasets, copies them to a gateway on this machine, trains, is interrupted, goes on, and compares with a run that was not.
# Every command is printed as a person would type it. What is made stands in out/train-loop, and replaces that of an earlier run.
set -euo pipefail
cd "$(dirname "$0")/.."
out=out/train-loop
train="dotnet examples/TrainLoop/bin/${CONFIGURATION:-Release}/net10.0/TrainLoop.dll"
rm -rf "$out" && mkdir -p "$out"
server=$(mktemp -d -t pile-train-XXXXXX)
trap 'tests/services/s3-gateway.sh stop "$server" || true' EXIT

say() { printf '\n# %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

say "Build: pictures of the stars of NGC 188 (simulated out of Gaia's magnitudes), and what 2MASS measured of them"
run examples/TrainLoop/paint.py $out
run out/pile build examples/TrainLoop/ngc188.yaml --out $out/ngc188
run out/pile build examples/TrainLoop/twomass.yaml --out $out/twomass

say "Publish: to an S3 server that is started for this, Ceph's gateway"
settings=$(S3_OWNER_PID=$$ tests/services/s3-gateway.sh start "$server")
while IFS='=' read -r name value; do export "$name=$value"; done <<< "$settings"
export PILE_CACHE="$PWD/$out/cache" AWS_DEFAULT_REGION=$AWS_REGION
unset AWS_PROFILE AWS_ENDPOINT_URL_S3 AWS_SESSION_TOKEN
/usr/bin/python3 -c "import os, boto3; boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL']).create_bucket(Bucket='surveys')"
run out/pile copy $out/ngc188 s3://surveys/ngc188
run out/pile copy $out/twomass s3://surveys/twomass

say "Train: match by position, stream shuffled pairs, fit 2MASS J to the brightness and the colour in the pictures; the run is cut off in its second epoch"
run $train s3://surveys/ngc188 s3://surveys/twomass --target Jmag --state $out/state.json --stop-after 50

say "Go on from the saved state, in a new process"
run $train s3://surveys/ngc188 s3://surveys/twomass --target Jmag --state $out/state.json --resume

say "The same without the interruption, which must come to the same model, to the last bit"
run $train s3://surveys/ngc188 s3://surveys/twomass --target Jmag --state $out/whole.json
run cmp $out/state.json $out/whole.json
printf 'The same: %s\n' "$(sha256sum < $out/state.json | cut -c 1-16)"
