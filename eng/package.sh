#!/usr/bin/env bash
# Makes what a station installs: edgegw-VERSION-PLATFORM.tar.gz with the .NET runtime and code compiled ahead of time, the device
# profiles and the systemd unit, and its SHA-256 beside it. The target needs nothing of .NET. Takes some minutes a platform.
#   eng/package.sh [linux-x64|linux-arm64]…     default linux-x64; the result is in artifacts/
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- linux-x64
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
for platform in "$@"; do
  case "$platform" in linux-x64 | linux-arm64) ;; *) echo "usage: eng/package.sh [linux-x64|linux-arm64]…" >&2; exit 2 ;; esac
  name=edgegw-$version-$platform
  rm -rf "artifacts/$name"
  dotnet publish src/EdgeGateway -c Release -r "$platform" --self-contained true -v quiet -nologo \
    -p:PublishDocumentationFile=false -p:PublishReferencesDocumentationFiles=false -p:SatelliteResourceLanguages=en -o "artifacts/$name"
  cp eng/edgegw.service "artifacts/$name/"
  # Packages bring files that only their owner may read; the service runs as another user.
  tar -C artifacts --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -czf "artifacts/$name.tar.gz" "$name"
  (cd artifacts && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256" && cat "$name.tar.gz.sha256")
done
