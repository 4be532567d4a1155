#!/usr/bin/env bash
# Definitions and back again on a live private RabbitMQ: what mqlab exports a real broker loads, and
# what that exports makes the same world again. tests/conform/with_broker.sh starts the node:
#   MQLAB=path/to/mqlab with_broker.sh definitions_live.sh
set -euo pipefail

mqlab=${MQLAB:?"the path of mqlab"}
node=$2
cookie=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/mqlab-live.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

ctl() { /usr/lib/rabbitmq/bin/rabbitmqctl -q -n "$node" --erlang-cookie "$cookie" "$@"; }

# What a broker need not keep as it was: order, passwords, versions, and exchanges' being internal,
# which 3.10 does not export.
# 4.0 names the type of every queue, also where it is the usual one.
same() {
  sed 's/,$//' "$1" | grep '^    {' |
    sed -E 's/"password": "([^"\\]|\\.)*"/PASSWORD/; s/"x-queue-type": "classic"(, )?//' | sort
}

cat >world.lua <<'LUA'
lab { title = "Everything that definitions hold" }
local rabbit = broker { "rabbit", version = "3.10" }
rabbit:vhost("shop 中")
rabbit:user { "app", password = "s\"ecret", configure = "^app\\.", write = ".*", read = ".*" }
rabbit:user { "reader", password = "r", vhost = "shop 中", read = "^q" }
rabbit:policy { "short", pattern = "^tmp\\.", definition = { ["message-ttl"] = 1000 }, priority = 3 }
rabbit:policy { "alternates", pattern = "x", apply_to = "exchanges", vhost = "shop 中",
  definition = { ["alternate-exchange"] = "amq.fanout" } }
local dead = rabbit:exchange { "dead", type = "fanout", durable = true }
local orders = rabbit:exchange { "orders", type = "topic", durable = true, alternate = dead }
local heads = rabbit:exchange { "heads \"quoted\"", type = "headers", durable = true, vhost = "shop 中" }
dead:bind(orders, "#.lost")
local grave = rabbit:queue { "grave", durable = true }
grave:bind(dead)
local q = rabbit:queue { "tmp.q", durable = true, dead_letter = dead, max_length = 5, ttl = 60*s }
q:bind(orders, "order.*"):bind(orders, "order.#.new")
rabbit:queue { "quorum", type = "quorum", durable = true }
local odd = rabbit:queue { "q \\ 'odd'", durable = true, max_priority = 4, vhost = "shop 中" }
odd:bind(heads, { ["x-match"] = "any", colour = "red", size = 3 })
run()
LUA

"$mqlab" export world.lua >mine.json
ctl import_definitions mine.json >/dev/null
ctl authenticate_user app 's"ecret' >/dev/null
ctl export_definitions theirs.json >/dev/null
"$mqlab" import theirs.json -o again.lua >/dev/null
"$mqlab" export again.lua >again.json
same mine.json >mine.lines
same again.json >again.lines
diff mine.lines again.lines
grep -q '"q \\\\ '"'odd'"'"' again.json
[ "$(wc -l <mine.lines)" -ge 18 ]

# What it exported is a world that mqlab finds the same faults in as in the scenario's own.
"$mqlab" lint theirs.json >/dev/null || [ $? = 1 ]
echo "agreed on $(wc -l <mine.lines) definitions"
