#!/usr/bin/env bash
# Refuses a bootstrap that would not load on provided.al2023 (glibc 2.34, the libraries of its
# minimal image): there it would die at exec, before it could log a word.
# Usage: check-bootstrap.sh FILE
set -euo pipefail

file=$1
allowed='libc|libm|libgcc_s|libstdc\+\+|libcurl|libcrypto|libssl|ld-linux-x86-64|ld-linux-aarch64'
failed=0

refuse() {
    printf '%s: %s\n' "$file" "$1" >&2
    failed=1
}

# newer VERSION LIMIT: whether VERSION comes after LIMIT.
newer() {
    [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]
}

while read -r library; do
    [[ $library =~ ^($allowed)\.so ]] || refuse "needs $library, which the image does not have"
done < <(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')

while read -r symbol; do
    case $symbol in
    GLIBC_*) newer "${symbol#GLIBC_}" 2.34 && refuse "needs $symbol, above GLIBC_2.34" ;;
    GLIBCXX_*) newer "${symbol#GLIBCXX_}" 3.4.29 && refuse "needs $symbol, above GLIBCXX_3.4.29" ;;
    CURL_*) refuse "needs $symbol, but libcurl has no versioned symbols there" ;;
    esac
done < <(objdump -T "$file" | grep -oE '(GLIBC|GLIBCXX|CURL)_[A-Z0-9_.]+' | sort -u)

exit "$failed"
