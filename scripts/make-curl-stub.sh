#!/usr/bin/env bash
# Writes FOLDER/libcurl.so, a stub to link against, and FOLDER/libcurl.pc, which leads the linker to
# it: Debian's libcurl would stamp its own symbol versions into a bootstrap, and Amazon Linux's,
# which has none, would complain at every start.
# Usage: make-curl-stub.sh FOLDER
set -euo pipefail

folder=$1
mkdir -p "$folder"
functions=(
    curl_easy_init curl_easy_perform curl_easy_reset curl_easy_setopt curl_easy_getinfo
    curl_easy_strerror curl_easy_cleanup curl_multi_init curl_multi_setopt curl_multi_add_handle
    curl_multi_perform curl_multi_poll curl_multi_info_read curl_multi_remove_handle
    curl_multi_cleanup curl_slist_append curl_slist_free_all
)
printf 'void %s(void) {}\n' "${functions[@]}" |
    clang -shared -fPIC -nostdlib -Wl,-soname,libcurl.so.4 -x c - -o "$folder/libcurl.so"
cat >"$folder/libcurl.pc" <<END
Name: libcurl
Description: a stub of libcurl without symbol versions
Version: 7.85.0
Cflags: $(pkg-config --cflags libcurl)
Libs: -L$(realpath "$folder") -lcurl
END
