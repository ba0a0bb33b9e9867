// How Swift sees libc's resolver: one private state, one question, and the answer's records. Much
// of it is macros, which Swift cannot call.
// https://man7.org/linux/man-pages/man3/resolver.3.html
#pragma once
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

// A state of its own with what /etc/resolv.conf says, or NULL.
static inline struct __res_state *sesmail_resolver_open(void) {
    struct __res_state *state = (struct __res_state *)calloc(1, sizeof *state);
    if (state != NULL && res_ninit(state) != 0) {
        free(state);
        return NULL;
    }
    return state;
}

static inline void sesmail_resolver_close(struct __res_state *state) {
    res_nclose(state);
    free(state);
}

// Asks this server alone: an address of 4 or 16 bytes, the port in host order.
static inline int sesmail_resolver_use(struct __res_state *state, const void *address, size_t count,
                                       unsigned short port) {
    if (count == sizeof(struct in_addr)) {
        struct sockaddr_in *server = &state->nsaddr_list[0];
        memset(server, 0, sizeof *server);
        server->sin_family = AF_INET;
        server->sin_port = htons(port);
        memcpy(&server->sin_addr, address, count);
    } else {
        struct sockaddr_in6 *server = (struct sockaddr_in6 *)calloc(1, sizeof *server);
        if (server == NULL || count != sizeof(struct in6_addr)) {
            free(server);
            return -1;
        }
        server->sin6_family = AF_INET6;
        server->sin6_port = htons(port);
        memcpy(&server->sin6_addr, address, count);
        // Where libc looks for a server of IPv6; res_nclose frees it.
        state->nsaddr_list[0].sin_family = 0;
        free(state->_u._ext.nsaddrs[0]);
        state->_u._ext.nsaddrs[0] = server;
    }
    state->nscount = 1;
    return 0;
}

// The answer's size, whatever its code; 0 where the name cannot be asked for, -1 where no server
// gave a usable answer. With `first` there is one round, and the first server that says anything is
// heard, though it says SERVFAIL.
static inline int sesmail_resolver_ask(struct __res_state *state, const char *name, int type,
                                       int first, unsigned char *answer, int limit) {
    unsigned char question[NS_PACKETSZ];
    int size = res_nmkquery(state, ns_o_query, name, ns_c_in, type, NULL, 0, NULL, question,
                            sizeof question);
    if (size <= 0) return 0;
    int retry = state->retry;
    if (first) {
        // libc passes an error on only where somebody looks on ("called from dig").
        state->pfcode = RES_PRF_REPLY;
        state->retry = 1;
    }
    int count = res_nsend(state, question, size, answer, limit);
    state->pfcode = 0;
    state->retry = retry;
    return count == 0 ? -1 : count;
}

static inline int sesmail_message_code(const ns_msg *message) {
    return ns_msg_getflag(*message, ns_f_rcode);
}

static inline int sesmail_message_is_truncated(const ns_msg *message) {
    return ns_msg_getflag(*message, ns_f_tc);
}

static inline int sesmail_message_answer_count(const ns_msg *message) {
    return ns_msg_count(*message, ns_s_an);
}

static inline const char *sesmail_record_name(const ns_rr *record) {
    return ns_rr_name(*record);
}

static inline const unsigned char *sesmail_record_data(const ns_rr *record) {
    return ns_rr_rdata(*record);
}

// The name that begins there, which must lie within the message; the bytes that it takes, or -1.
static inline int sesmail_message_name(const ns_msg *message, const unsigned char *start,
                                       char *name, int limit) {
    return dn_expand(ns_msg_base(*message), ns_msg_end(*message), start, name, limit);
}
