#!/bin/sh
# Puts the files of one host into the root of an image: multihome.sh DESCRIPTION TARGET ROOT
set -eu
description=$1 target=$2 root=$3

multihome render "$description" --target "$target" --out "$root" --quiet
# systemd-networkd is off by default; its first step enables it. Other steps act on a host that runs.
sed -n 's/^first systemctl enable //p' "$root/.multihome/apply.conf" | xargs -r systemctl --root="$root" enable
rm -r "$root/.multihome"
