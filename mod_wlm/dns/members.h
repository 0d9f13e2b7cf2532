/* dns/members.h: which members an answer of the name service is, and which ones there are when it changes. Pure.
 *
 * A member is an address and port, or a target and port, whatever else the answer has and in whatever order: its name
 * is "10.0.0.5:8080", its clone id the same with '-' for all but letters and digits, "10-0-0-5-8080". So they are the
 * same after any change, and on all web servers.
 */
#ifndef WLM_DNS_MEMBERS_H
#define WLM_DNS_MEMBERS_H

#include <apr_tables.h>
#include <apr_time.h>
#include "dns/answer.h"
#include "dns/source.h"
#include "plugin-cfg/given.h"

/** Members of a source. */
#define WLM_DNS_MEMBERS_MAX 1000
/** How long one that has vanished goes on with its sessions. */
#define WLM_DNS_LEAVING apr_time_from_sec(30)

/** What of an answer is no member. Texts in the pool of the call. */
typedef struct wlm_dns_left_out_t {
    int n;                         /* records that cannot be members, or may not */
    const char *first;             /* which, and why; NULL: none */
    int too_many;                  /* members above WLM_DNS_MEMBERS_MAX, and records above WLM_DNS_RECORDS_MAX */
} wlm_dns_left_out_t;

/**
 * The members that an answer has, sorted by name, each once: plugin_cfg_given_server_t *, in p. Of SRV the records with
 * the lowest priority are primaries, the others backups; see wlm_dns_scale() for weights.
 * @param hosts  patterns, const char *, of the addresses and targets that may be members; NULL: all but those of this
 *               machine (loopback), of its link, of groups, and 0.0.0.0
 */
apr_array_header_t *wlm_dns_members(wlm_dns_left_out_t *left_out, const wlm_dns_source_t *source,
                                    const wlm_dns_answer_t *answer, const apr_array_header_t *hosts, apr_pool_t *p);

/** Weights of SRV as LoadBalanceWeight: in the same proportions; where they are small, times what makes the largest of
 *  them PLUGIN_CFG_GIVEN_WEIGHT at the most. Weight 0 beside others (RFC 2782: very rarely) becomes 1. */
void wlm_dns_scale(int *weights, int n);

/** Why an answer says nothing about a name's members; NULL: it does. Static. */
const char *wlm_dns_failure(const wlm_dns_answer_t *answer, int is_srv);

/** What has changed: names, const char *. */
typedef struct wlm_dns_change_t {
    apr_array_header_t *added, *leaving, *removed;
} wlm_dns_change_t;

/**
 * The members that there are from now on. One that the answer does not have any more leaves: it has weight 0, and is
 * removed after WLM_DNS_LEAVING. Addresses of a family (IPv4, IPv6) for which the answer has failed stay as they are.
 * @param known     what there was, as plugin_cfg_given_servers() has it for source->text
 * @param answered  by wlm_dns_members(); NULL: there is no answer, only time has passed
 * @param answer    that it is of
 * @param change    arrays that are added to
 * @return plugin_cfg_given_server_t *, sorted by name, in p
 */
apr_array_header_t *wlm_dns_follow(wlm_dns_change_t *change, const wlm_dns_source_t *source,
                                   const apr_array_header_t *known, const apr_array_header_t *answered,
                                   const wlm_dns_answer_t *answer, apr_time_t now, apr_pool_t *p);

/** What there is, as wlm_dns_follow() would have it if nothing changed. */
apr_array_header_t *wlm_dns_as_known(const wlm_dns_source_t *source, const apr_array_header_t *known, apr_pool_t *p);

/** When the next one of these is to be removed; 0: none. */
apr_time_t wlm_dns_next_removal(const apr_array_header_t *servers, apr_time_t now);

/** All of it as text, to compare. In p. */
const char *wlm_dns_text(const apr_array_header_t *servers, apr_pool_t *p);

#endif
