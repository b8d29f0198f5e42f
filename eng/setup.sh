#!/usr/bin/env bash
# Installs from Debian what the gateway, its bench and its tests need, and nothing that is there already.
#   eng/setup.sh run     what the gateway and the bench scenario use
#   eng/setup.sh test    that, and what the tests and benchmarks drive it with
set -euo pipefail

declare -A run=([socat]=socat [ffmpeg]=ffmpeg)
declare -A test=([mosquitto_pub]=mosquitto-clients [/usr/sbin/mosquitto]=mosquitto [strace]=strace [faketime]=faketime [openssl]=openssl)

missing=()
want() {
  local -n set=$1
  local tool
  for tool in "${!set[@]}"; do
    command -v "$tool" >/dev/null 2>&1 || missing+=("${set[$tool]}")
  done
}

case "${1:-run}" in
  run) want run ;;
  test) want run; want test ;;
  *) echo "usage: eng/setup.sh [run|test]" >&2; exit 2 ;;
esac

# The zone database is data, not a command.
[ -e /usr/share/zoneinfo/Asia/Shanghai ] || missing+=(tzdata)

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and put 'dotnet' on the PATH." >&2
  exit 1
fi

[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "These Debian packages are missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

# The broker is only driven by tests on ports of their own: it must not start as a service and take 1883.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "Installing from Debian: ${missing[*]}" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
