#!/usr/bin/env bash
# Builds a dataset and matches it by arrays of Slurm jobs, completes both, and compares them with one process: what `make slurm` runs.
# A Slurm of one node is started for this. What is made stands in out/slurm, and replaces that of an earlier run.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/out/slurm
pile=$PWD/out/pile
rm -rf "$out" && mkdir -p "$out/tables"
cluster=$(mktemp -d -t pile-slurm-XXXXXX)
trap 'tests/services/slurm.sh stop "$cluster" || true' EXIT

say() { printf '\n# %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

say "The source: 40 tables of 20,000 stars"
awk -v out="$out/tables" 'BEGIN { srand(1); for (t = 0; t < 40; t++) { f = sprintf("%s/%02d.csv", out, t); print "id,ra,dec,mag" > f;
  for (i = 0; i < 20000; i++) printf "%d,%.6f,%.6f,%.3f\n", 20000 * t + i, 360 * rand(), 180 * rand() - 90, 12 + 8 * rand() > f; close(f) } }'
cat >"$out/stars.yaml" <<'EOF'
pile: 1
name: stars
provenance: { project: example, survey: generated stars, instrument: none, release: "1" }
licence: CC0-1.0
citation: none
source: { kind: table, files: "tables/*.csv", id: id, ra: ra, dec: dec }
EOF

say "A Slurm of one node"
settings=$(tests/services/slurm.sh start "$cluster")
export "${settings?}"
run sinfo

say "Four tasks that read the tables, then one job that completes the dataset"
job=$(sbatch --parsable --array=0-3 --output="$out/task-%a.log" --wrap "'$pile' build '$out/stars.yaml' --out '$out/stars' --array")
printf '$ sbatch --array=0-3 --wrap "pile build stars.yaml --out stars --array"   # job %s\n' "$job"
printf '$ sbatch --dependency=afterok:%s --wait --wrap "pile build stars.yaml --out stars --commit"\n' "$job"
sbatch --wait --dependency="afterok:$job" --output="$out/commit.log" --wrap "'$pile' build '$out/stars.yaml' --out '$out/stars' --commit"
cat "$out"/task-*.log "$out/commit.log"

say "The same by one process, which must give the same bytes"
run "$pile" build "$out/stars.yaml" --out "$out/whole" --quiet
run diff -r "$out/stars" "$out/whole"
echo "The same: $(find "$out/stars" -type f | wc -l) files"

say "A match of the dataset with another one, by four tasks, then the commit"
sed 's/^name: stars/name: others/' "$out/stars.yaml" >"$out/others.yaml"
run "$pile" build "$out/others.yaml" --out "$out/others" --quiet
match=("$out/stars" "$out/others" --radius 60 --find nearest --join left --columns a.mag,b.mag --where "a.object_id <> b.object_id")
export PILE=$pile
run sbatch --wait --array=0-3 --output="$out/match-%a.log" examples/slurm/match.sh "${match[@]}" --out "$out/pairs.parquet"
cat "$out"/match-*.log
run "$pile" crossmatch "${match[@]}" --out "$out/pairs.parquet" --commit
say "The same by one process, which must give the same bytes"
run "$pile" crossmatch "${match[@]}" --out "$out/one.parquet"
run cmp "$out/pairs.parquet" "$out/one.parquet"
echo "The same: $(stat -c %s "$out/pairs.parquet") bytes"
