/* The members of a service: names, doubles, order. Pure. */
#include <stdlib.h>
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/hash.h"
#include "base/host.h"
#include "registry/message.h"
#include "tools/discover/members.h"

#define HOST_IN_NAME (WLM_MCMP_NAME_MAX - 23) /* what a hash and a port leave */

discover_answer_t *discover_answer_make(apr_pool_t *p)
{
    discover_answer_t *answer = apr_pcalloc(p, sizeof(*answer));

    answer->members = apr_array_make(p, 16, sizeof(discover_member_t));
    return answer;
}

void discover_leave_out(discover_answer_t *answer, const char *what, const char *why)
{
    if (!answer->nleft_out++) {
        answer->left_out = apr_psprintf(answer->members->pool, "%s: %s", what, why);
    }
}

/* -- names --------------------------------------------------------------------------------------------------------- */

static int has_only(const char *text, const char *others)
{
    for (; *text; ++text) {
        if (!apr_isalnum(*text) && !strchr(others, *text)) {
            return 0;
        }
    }
    return 1;
}

/* What registry/message.h allows, but for the colon, which divides clone ids in a cookie */
static int is_name(const char *name)
{
    return name && *name && strlen(name) <= WLM_MCMP_NAME_MAX && has_only(name, "._~-");
}

/* Without the characters that divide clone ids; of one that is too long the end becomes a hash */
static const char *name_of_address(const discover_member_t *member, apr_pool_t *p)
{
    char *name = apr_psprintf(p, "%s-%d", member->host, member->port), *c;

    if (strlen(name) > WLM_MCMP_NAME_MAX) {
        name = apr_psprintf(p, "%.*s-%016" APR_UINT64_T_HEX_FMT "-%d", HOST_IN_NAME, member->host,
                            (apr_uint64_t)wlm_hash_key(member->host), member->port);
    }
    for (c = name; *c; ++c) {
        *c = strchr(".:", *c) ? '-' : *c;
    }
    return name;
}

/* In the one spelling that stands for all that a registry takes for the same host. @return NULL: it is no host */
static const char *host_of(const char *text, apr_pool_t *p)
{
    char buffer[WLM_HOST_SIZE], *name, *c;

    if (text && wlm_host_is_ipv6(text)) {
        return apr_pstrdup(p, wlm_host_canonical(text, buffer));
    }
    if (!text || !*text || strlen(text) > WLM_MCMP_VALUE_MAX || !has_only(text, "._-")) {
        return NULL;
    }
    name = apr_pstrdup(p, text);
    for (c = name; *c; ++c) {
        *c = (char)apr_tolower(*c);
    }
    return name;
}

void discover_answer_add(discover_answer_t *answer, const discover_member_t *member)
{
    apr_pool_t *p = answer->members->pool;
    const char *what = member->name ? member->name : member->host ? member->host : "one without a name";
    const char *host = host_of(member->host, p);
    discover_member_t *added;

    if (!host) {
        discover_leave_out(answer, what, "it has no address, or one that is neither a name nor an address");
        return;
    }
    if (member->port < 1 || member->port > 65535) {
        discover_leave_out(answer, what, "it has no port from 1 to 65535");
        return;
    }
    added = apr_array_push(answer->members);
    *added = *member;
    added->host = host;
    if (!is_name(added->name)) {
        added->name = name_of_address(added, p);
    }
}

/* -- doubles ------------------------------------------------------------------------------------------------------- */

static discover_member_t *at(const apr_array_header_t *members, int i)
{
    return &APR_ARRAY_IDX(members, i, discover_member_t);
}

static int compare_address(const discover_member_t *a, const discover_member_t *b)
{
    int order = strcmp(a->host, b->host);

    return order ? order : a->port - b->port;
}

/* Of equal ones, that one first which is to count */
static int by_name(const void *one, const void *other)
{
    const discover_member_t *a = one, *b = other;
    int order = strcmp(a->name, b->name);

    order = order ? order : compare_address(a, b);
    order = order ? order : a->is_drained - b->is_drained;
    return order ? order : b->weight - a->weight;
}

static int by_address(const void *one, const void *other)
{
    int order = compare_address(one, other);

    return order ? order : by_name(one, other);
}

static void sort(apr_array_header_t *members, int (*compare)(const void *, const void *))
{
    if (members->nelts) {
        qsort(members->elts, (size_t)members->nelts, sizeof(discover_member_t), compare);
    }
}

static int is_double(const discover_member_t *a, const discover_member_t *b)
{
    return strcmp(a->name, b->name) == 0 && compare_address(a, b) == 0;
}

static int is_same_address(const discover_member_t *a, const discover_member_t *b)
{
    return compare_address(a, b) == 0;
}

static int is_same_name(const discover_member_t *a, const discover_member_t *b)
{
    return strcmp(a->name, b->name) == 0;
}

/* Of neighbours that are the same the first one stays. @param why  NULL: the others are not missed */
static void keep_first(discover_answer_t *answer, int (*is_same)(const discover_member_t *, const discover_member_t *),
                       const char *why)
{
    apr_array_header_t *members = answer->members;
    int i, n = 0;

    for (i = 0; i < members->nelts; ++i) {
        if (!n || !is_same(at(members, n - 1), at(members, i))) {
            *at(members, n++) = *at(members, i);
        }
        else if (why) {
            discover_leave_out(answer, at(members, i)->name, why);
        }
    }
    members->nelts = n;
}

/* Names that several addresses have become those of the addresses */
static void part_names(apr_array_header_t *members)
{
    int i, begin;

    for (begin = 0; begin < members->nelts; begin = i) {
        for (i = begin + 1; i < members->nelts && is_same_name(at(members, begin), at(members, i)); ++i) {
        }
        if (i - begin > 1) {
            int k;

            for (k = begin; k < i; ++k) {
                at(members, k)->name = name_of_address(at(members, k), members->pool);
            }
        }
    }
}

const char *discover_answer_finish(discover_answer_t *answer)
{
    apr_array_header_t *members = answer->members;

    sort(members, by_name);
    keep_first(answer, is_double, NULL);
    part_names(members);
    sort(members, by_address);
    keep_first(answer, is_same_address, "another one has its address");
    sort(members, by_name);
    keep_first(answer, is_same_name, "another one has its name");
    return members->nelts <= DISCOVER_MEMBERS_MAX ? NULL
           : apr_psprintf(members->pool, "it has %d members, and %d are the most", members->nelts,
                          DISCOVER_MEMBERS_MAX);
}

int discover_count_open(const apr_array_header_t *members)
{
    int i, n = 0;

    for (i = 0; i < members->nelts; ++i) {
        n += !at(members, i)->is_drained;
    }
    return n;
}

apr_array_header_t *discover_members_copy(const apr_array_header_t *members, apr_pool_t *p)
{
    apr_array_header_t *copy = apr_array_copy(p, members);
    int i;

    for (i = 0; i < copy->nelts; ++i) {
        at(copy, i)->name = apr_pstrdup(p, at(copy, i)->name);
        at(copy, i)->host = apr_pstrdup(p, at(copy, i)->host);
    }
    return copy;
}
