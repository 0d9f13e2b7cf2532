/* Consul's blocking queries: each is answered at a change, or when its time is over. */
#include <strings.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "tools/discover/consul.h"
#include "tools/discover/source.h"

#define ANSWER_TIME apr_time_from_sec(15)

/* Consul adds up to a sixteenth of the time at random */
static long timeout_of(const discover_source_t *source)
{
    return (long)apr_time_as_msec(source->wait + source->wait / 16 + ANSWER_TIME);
}

static const char *path_of(const discover_source_t *source, uint64_t index, apr_pool_t *p)
{
    return apr_psprintf(p, "%swait=%dms&index=%" APR_UINT64_T_FMT, source->path, (int)apr_time_as_msec(source->wait),
                        (apr_uint64_t)index);
}

/* Without the right to read a service Consul answers as if it had no instances, but says so */
static const char *find_filter(const discover_source_t *source)
{
    const char *field = apr_table_get(source->server.fields, "X-Consul-Results-Filtered-By-ACLs");

    return field && strcasecmp(field, "true") == 0
           ? "the token does not let it see all of the answer (X-Consul-Results-Filtered-By-ACLs)" : NULL;
}

/* @return the index of the next query */
static uint64_t ask(discover_source_t *source, uint64_t index, apr_pool_t *p)
{
    json_t *root = NULL;
    discover_failure_t failure = discover_get(&root, &source->server, path_of(source, index, p), timeout_of(source), p);
    discover_answer_t *answer;
    const char *why;

    if (failure.kind != DISCOVER_FINE) {
        discover_source_fail(source, failure.kind, failure.why);
        return 0;
    }
    why = find_filter(source);
    why = why ? why : discover_consul_read(&answer, root, source->by_address, p);
    if (why) {
        discover_source_fail(source, DISCOVER_NO_ANSWER, why);
    }
    else {
        source->failures = 0;
        discover_tell_fine(&source->told);
        discover_source_publish(source, answer);
    }
    json_decref(root);
    return why ? 0 : discover_consul_index(index, apr_table_get(source->server.fields, "X-Consul-Index"));
}

void discover_watch_consul(discover_source_t *source)
{
    uint64_t index = 0;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (;;) {
        apr_time_t begun = wlm_now();

        index = ask(source, index, p);
        apr_pool_clear(p);
        discover_source_pace(begun);
    }
}
