#!/usr/bin/env bash
# Measures side by side with peers, in one run, and writes the tables into docs/benchmarks.md.
#   eng/bench.sh ingest [--rounds N] [--seconds N]    QoS 1 messages per second, against mosquitto and MQTTnet.Server
#   eng/bench.sh growth [--sizes N…] [--keep DIR]     append, start and memory at 10^4, 10^6, 10^7 entries
#   eng/bench.sh sustained                            how far the views are behind at 10,000 sealed per second
#   eng/bench.sh verify [--entries N]     ledger verify and evidence verify against sha256sum of the same bytes
#   eng/bench.sh object [--mebibytes N]               storing one large object, against writing and sha256sum-ing it
#   eng/bench.sh media [--mebibytes N]                the same over MQTT in chunks, from manifest to receipt
#   eng/bench.sh dock [--files N] [--mebibytes N]     picking up the files of a dock, against sha256sum of the same files
set -euo pipefail
cd "$(dirname "$0")/.."
eng/setup.sh test
dotnet build EdgeGateway.sln -c Release -v quiet

# A start is measured of what a station installs: code compiled ahead of time.
case "${1:-}" in
  growth)
    case "$(uname -m)" in aarch64) platform=linux-arm64 ;; *) platform=linux-x64 ;; esac
    dotnet publish src/EdgeGateway -c Release -r "$platform" --self-contained true -v quiet -nologo -o artifacts/bench
    set -- "$@" --edgegw "$PWD/artifacts/bench/edgegw"
    ;;
esac
exec dotnet tests/EdgeGateway.Benchmarks/bin/Release/net10.0/edgegw-bench.dll "$@"
