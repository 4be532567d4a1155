#!/usr/bin/env bash
# Compares the core with a private RabbitMQ node: starts it on the loopback interface with its own
# name, ports, cookie and folders, runs random sequences on both, stops it and cleans up.
#   with_broker.sh CONFORM_LIVE [SEED [RUNS [SECONDS [FOLDER]]]]
# Exit code: that of CONFORM_LIVE; 77 (and a line beginning "skipped: ") where there is no broker.
set -euo pipefail

judge=${1:?"usage: with_broker.sh CONFORM_LIVE [SEED [RUNS [SECONDS [FOLDER]]]]"}
seed=${2:-1}
runs=${3:-12}
seconds=${4:-45}
folder=${5:-}

server=/usr/lib/rabbitmq/bin/rabbitmq-server
if [ ! -x "$server" ] || ! command -v erl_call >/dev/null || ! command -v epmd >/dev/null; then
  echo "skipped: no broker (install rabbitmq-server)"
  exit 77
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/mqlab-broker.XXXXXX")
node="mqlab$$@localhost"
cookie="mqlab$RANDOM$RANDOM$RANDOM"

free_port() { # FROM: the first port from there on that nobody listens on
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}
# Three ports each: neighbours that start at once do not reach for the same.
base=$((20000 + 3 * ($$ % 3300)))
amqp=$(free_port "$base")
dist=$(free_port $((amqp + 1)))
export ERL_EPMD_PORT
ERL_EPMD_PORT=$(free_port $((dist + 1)))
export ERL_EPMD_ADDRESS=127.0.0.1
export HOME=$home

pid=
stop() {
  trap - EXIT INT TERM
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  # The port mapper is ours alone: it listens on our port. It ends only when it knows no node.
  for _ in $(seq 20); do
    epmd -port "$ERL_EPMD_PORT" -kill >/dev/null 2>&1 || true
    (exec 3<>"/dev/tcp/127.0.0.1/$ERL_EPMD_PORT") 2>/dev/null || break
    sleep 0.2
  done
  rm -rf "$home"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

echo '[].' >"$home/plugins"
env RABBITMQ_NODENAME="$node" RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$amqp" \
  RABBITMQ_DIST_PORT="$dist" RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" \
  RABBITMQ_ENABLED_PLUGINS_FILE="$home/plugins" RABBITMQ_CONFIG_FILE="$home/none" \
  RABBITMQ_CONF_ENV_FILE="$home/none.conf" RABBITMQ_PID_FILE="$home/pid" \
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} -setcookie $cookie" \
  "$server" >"$home/out" 2>&1 &
pid=$!

up=
for _ in $(seq 900); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$amqp") 2>/dev/null; then
    up=yes
    break
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$up" ]; then
  echo "the broker did not start:" >&2
  tail -n 20 "$home/out" >&2
  exit 2
fi

status=0
"$judge" "amqp://guest:guest@127.0.0.1:$amqp/" "$node" "$cookie" "$seed" "$runs" "$seconds" \
  ${folder:+"$folder"} || status=$?
exit "$status"
