#!/usr/bin/env bash
# A real S3 server for tests: Ceph's RADOS gateway over one monitor and one OSD, on 127.0.0.1 alone, without root, systemd or ceph-mgr.
#
#   s3-gateway.sh start DIR    make a cluster in DIR (empty or absent), start it; prints KEY=VALUE lines for clients
#   s3-gateway.sh stop DIR     end its daemons and delete DIR
#
# From the environment:
#   S3_STORE=memory|disk       where objects live: in the OSD's memory (default; twice their size) or in a sparse file in DIR
#   S3_SIZE_GB=N               room for objects (default 2); at 60 % of it the gateway answers 403 QuotaExceeded, since a full OSD would hang
#   S3_OWNER_PID=PID           stop when this process ends, however it ends
set -euo pipefail

die() { echo "s3-gateway: $*" >&2; exit 1; }
[ $# -eq 2 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
verb=$1
export PATH=$PATH:/usr/sbin:/sbin CEPH_ARGS=
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || true

# The pid of daemon $1 if it runs and was started from this DIR; a pid that another process has now is not touched.
pid_of() {
  local pid; pid=$(cat "$DIR/run/$1.pid" 2>/dev/null) || return 1
  { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF -- "$DIR/ceph.conf" || return 1
  echo "$pid"
}

# A process that nobody has reaped yet has ended: its files and locks are closed.
ended() { local st; st=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) || return 0; case $st in Z|X|'') return 0 ;; esac; return 1; }

stop() {
  [ -e "$DIR/ceph.conf" ] || { [ ! -d "$DIR" ] || rmdir --ignore-fail-on-non-empty "$DIR"; return 0; }
  local d pid limit
  for d in rgw osd mon; do # nothing is to be kept, so nobody is asked to save anything
    pid=$(pid_of $d) || continue
    kill -KILL "$pid" 2>/dev/null || true
    limit=$((SECONDS + 10))
    until ended "$pid" || [ $SECONDS -ge $limit ]; do sleep 0.02; done
  done
  rm -rf "$DIR"
}

launch() { # in its own session, so that a Ctrl-C at the tests does not reach it
  local name=$1; shift
  setsid "$@" </dev/null >>"$DIR/log/$name.out" 2>&1 &
  echo $! >"$DIR/run/$name.pid"
  disown
}

wait_for() { # wait_for DAEMON COMMAND...
  local limit=$((SECONDS + 90)) name=$1; shift
  until "$@" >/dev/null 2>&1; do
    if ended "$(cat "$DIR/run/$name.pid")" || [ $SECONDS -ge $limit ]; then
      tail -q -n 20 "$DIR/log/$name.out" >&2 || true
      return 1
    fi
    sleep 0.05
  done
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # free_port 0|1: below the ephemeral range, and by the process's number, so that gateways starting together keep apart; else at random
  local p=$((20000 + ($$ * 2 + $1) % 12000)); while port_taken $p; do p=$((20000 + (RANDOM * 32768 + RANDOM) % 12000)); done; echo $p
}

answers() ( # speaks HTTP: an anonymous ListBuckets
  exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
  printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
  read -r -t 5 _ code _ <&3 && [ "$code" = 200 ]
) 2>/dev/null

c() { timeout 60 ceph -c "$DIR/ceph.conf" "$@"; }
osd_up() { c osd stat | grep -q ' 1 up'; }

configure() { # configure PORT MONITOR_PORT
  local backend size=${S3_SIZE_GB:-2} mode
  case ${S3_STORE:-memory} in memory) backend=memstore ;; disk) backend=bluestore ;; *) die "S3_STORE is memory or disk, not '$S3_STORE'" ;; esac
  {
    echo "[global]"
    echo "fsid = $(cat /proc/sys/kernel/random/uuid)"
    echo "mon initial members = a"
    echo "mon host = [v2:127.0.0.1:$2]"
    echo "public addr = 127.0.0.1"
    echo "cluster addr = 127.0.0.1"
    echo "ms bind msgr1 = false"
    echo "ms bind ipv6 = false"
    # Without authentication the secure modes, which are the default, wait for ever.
    for mode in cluster service client; do echo "auth $mode required = none"; echo "ms mon $mode mode = crc"; done
    for mode in cluster service client; do echo "ms $mode mode = crc"; done
    cat <<CONF
keyring = $DIR/keyring
run dir = $DIR/run
crash dir = $DIR/run
admin socket = $DIR/run/\$name.asok
log file = $DIR/log/\$name.log
mon cluster log file = $DIR/log/cluster.log
log to stderr = false
err to stderr = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
debug ms = 0/0
debug osd = 0/0
debug mon = 0/0
debug rgw = 0/0
[mon]
mon data = $DIR/mon
mon data avail crit = 0
mon data avail warn = 0
# Each pool waits for a proposal: the default of a second makes the start ten times as long.
paxos propose interval = 0.05
paxos min wait = 0.01
[osd]
osd data = $DIR/osd
osd objectstore = $backend
osd class update on start = false
memstore device bytes = $((size << 30))
bluestore block size = $((size << 30))
bluestore block db size = 0
bluestore block wal size = 0
[client.rgw]
rgw data = $DIR/rgw
rgw frontends = beast endpoint=127.0.0.1:$1 tcp_nodelay=1
rgw enable apis = s3
rgw thread pool size = 64
rgw rados pool pg num min = 8
rgw enable usage log = false
rgw enable ops log = false
rgw run sync thread = false
rgw dynamic resharding = false
rgw user default quota max size = $(((size << 30) / 10 * 6))
rgw user quota bucket sync interval = 1
rgw bucket quota ttl = 1
rgw override bucket index max shards = 1
CONF
  } >"$DIR/ceph.conf"
}

