#!/usr/bin/env bash
# The main job on embedded defaults: installs what is missing, builds, starts the gateway with the bench scenario beside it
# (a recorder dock and a camera on MQTT, an HJ 212 analyser on a serial line), and shows what happens. Ctrl-C stops both.
#   eng/run.sh [--for DURATION] [--data DIR]     DURATION such as 30s ends by itself; DIR is kept, default run/data
set -euo pipefail
cd "$(dirname "$0")/.."

duration=
data=$PWD/run/data
while [ $# -gt 0 ]; do
  case "$1" in
    --for) duration=${2:?--for needs a duration, e.g. 30s}; shift 2 ;;
    --data) data=$(realpath -m "${2:?--data needs a directory}"); shift 2 ;;
    *) echo "usage: eng/run.sh [--for DURATION] [--data DIR]" >&2; exit 2 ;;
  esac
done

eng/setup.sh run
dotnet build src/EdgeGateway -c Release -v quiet -nologo
dotnet build simulators/EdgeGateway.Simulators -c Release -v quiet -nologo
edgegw=(dotnet "$PWD/src/EdgeGateway/bin/Release/net10.0/edgegw.dll")
sim=(dotnet "$PWD/simulators/EdgeGateway.Simulators/bin/Release/net10.0/edgegw-sim.dll")

run=$(dirname "$data")
mkdir -p "$data"
line_device=$run/line-gateway
line_analyser=$run/line-analyser
ready=$run/ready.json
started=()

# Stops what this script started, the bench before the gateway, and waits for each.
stop() {
  trap '' INT TERM
  local i
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill -TERM "${started[i]}" 2>/dev/null || true
    wait "${started[i]}" 2>/dev/null || true
  done
  [ -s "$run/summary.txt" ] && cat "$run/summary.txt"
  echo "Stopped. Everything sealed is in $data: look with"
  echo "  ${edgegw[*]} evidence list --data $data"
  echo "  ${edgegw[*]} ledger verify --data $data"
}
trap stop EXIT
trap 'exit 0' INT TERM

wait_for() { # file, process, what
  local i
  for ((i = 0; i < 300; i++)); do
    [ -e "$1" ] && [ -s "$1" -o -c "$1" ] && return 0
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  echo "$3 did not start; see above and $data/log" >&2
  exit 1
}

rm -f "$ready" "$line_device" "$line_analyser" "$run/summary.txt"
"${sim[@]}" line --link-a "$line_device" --link-b "$line_analyser" > "$run/line.log" 2>&1 &
started+=($!)
wait_for "$line_device" $! "The serial line"

# A bench signs its tree every 5 seconds, so that there is something to see.
setsid "${edgegw[@]}" serve --data "$data" --Mqtt:TlsAddress=127.0.0.1 --Ledger:CheckpointInterval=00:00:05 > "$ready" &
started+=($!)
wait_for "$ready" $! "The gateway"

"${sim[@]}" enrol bench --edgegw "${edgegw[*]}" --data "$data" --secrets "$run/secrets.json" --line analyser="$line_device" > "$run/enrol.log"
target=127.0.0.1:$(grep -o '"mqtt":[0-9]*' "$ready" | cut -d: -f2)
setsid "${sim[@]}" run bench --clock now --target "$target" --secrets "$run/secrets.json" --line analyser="$line_analyser" \
  --transcript "$run/transcript.jsonl" ${duration:+--for "$duration"} > "$run/summary.txt" 2> "$run/bench.log" &
started+=($!)
bench=$!

echo "The gateway takes MQTT on $target; metrics are at $(grep -o 'http://[^"]*' "$ready" | head -n 1)/metrics. Ctrl-C stops it and the bench."
# In the background, because a shell that waits for a signal's sake hears it, and one that waits for a program does not.
"${edgegw[@]}" status --watch --data "$data" &
started+=($!)
if [ -n "$duration" ]; then wait "$bench"; else wait $!; fi
