// How Swift sees libcurl: Swift cannot call variadic functions, so each kind of
// argument of curl_easy_setopt, curl_multi_setopt and curl_easy_getinfo gets a typed wrapper here.
// https://curl.se/libcurl/c/curl_easy_setopt.html
#pragma once
#include <curl/curl.h>

typedef size_t (*sesmail_transfer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*sesmail_seek)(void *context, curl_off_t offset, int origin);

static inline CURLcode sesmail_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode sesmail_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode sesmail_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode sesmail_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode sesmail_set_headers(CURL *handle, struct curl_slist *list) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}

static inline CURLcode sesmail_set_transfer(CURL *handle, CURLoption option,
                                            sesmail_transfer value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode sesmail_set_seek(CURL *handle, sesmail_seek value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

typedef CURLcode (*sesmail_tls_context)(CURL *handle, void *context, void *pointer);

static inline CURLcode sesmail_set_tls_context(CURL *handle, sesmail_tls_context value) {
    return curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, value);
}

static inline CURLMcode sesmail_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode sesmail_get_socket(CURL *handle, curl_socket_t *value) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

static inline CURLcode sesmail_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
