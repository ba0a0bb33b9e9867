// The floor that the functions are compared with: a C program on libcurl that speaks the Runtime
// API, makes the calls of a list and gives one answer, without signing, parsing or deciding
// anything. It opens its connections before the first event, as the functions do.
//
// Usage: floor CALLS ANSWER ROOTS. A line of CALLS: WHEN METHOD URL FIELDS SOURCE SINK, where WHEN
// is `first` for the first event or `later` for every other, FIELDS a file of header lines, SOURCE
// a file to send or `-`, SINK a file to write or `-`. ANSWER is the file that answers every event.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_CALLS = 32, MAX_HOSTS = 8, SMALL = 64 << 10 };

struct call {
    int is_first;
    char method[8], url[512], source[256], sink[256];
    struct curl_slist *fields;
};

struct host {
    char origin[256];
    CURL *handle;
};

static struct call calls[MAX_CALLS];
static struct host hosts[MAX_HOSTS];
static int call_count, host_count;
static const char *roots;
static char request_id[128], answer[SMALL];

static size_t ignore(char *bytes, size_t size, size_t count, void *sink) {
    (void)bytes;
    (void)sink;
    return size * count;
}

static size_t find_request_id(char *line, size_t size, size_t count, void *context) {
    static const char name[] = "lambda-runtime-aws-request-id:";
    (void)context;
    if (size * count > sizeof name && !strncasecmp(line, name, sizeof name - 1))
        sscanf(line + sizeof name - 1, " %127[^\r\n]", request_id);
    return size * count;
}

// The handle that keeps the connection to the URL's host.
static CURL *handle_of(const char *url) {
    const char *path = strchr(strstr(url, "://") + 3, '/');
    size_t length = path ? (size_t)(path - url) : strlen(url);
    for (int i = 0; i < host_count; i++)
        if (strlen(hosts[i].origin) == length && !strncmp(hosts[i].origin, url, length))
            return hosts[i].handle;
    if (host_count == MAX_HOSTS) abort();
    struct host *host = &hosts[host_count++];
    snprintf(host->origin, sizeof host->origin, "%.*s", (int)length, url);
    return host->handle = curl_easy_init();
}

static CURL *prepared(const char *method, const char *url) {
    CURL *handle = handle_of(url);
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_CAINFO, roots);
    curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
    return handle;
}

static void must(CURL *handle, const char *url) {
    CURLcode code = curl_easy_perform(handle);
    if (code != CURLE_OK) {
        fprintf(stderr, "%s: %s\n", url, curl_easy_strerror(code));
        exit(1);
    }
}

static void make(const struct call *call) {
    CURL *handle = prepared(call->method, call->url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, call->fields);
    FILE *source = NULL, *sink = NULL;
    char small[SMALL];
    if (call->source[0] != '-') {
        struct stat status;
        source = fopen(call->source, "rb");
        fstat(fileno(source), &status);
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)status.st_size);
        if (status.st_size <= SMALL) {
            if (fread(small, 1, (size_t)status.st_size, source) != (size_t)status.st_size) abort();
            curl_easy_setopt(handle, CURLOPT_POSTFIELDS, small);
        } else {
            curl_easy_setopt(handle, CURLOPT_READDATA, source);
        }
    }
    if (call->sink[0] != '-') {
        sink = fopen(call->sink, "wb");
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, NULL);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, sink);
        curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 64L << 10);
    }
    must(handle, call->url);
    if (source) fclose(source);
    if (sink) fclose(sink);
}

static void open_connections(void) {
    for (int i = 0; i < call_count; i++) {
        int known = host_count;
        handle_of(calls[i].url);
        if (host_count == known) continue;
        char url[300];
        snprintf(url, sizeof url, "%s/", hosts[known].origin);
        must(prepared("GET", url), url);
    }
}

static struct curl_slist *read_fields(const char *name) {
    struct curl_slist *fields = curl_slist_append(NULL, "Expect:");
    char line[4096];
    FILE *file = fopen(name, "r");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        fields = curl_slist_append(fields, line);
    }
    fclose(file);
    return fields;
}

static void read_calls(const char *name) {
    FILE *list = fopen(name, "r");
    char when[8], fields[256];
    struct call *call = calls;
    while (call_count < MAX_CALLS &&
           fscanf(list, "%7s %7s %511s %255s %255s %255s", when, call->method, call->url, fields,
                  call->source, call->sink) == 6) {
        call->is_first = !strcmp(when, "first");
        call->fields = read_fields(fields);
        call++;
        call_count++;
    }
    fclose(list);
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    read_calls(arguments[1]);
    FILE *file = fopen(arguments[2], "rb");
    size_t answer_size = fread(answer, 1, sizeof answer, file);
    fclose(file);
    roots = arguments[3];
    char base[256], url[512];
    snprintf(base, sizeof base, "http://%s/2018-06-01/runtime/invocation",
             getenv("AWS_LAMBDA_RUNTIME_API"));
    open_connections();
    for (int is_first = 1;; is_first = 0) {
        snprintf(url, sizeof url, "%s/next", base);
        CURL *next = prepared("GET", url);
        curl_easy_setopt(next, CURLOPT_HEADERFUNCTION, find_request_id);
        must(next, url);
        long status = 0;
        curl_easy_getinfo(next, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200) return 0;
        for (int i = 0; i < call_count; i++)
            if (is_first == calls[i].is_first) make(&calls[i]);
        snprintf(url, sizeof url, "%s/%s/response", base, request_id);
        CURL *response = prepared("POST", url);
        curl_easy_setopt(response, CURLOPT_POSTFIELDS, answer);
        curl_easy_setopt(response, CURLOPT_POSTFIELDSIZE, (long)answer_size);
        must(response, url);
    }
}
