#!/usr/bin/env bash
# Writes build/ses-mail-VERSION-ARCH.tar.gz: the functions' packages, the command line with Swift's
# libraries, expat and zlib linked in (the linker finds these in build/link, which has no shared
# ones), the Terraform, the documents, and what runs them. The same sources give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(scripts/version.sh) machine=$(uname -m)
name=ses-mail-$version-$machine
folder=build/dist/$name
rm -rf build/dist
mkdir -p "$folder/bin" "$folder/build"

# What git knows, as it lies here; without git, all there is.
files() {
    git ls-files -- "$@" 2>/dev/null || find "$@" ! -type d ! -path '*/.terraform*'
}
mapfile -t shipped < <(files README.md OPERATIONS.md CHANGELOG.md CONTRIBUTING.md SECURITY.md \
    VERSION docs terraform/account terraform/environments/{prod,shared,test} terraform/examples \
    terraform/modules scripts/deploy.mk scripts/ses-mail \
    scripts/{account,confirm,find-plugin-dir,init-options,keep-settings,look}.sh \
    scripts/{protect-bucket,state-bucket,terraform}.sh \
    scripts/plan_{aws,guard,losses,receipt_rules}.py | grep -v /tests/)
tar --create "${shipped[@]}" | tar --extract --directory "$folder"
cp build/{bouncer,digest,gmail-forwarder,router-enrichment,smtp-credential-manager}.zip \
    "$folder/build"

scripts/make-curl-stub.sh build/link
ln -sf "$(clang -print-file-name=libexpat.a)" "$(clang -print-file-name=libz.a)" build/link
log=build/dist/build.log
PKG_CONFIG_PATH=$PWD/build/link swift build -c release --static-swift-stdlib \
    --scratch-path .build-package --product ses-mail >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
program=$folder/bin/ses-mail
strip -o "$program" .build-package/release/ses-mail
printf '%s\n' "$version" "$version" >"$program.version"

glibc=$(objdump -T "$program" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1)
{
    echo "bin/ses-mail $version runs on Linux on $machine with ${glibc/_/ } or later and:"
    readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/  \1/p' | grep -v '^  ld-'
} >"$folder/REQUIREMENTS"
cat >"$folder/Makefile" <<END
# Deploys with the packages that lie in build/; README.md says how.
export LAMBDA_ARCHITECTURE := ${machine/aarch64/arm64}
include scripts/deploy.mk

.PHONY: package
package:
	@sha256sum --check --quiet SHA256SUMS
END

(cd "$folder" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum) >build/dist/sums
# The owner's own settings are changed, which is no damage.
grep -v '\.tfvars$' build/dist/sums >"$folder/SHA256SUMS"
chmod -R u=rwX,go=rX "$folder"
tar --create --sort=name --mtime=@315532800 --owner=0 --group=0 --numeric-owner \
    --directory build/dist "$name" | gzip --no-name -9 >"build/$name.tar.gz"
echo "build/$name.tar.gz: $(stat -c %s "build/$name.tar.gz") bytes"
