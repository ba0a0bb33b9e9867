#!/usr/bin/env bash
# Builds every function for provided.al2023 and writes build/FUNCTION.zip: one executable file,
# `bootstrap`, at the root. Builds inside the Swift image for Amazon Linux 2023 where a container
# engine runs, else natively.
# Usage: package.sh FUNCTION...
set -euo pipefail
cd "$(dirname "$0")/.."

image=swift:6.3-amazonlinux2023
release=(-c release --static-swift-stdlib --scratch-path .build-package)

engine() {
    local name
    for name in docker podman; do
        if "$name" info >/dev/null 2>&1; then
            printf '%s' "$name"
            return
        fi
    done
}

build_in_image() {
    "$1" run --rm --volume "$PWD:/source" --workdir /source "$image" bash -c \
        'dnf install -y libcurl-devel openssl-devel && swift build "$@"' build "${release[@]}"
}

build_natively() {
    scripts/make-curl-stub.sh build/link
    # The linker's warnings about mktemp inside Foundation are not ours to mend.
    PKG_CONFIG_PATH=$PWD/build/link swift build "${release[@]}" 2>&1 | grep -v mktemp
}

mkdir -p build
container=$(engine)
if [ -n "$container" ]; then
    echo "Building in $image with $container"
    build_in_image "$container"
else
    echo "Building natively (no container engine runs here)"
    build_natively
fi

for function in "$@"; do
    mkdir -p "build/$function"
    strip -o "build/$function/bootstrap" ".build-package/release/$function"
    scripts/check-bootstrap.sh "build/$function/bootstrap"
    python3 scripts/zip_bootstrap.py "build/$function/bootstrap" "build/$function.zip"
    echo "build/$function.zip: $(stat -c %s "build/$function.zip") bytes"
done
