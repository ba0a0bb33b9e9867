// How Swift sees libc's resolver: the servers of resolv.conf, and a parser of messages. Much of it
// is macros, which Swift cannot call. Questions are not sent with it: a referral makes glibc's
// res_nsend ask on without an end, or hides which server gave it.
// https://man7.org/linux/man-pages/man3/resolver.3.html
#pragma once
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>
#include <sys/socket.h>

// What /etc/resolv.conf and RES_OPTIONS say.
struct sesmail_resolver {
    // At most MAXNS; the port is 53 in each.
    struct sockaddr_storage servers[MAXNS];
    int server_count;
    // How long a round of questions waits, and how many rounds there are.
    int timeout_seconds;
    int attempts;
};

// 0, or -1 where the configuration cannot be read.
static inline int sesmail_resolver_read(struct sesmail_resolver *resolver) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    memset(resolver, 0, sizeof *resolver);
    if (res_ninit(&state) != 0) return -1;
    for (int index = 0; index < state.nscount && index < MAXNS; index++) {
        struct sockaddr_storage *server = &resolver->servers[resolver->server_count];
        if (state.nsaddr_list[index].sin_family == AF_INET) {
            memcpy(server, &state.nsaddr_list[index], sizeof(struct sockaddr_in));
        } else if (state._u._ext.nsaddrs[index] != NULL) {
            // Where glibc keeps a server of IPv6.
            memcpy(server, state._u._ext.nsaddrs[index], sizeof(struct sockaddr_in6));
        } else {
            continue;
        }
        resolver->server_count++;
    }
    resolver->timeout_seconds = state.retrans;
    resolver->attempts = state.retry;
    res_nclose(&state);
    return 0;
}

static inline const unsigned char *sesmail_record_data(const ns_rr *record) {
    return ns_rr_rdata(*record);
}

static inline const char *sesmail_record_name(const ns_rr *record) {
    return ns_rr_name(*record);
}

static inline int sesmail_message_count(const ns_msg *message, ns_sect section) {
    return ns_msg_count(*message, section);
}

// The name that begins there, which must lie within the message; the bytes that it takes, or -1.
static inline int sesmail_message_name(const ns_msg *message, const unsigned char *start,
                                       char *name, int limit) {
    return dn_expand(ns_msg_base(*message), ns_msg_end(*message), start, name, limit);
}
