/* answer_unit.h: an answer of a source, or a wish for members, as a line of text. */
#ifndef ANSWER_UNIT_H
#define ANSWER_UNIT_H

#include "unit.h"
#include "tools/discover/members.h"

/** "a=10.0.0.1:80/20 b=10.0.0.2:80/20-": name, address, weight; '-': drained. */
static inline const char *members_text(const apr_array_header_t *members)
{
    const char *text = "";
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const discover_member_t *m = &APR_ARRAY_IDX(members, i, discover_member_t);

        text = apr_psprintf(unit_pool, "%s%s%s=%s:%d/%d%s", text, i ? " " : "", m->name, m->host, m->port, m->weight,
                            m->is_drained ? "-" : "");
    }
    return text;
}

/** The other way; a host of IPv6 is written with '_' for ':'. */
static inline apr_array_header_t *members_of(const char *text)
{
    apr_array_header_t *members = apr_array_make(unit_pool, 4, sizeof(discover_member_t));
    char *copy = apr_pstrdup(unit_pool, text), *word, *last;

    for (word = apr_strtok(copy, " ", &last); word; word = apr_strtok(NULL, " ", &last)) {
        discover_member_t *m = apr_array_push(members);
        char *host = strchr(word, '='), *port = strchr(word, ':'), *weight = strchr(word, '/'), *c;

        *host++ = *port++ = *weight++ = '\0';
        for (c = host; *c; ++c) {
            *c = *c == '_' ? ':' : *c;
        }
        *m = (discover_member_t){ *word ? word : NULL, host, atoi(port), atoi(weight), strchr(weight, '-') != NULL };
    }
    return members;
}

#endif
