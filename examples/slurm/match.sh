#!/usr/bin/env bash
# One task of a match in an array of Slurm jobs. All arguments are those of 'pile crossmatch'; without arguments those of the variable
# MATCH, for example  export MATCH="gaia 2mass --radius 1 --out pairs.parquet".
#
#   sbatch --wait --array=0-3 examples/slurm/match.sh gaia 2mass --radius 1 --out pairs.parquet \
#     && pile crossmatch gaia 2mass --radius 1 --out pairs.parquet --commit
#
# The inputs and the folder of the output must be on a file system that all nodes share. A task that died is run again by the same
# command; tasks that are done keep their parts.
#SBATCH --job-name=pile-match
#SBATCH --cpus-per-task=1
#SBATCH --requeue
set -euo pipefail
[ $# -gt 0 ] || read -r -a words <<<"${MATCH:?give the arguments of pile crossmatch, or set MATCH}"
exec "${PILE:-pile}" crossmatch "$@" ${words+"${words[@]}"} --array --workers "${SLURM_CPUS_PER_TASK:-1}"
