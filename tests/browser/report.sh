#!/usr/bin/env bash
# Opens reports in a real browser without a window: they run without an error, their query box
# filters, the values under the pointer are told, and what a script names runs nothing.
#   report.sh MQLAB
# Exit code: 0; 1 (and what was expected) if a report does not work; 77 (and a line beginning
# "skipped: ") where there is no Chromium.
set -euo pipefail

mqlab=$(realpath "${1:?"usage: report.sh MQLAB"}")
browser=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$browser" ]; then
  echo "skipped: no browser (install chromium)"
  exit 77
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/mqlab-browser.XXXXXX")
trap 'rm -rf "$home"' EXIT
cd "$home"

fail() {
  echo "$*" >&2
  exit 1
}

# visit NAME ADDRESS: the document as it is when its script has run is NAME.dom. What the console
# says goes to NAME.log.
visit() {
  timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --disable-dev-shm-usage --user-data-dir="$home/profile-$1" --enable-logging=stderr \
    --dump-dom "$2" >"$1.dom" 2>"$1.log" || fail "$1: the browser ended with code $?"
  if grep -F 'CONSOLE' "$1.log"; then fail "$1: the console has something to say"; fi
  grep -q '<html[^>]* data-ready="yes"' "$1.dom" || fail "$1: the page's script did not end well"
  if grep -q '<html[^>]* data-error' "$1.dom"; then fail "$1: an error in the page's script"; fi
}

rows_shown() { sed -n 's/.*id="row-count">\([^<]*\)<.*/\1/p' "$1.dom"; }

expect() { # NAME WHAT WANTED GOT
  [ "$3" = "$4" ] || fail "$1: $2: expected '$3', got '$4'"
}

cat >shop.lua <<'END'
lab { title = "Automatic ack loses what a crashed consumer had in hand" }
local rabbit = broker "rabbit"
local orders = rabbit:queue "orders"
local shop   = publisher { "shop", to = orders, count = 12, every = 10*ms }
local worker = consumer { "worker", from = orders, ack = "auto", work = 1*s }
at(1500*ms, function() worker:kill() end)
run()
expect.handled(worker, 1)
END
"$mqlab" report shop.lua -o shop.html
rows=$("$mqlab" run shop.lua --json | sed -n 's/^ *"rows": \([0-9]*\),*/\1/p')

visit all "file://$home/shop.html"
expect all rows "$rows of $rows rows" "$(rows_shown all)"

of_message=$("$mqlab" run shop.lua -v | awk '$4 ~ /^shop\.1($|@)/ || $5 ~ /^shop\.1($|@)/' | wc -l)
visit message "file://$home/shop.html#q=message:shop.1"
expect message "rows about shop.1" "$of_message of $rows rows" "$(rows_shown message)"
# The table holds these rows and no others: not those of shop.10.
grep -q '>shop.1@orders<' message.dom || fail "message: no row of the copy"
if sed -n '/id="rows-table"/,/<\/table>/p' message.dom | grep -q 'shop\.1[0-9]'; then
  fail "message: rows of another message"
fi
visit late "file://$home/shop.html#q=t%3E%3D1.5s%20actor:worker%20-down"
expect late "rows that the query leaves" \
  "$("$mqlab" run shop.lua -v | awk '$2 ~ /s$/ && $2 + 0 >= 1.5 && $3 == "worker" && $4 != "down"' |
    wc -l) of $rows rows" "$(rows_shown late)"
visit nothing "file://$home/shop.html#q=zebra"
expect nothing rows "0 of $rows rows" "$(rows_shown nothing)"

# The pointer over the plot of losses, at the end of its axis: a script that the page lets run.
nonce=$(sed -n 's/.*<script nonce="\([0-9a-f]*\)">.*/\1/p' shop.html)
sed "s|^</body>|<script nonce=\"$nonce\">for (const f of document.querySelectorAll('figure.plot')) { \
const svg = f.querySelector('svg'), box = svg.getBoundingClientRect(); \
const data = JSON.parse(f.querySelector('script').textContent); \
svg.dispatchEvent(new MouseEvent('mousemove', { clientX: box.left + data.x1 / data.width * box.width, \
clientY: box.top + 80 })); \
f.dataset.told = f.querySelector('.tip').textContent.split('\\\\n').join(';'); }</script></body>|" \
  shop.html >hover.html
visit hover "file://$home/hover.html"
grep -q 'data-told="t [0-9.]*s;Business lost  11' hover.dom ||
  fail "hover: $(grep -o 'data-told="[^"]*"' hover.dom | paste -sd ' ')"

"$mqlab" report shop.lua --lang zh-CN -o chinese.html
visit chinese "file://$home/chinese.html#q=enqueued"
expect chinese "rows found by the command's words" "$rows 行中的 12 行" "$(rows_shown chinese)"

# Names that are markup, on the page as it is and on one that would let everything run.
cat >hostile.lua <<'END'
local evil = [[</script><script>document.documentElement.dataset.xss=1</script>]]
local image = [["><img src=x onerror="document.documentElement.dataset.xss=2">]]
lab { title = evil, claim = image, story = evil }
local rabbit = broker "rabbit"
local orders = rabbit:queue("orders" .. image)
publisher { "shop" .. evil, to = orders, count = 2 }
print(evil .. image)
run()
expect.ready(orders, 3)
END
"$mqlab" report hostile.lua -o hostile.html
sed '/http-equiv="Content-Security-Policy"/d' hostile.html >open.html
grep -q 'Content-Security-Policy' hostile.html || fail "hostile: the page allows everything"
for page in hostile open; do
  visit "$page" "file://$home/$page.html"
  if grep -q 'data-xss' "$page.dom"; then fail "$page: a name was run as a script"; fi
  grep -q '<h1>&lt;/script&gt;&lt;script&gt;' "$page.dom" || fail "$page: the title is not shown"
done
echo "reports work in $("$browser" --version 2>/dev/null)"