start_once() {
  local port mon_port uuid
  port=$(free_port 0) mon_port=$(free_port 1)
  mkdir -p "$DIR"/{run,log,mon,osd,rgw}
  : >"$DIR/keyring"
  configure "$port" "$mon_port"
  monmaptool --create --clobber --fsid "$(sed -n 's/^fsid = //p' "$DIR/ceph.conf")" --addv a "[v2:127.0.0.1:$mon_port]" "$DIR/run/monmap" >>"$DIR/log/mon.out" 2>&1
  ceph-mon -c "$DIR/ceph.conf" --mkfs -i a --monmap "$DIR/run/monmap" >>"$DIR/log/mon.out" 2>&1 || return 1
  launch mon ceph-mon -f -c "$DIR/ceph.conf" -i a
  wait_for mon c --connect-timeout 2 mon stat || return 1
  uuid=$(cat /proc/sys/kernel/random/uuid)
  c osd new "$uuid" >/dev/null || return 1
  ceph-osd -c "$DIR/ceph.conf" -i 0 --mkfs --osd-uuid "$uuid" >>"$DIR/log/osd.out" 2>&1 || return 1
  launch osd ceph-osd -f -c "$DIR/ceph.conf" -i 0
  wait_for osd osd_up || return 1
  # Before the gateway, or both make the pools at once. The second user has no right to anything of the first.
  local user
  for user in pile stranger; do
    timeout 120 radosgw-admin -c "$DIR/ceph.conf" -n client.rgw user create --uid=$user --display-name=$user \
      --access-key="${user}access" --secret-key="${user}secretsecret" >>"$DIR/log/admin.out" 2>&1 || { tail -n 20 "$DIR/log/admin.out" >&2; return 1; }
  done
  launch rgw radosgw -f -c "$DIR/ceph.conf" -n client.rgw
  wait_for rgw answers "$port" || return 1
  printf 'AWS_ENDPOINT_URL=http://127.0.0.1:%s\nAWS_ACCESS_KEY_ID=pileaccess\nAWS_SECRET_ACCESS_KEY=pilesecretsecret\nAWS_REGION=us-east-1\nSTRANGER_ACCESS_KEY_ID=strangeraccess\nSTRANGER_SECRET_ACCESS_KEY=strangersecretsecret\n' "$port"
}

watch_owner() { # ends with DIR, or ends DIR with its owner
  while [ -e "$DIR/ceph.conf" ]; do
    ended "$S3_OWNER_PID" && { stop; exit 0; }
    sleep 1
  done
}

start() {
  local tool missing=() try
  for tool in ceph-mon ceph-osd radosgw radosgw-admin ceph monmaptool setsid timeout; do command -v $tool >/dev/null || missing+=($tool); done
  [ ${#missing[@]} -eq 0 ] || die "missing: ${missing[*]}. On Debian: make setup, or apt-get install -y --no-install-recommends ceph-mon ceph-osd radosgw ceph-common"
  [ ${#DIR} -le 80 ] || die "the path is too long for a socket (80 characters at most): $DIR"
  [ -z "$(ls -A "$DIR")" ] || die "$DIR is not empty"
  for try in 1 2 3; do # a port may be taken between looking and binding
    if start_once; then
      [ -z "${S3_OWNER_PID:-}" ] || { (trap '' INT TERM HUP; watch_owner) </dev/null >/dev/null 2>&1 & disown; }
      return 0
    fi
    [ $try -eq 3 ] || { stop; mkdir -p "$DIR"; }
  done
  tail -q -n 5 "$DIR"/log/*.out >&2 || true
  stop
  die "the gateway does not come up"
}

case $verb in
  start) mkdir -p "$2"; DIR=$(cd "$2" && pwd -P); start ;;
  stop) [ -d "$2" ] || exit 0; DIR=$(cd "$2" && pwd -P); stop ;;
  *) die "unknown: $verb" ;;
esac
