#!/usr/bin/env bash
# Builds every function for provided.al2023 and writes build/FUNCTION.zip: the executable file
# `bootstrap`, and the root certificates that it needs, `roots.pem`. Builds inside the Swift image
# for Amazon Linux 2023 where a container engine runs and has or gets that image, else natively.
# Usage: package.sh FUNCTION...
set -euo pipefail
cd "$(dirname "$0")/.."

image=swift:6.3-amazonlinux2023

# The first container engine that runs and has the image.
engine() {
    local name
    for name in docker podman; do
        "$name" info >/dev/null 2>&1 || continue
        if "$name" image inspect "$image" >/dev/null 2>&1 || "$name" pull "$image" >&2; then
            printf '%s' "$name"
            return
        fi
    done
}

# The arguments of `swift build` for one function, its objects kept in folder $2.
build_options() {
    printf '%s\n' -c release --static-swift-stdlib --scratch-path "$2" --product "$1"
}

mkdir -p build
container=$(engine)
if [ -n "$container" ]; then
    echo "Building in $image with $container"
    scratch=.build-image
    commands=$'dnf install -y libcurl-devel openssl-devel\n'
    for function in "$@"; do
        commands+="swift build $(build_options "$function" "$scratch" | tr '\n' ' ')"$'\n'
    done
    "$container" run --rm --volume "$PWD:/source" --workdir /source "$image" \
        bash -euc "$commands"
else
    echo "Building natively (no container engine with $image runs here)"
    scratch=.build-package
    [ -d "$scratch" ] || echo "The first time this takes some minutes"
    scripts/make-curl-stub.sh build/link
    for function in "$@"; do
        mapfile -t options < <(build_options "$function" "$scratch")
        PKG_CONFIG_PATH=$PWD/build/link swift build "${options[@]}"
    done
fi

python3 scripts/collect_roots.py build/roots.pem
for function in "$@"; do
    mkdir -p "build/$function"
    strip -o "build/$function/bootstrap" "$scratch/release/$function"
    scripts/check-bootstrap.sh "build/$function/bootstrap"
    python3 scripts/zip_bootstrap.py \
        "build/$function/bootstrap" build/roots.pem "build/$function.zip"
    echo "build/$function.zip: $(stat -c %s "build/$function.zip") bytes"
done
