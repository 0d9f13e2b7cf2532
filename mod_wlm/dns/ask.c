/* The system's resolver: libc's on Linux, with a state of its own for each question where there can be one (musl has
 * none, and needs none). */
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/nameser.h>
#include <resolv.h>
#include "dns/ask.h"

#define MESSAGE_MAX 65535          /* bytes, of one over TCP */

#ifdef __GLIBC__

static int search(unsigned char *message, const char *name, int type, int *perror)
{
    struct __res_state state;
    int length = -1;

    memset(&state, 0, sizeof(state));
    *perror = NO_RECOVERY;
    if (res_ninit(&state) == 0) {
        length = res_nsearch(&state, name, ns_c_in, type, message, MESSAGE_MAX);
        *perror = state.res_h_errno;
        res_nclose(&state);
    }
    return length;
}

#else

static int search(unsigned char *message, const char *name, int type, int *perror)
{
    int length = res_search(name, ns_c_in, type, message, MESSAGE_MAX);

    *perror = h_errno;
    return length;
}

#endif

static void ask(wlm_dns_answer_t *answer, const char *name, wlm_dns_type_t type)
{
    unsigned char *message = malloc(MESSAGE_MAX);
    int error = 0, length = message ? search(message, name, wlm_dns_number(type), &error) : -1;

    if (length > 0) {
        wlm_dns_read(answer, message, length < MESSAGE_MAX ? (size_t)length : MESSAGE_MAX, type);
    }
    else {
        answer->results[type] = error == HOST_NOT_FOUND ? WLM_DNS_NO_NAME
                                : error == NO_DATA ? WLM_DNS_EMPTY : WLM_DNS_FAILED;
    }
    free(message);
}

/* -- what the name service does not know ------------------------------------------------------------------------- */

static void add_address(wlm_dns_answer_t *answer, const struct sockaddr *sa)
{
    wlm_dns_type_t type = sa->sa_family == AF_INET6 ? WLM_DNS_AAAA : WLM_DNS_A;
    wlm_dns_record_t *record = wlm_dns_add(answer, type);

    answer->results[type] = WLM_DNS_FOUND;
    if (record && type == WLM_DNS_AAAA) {
        memcpy(record->address, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
    }
    else if (record) {
        memcpy(record->address, &((const struct sockaddr_in *)sa)->sin_addr, 4);
    }
}

static void ask_system(wlm_dns_answer_t *answer, const char *name)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *list, *info;

    if (getaddrinfo(name, NULL, &hints, &list) != 0) {
        return;
    }
    answer->by_system = 1;
    answer->has_ttl = 0;
    answer->results[WLM_DNS_A] = answer->results[WLM_DNS_AAAA] = WLM_DNS_EMPTY;
    for (info = list; info; info = info->ai_next) {
        if (info->ai_family == AF_INET || info->ai_family == AF_INET6) {
            add_address(answer, info->ai_addr);
        }
    }
    freeaddrinfo(list);
}

void wlm_dns_ask(wlm_dns_answer_t *answer, const char *name, int is_srv)
{
    if (is_srv) {
        ask(answer, name, WLM_DNS_SRV);
        return;
    }
    ask(answer, name, WLM_DNS_A);
    ask(answer, name, WLM_DNS_AAAA);
    if (!answer->n) {
        ask_system(answer, name);
    }
}
