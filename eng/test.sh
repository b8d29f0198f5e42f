#!/usr/bin/env bash
# Builds everything, checks the format, runs the tests. Its last line is "N passed, N failed".
#   eng/test.sh           the default suite
#   eng/test.sh --slow     the long one: crashes under load, a million inputs a decoder, a million messages behind a broker
#   eng/test.sh --filter EXPRESSION    some of them, as dotnet test understands it
set -euo pipefail
cd "$(dirname "$0")/.."

filter='Speed!=Slow'
while [ $# -gt 0 ]; do
  case "$1" in
    --slow) filter='Speed=Slow'; shift ;;
    --filter) filter=$2; shift 2 ;;
    *) echo "usage: eng/test.sh [--slow] [--filter EXPRESSION]" >&2; exit 2 ;;
  esac
done

eng/setup.sh test
dotnet restore EdgeGateway.sln
dotnet build EdgeGateway.sln -c Release --no-restore
dotnet format EdgeGateway.sln --verify-no-changes --no-restore

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet test EdgeGateway.sln -c Release --no-build --filter "$filter" --blame-hang-timeout 10m 2>&1 | tee "$log" || status=$?

# "Failed!  - Failed:     1, Passed:    24, Skipped:     0, Total:    25, …", once per test assembly
count() { { grep -oE "$1: +[0-9]+" "$log" || true; } | grep -oE '[0-9]+' | paste -sd+ | { read -r sum || sum=0; echo $((${sum:-0})); }; }
passed=$(count Passed)
failed=$(count Failed)
if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then status=1; fi
echo "$passed passed, $failed failed"
exit "$status"
