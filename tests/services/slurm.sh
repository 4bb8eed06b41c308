#!/usr/bin/env bash
# A real Slurm of one node for examples: munged, slurmctld and slurmd, on 127.0.0.1 alone, without systemd.
#
#   slurm.sh start DIR    make a cluster in DIR (empty or absent), start it; prints SLURM_CONF=PATH
#   slurm.sh stop DIR     end its daemons and delete DIR
set -euo pipefail

die() { echo "slurm: $*" >&2; exit 1; }
[ $# -eq 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
verb=$1; mkdir -p "$2"; DIR=$(cd "$2" && pwd)
export PATH=$PATH:/usr/sbin:/sbin

stop() {
  for name in slurmd slurmctld munged; do
    pid=$(cat "$DIR/run/$name.own" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
  rm -rf "$DIR"
}

# Starts a daemon in the foreground, in the background of this script.
run() { local name=$1; shift; "$@" >"$DIR/log/$name.out" 2>&1 & echo $! >"$DIR/run/$name.own"; }

case $verb in
  stop) stop; exit 0 ;;
  start) ;;
  *) die "expected start or stop, found '$verb'" ;;
esac
for program in munged slurmctld slurmd sbatch sinfo; do
  command -v $program >/dev/null || die "$program is missing. Install it: apt-get install -y --no-install-recommends slurm-wlm munge"
done
[ -z "$(ls -A "$DIR")" ] || die "'$DIR' is not empty"
trap 'stop' ERR
mkdir -p "$DIR"/{run,log,state,spool}
host=$(hostname -s) user=$(id -un)
port=$((10000 + $$ % 10000 * 2)) # several clusters may run at once
(umask 077; head -c 128 /dev/urandom >"$DIR/munge.key")
cat >"$DIR/slurm.conf" <<EOF
ClusterName=pile
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$DIR/run/munge.sock
CryptoType=crypto/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool
SlurmctldPidFile=$DIR/run/slurmctld.pid
SlurmdPidFile=$DIR/run/slurmd.pid
SlurmctldLogFile=$DIR/log/slurmctld.log
SlurmdLogFile=$DIR/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
KillWait=5
MinJobAge=300
PropagateResourceLimits=NONE
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
run munged munged --foreground --force --key-file="$DIR/munge.key" --socket="$DIR/run/munge.sock" --pid-file="$DIR/run/munged.pid" \
  --log-file="$DIR/log/munged.log" --seed-file="$DIR/run/munge.seed"
for _ in $(seq 100); do [ -S "$DIR/run/munge.sock" ] && break; sleep 0.1; done
export SLURM_CONF=$DIR/slurm.conf
run slurmctld slurmctld -D -c -f "$SLURM_CONF"
run slurmd slurmd -D -f "$SLURM_CONF" -N "$host"
for _ in $(seq 300); do
  [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] && { echo "SLURM_CONF=$SLURM_CONF"; trap - ERR; exit 0; }
  kill -0 "$(cat "$DIR/run/slurmctld.own")" && kill -0 "$(cat "$DIR/run/slurmd.own")" || break # a daemon has ended
  sleep 0.1
done
tail -n 5 "$DIR"/log/* >&2; stop; die "the node did not become idle"
