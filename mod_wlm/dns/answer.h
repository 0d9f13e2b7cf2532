/* dns/answer.h: what the name service has said of a name: records out of messages (RFC 1035, RFC 3596, RFC 2782).
 * Pure, but for the memory; an answer belongs to one thread at a time.
 */
#ifndef WLM_DNS_ANSWER_H
#define WLM_DNS_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#define WLM_DNS_RECORDS_MAX 4096   /* of an answer; more are not kept */
#define WLM_DNS_NAME_MAX 253       /* characters of a name */

/** What is asked for. */
typedef enum { WLM_DNS_A, WLM_DNS_AAAA, WLM_DNS_SRV, WLM_DNS_TYPES } wlm_dns_type_t;

/** What has come of it. */
typedef enum {
    WLM_DNS_NOT_ASKED,
    WLM_DNS_FOUND,
    WLM_DNS_EMPTY,                 /* the name has no such record */
    WLM_DNS_NO_NAME,               /* there is no such name */
    WLM_DNS_FAILED                 /* no answer, or one that says nothing about the name, or is malformed */
} wlm_dns_result_t;

typedef struct wlm_dns_record_t {
    wlm_dns_type_t type;
    unsigned char address[16];     /* of A its first four bytes, of AAAA */
    int priority, weight, port;    /* of SRV */
    char target[WLM_DNS_NAME_MAX + 1]; /* of SRV, with a '?' for what is no printable character; "": it is too long */
} wlm_dns_record_t;

/** All zero: nothing is asked yet. */
typedef struct wlm_dns_answer_t {
    wlm_dns_result_t results[WLM_DNS_TYPES];
    wlm_dns_record_t *at;          /* malloc'ed */
    int n, room;
    int left_out;                  /* records that were too many */
    int has_ttl;
    uint32_t ttl;                  /* s, the shortest; where there is one */
    int by_system;                 /* the system knows the name from elsewhere, such as /etc/hosts */
} wlm_dns_answer_t;

/** The type's number in messages. */
int wlm_dns_number(wlm_dns_type_t type);

/** Add a record that is zeroed, but for its type. @return NULL: there is no room */
wlm_dns_record_t *wlm_dns_add(wlm_dns_answer_t *answer, wlm_dns_type_t type);

/**
 * Add the records of a type that a message has in its answer section, whatever their order and whoever's they are: the
 * system's resolver has followed aliases and checked that the message answers its question. Sets the result of the
 * type: FOUND, EMPTY or, with no record added, FAILED when the message is malformed.
 */
void wlm_dns_read(wlm_dns_answer_t *answer, const unsigned char *bytes, size_t length, wlm_dns_type_t type);

/** Free the records. */
void wlm_dns_clear(wlm_dns_answer_t *answer);

#endif
