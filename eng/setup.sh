#!/usr/bin/env bash
# Installs from Debian what the gateway, its bench and its tests need, and nothing that is there already.
#   eng/setup.sh run     what the gateway and the bench scenario use
#   eng/setup.sh test    that, and what the tests and benchmarks drive it with
set -euo pipefail

declare -A run=([socat]=socat [ffmpeg]=ffmpeg [bwrap]=bubblewrap)
declare -A test=([mosquitto_pub]=mosquitto-clients [/usr/sbin/mosquitto]=mosquitto [strace]=strace [faketime]=faketime [openssl]=openssl
  [/usr/sbin/chronyd]=chrony [go]=golang-go [/usr/share/gocode/src/golang.org/x/mod]=golang-golang-x-mod-dev [node]=nodejs [npm]=npm
  [/usr/lib/python3/dist-packages/paho]=python3-paho-mqtt
  [/usr/lib/python3/dist-packages/pymodbus]=python3-pymodbus [/usr/lib/python3/dist-packages/serial_asyncio]=python3-serial-asyncio
  [/usr/lib/python3/dist-packages/gi]=python3-gi [/usr/share/doc/gir1.2-gst-rtsp-server-1.0]=gir1.2-gst-rtsp-server-1.0
  [/usr/share/doc/gstreamer1.0-plugins-good]=gstreamer1.0-plugins-good [/usr/share/doc/gstreamer1.0-plugins-ugly]=gstreamer1.0-plugins-ugly [/usr/sbin/gpsd]=gpsd [gpspipe]=gpsd-clients)

missing=()
want() {
  local -n set=$1
  local tool
  for tool in "${!set[@]}"; do
    command -v "$tool" >/dev/null 2>&1 || [ -d "$tool" ] || missing+=("${set[$tool]}")
  done
}

case "${1:-run}" in
  run) want run ;;
  test) want run; want test ;;
  *) echo "usage: eng/setup.sh [run|test]" >&2; exit 2 ;;
esac

# What the tests check with from npm: pinned, with digests, in tests/independent. The packages ask for Node 20; what is used of
# them also runs with the 18.20 of Debian 12, where npm only warns.
independent() {
  cd "$(dirname "$0")/../tests/independent"
  [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-progress --loglevel=error >&2
}

# The zone database is data, not a command.
[ -e /usr/share/zoneinfo/Asia/Shanghai ] || missing+=(tzdata)

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and put 'dotnet' on the PATH." >&2
  exit 1
fi

if [ ${#missing[@]} -eq 0 ]; then
  [ "${1:-run}" = run ] || independent
  exit 0
fi

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
[ "${1:-run}" = run ] || independent
