/* A list of EndpointSlices, then a watch, which goes on from the version of the list. */
#include <apr_strings.h>
#include "base/clock.h"
#include "tools/discover/slices.h"
#include "tools/discover/source.h"

#define LIST_MS     30000L
#define ANSWER_TIME apr_time_from_sec(15) /* beyond the time after which the server ends a watch */

typedef struct watch_t {
    discover_source_t *source;
    discover_slices_t slices;
    discover_event_t last;         /* of the watch */
    const char *why;               /* it is bad, or the slices cannot be used */
    apr_pool_t *p;                 /* of one line */
    apr_pool_t *pwatch;            /* of the list and the watch behind it */
} watch_t;

/* @return 0: they cannot be used, and watch->why says why */
static int publish(watch_t *watch)
{
    discover_answer_t *answer;

    watch->why = discover_slices_members(&answer, &watch->slices, watch->source->port, watch->source->by_address,
                                         watch->p);
    watch->why = watch->why ? apr_pstrdup(watch->pwatch, watch->why) : NULL;
    if (!watch->why) {
        discover_source_publish(watch->source, answer);
    }
    return !watch->why;
}

/* @return 0: it has failed; that has been told, and waited for */
static int list(watch_t *watch)
{
    discover_source_t *source = watch->source;
    json_t *root = NULL;
    discover_failure_t failure = discover_get(&root, &source->server, source->path, LIST_MS, watch->pwatch);
    const char *why = failure.why;

    if (failure.kind == DISCOVER_FINE) {
        why = discover_slices_list(&watch->slices, root, watch->pwatch);
        why = why ? why : publish(watch) ? NULL : watch->why;
        failure.kind = why ? DISCOVER_NO_ANSWER : DISCOVER_FINE;
    }
    json_decref(root);
    if (failure.kind != DISCOVER_FINE) {
        discover_source_fail(source, failure.kind, why);
        return 0;
    }
    return 1;
}

/* A line of the watch. @return 0: no more are wanted */
static int take_event(watch_t *watch, const char *line, size_t length)
{
    json_t *event = json_loadb(line, length, 0, NULL);
    const char *why = NULL;

    apr_pool_clear(watch->p);
    watch->last = discover_slices_event(&watch->slices, event, &why, watch->p);
    json_decref(event);
    if (watch->last == DISCOVER_EVENT_CHANGE && !publish(watch)) {
        watch->last = DISCOVER_EVENT_BAD;
    }
    else if (watch->last == DISCOVER_EVENT_BAD) {
        watch->why = apr_pstrdup(watch->pwatch, why);
    }
    else if (watch->last != DISCOVER_EVENT_EXPIRED) {
        watch->source->failures = 0;
    }
    return watch->last == DISCOVER_EVENT_CHANGE || watch->last == DISCOVER_EVENT_BOOKMARK;
}

/* A trouble is over when a watch has begun: by a list alone it would be over and begin again all the time where the
 * token may list, but not watch */
static int take(void *data, const char *line, size_t length)
{
    watch_t *watch = data;

    if (!line) {
        discover_tell_fine(&watch->source->told);
    }
    return line ? take_event(watch, line, length) : 1;
}

static discover_failure_t follow_once(watch_t *watch)
{
    discover_source_t *source = watch->source;
    const char *path = apr_psprintf(watch->pwatch, "%swatch=1&allowWatchBookmarks=true&timeoutSeconds=%d"
                                    "&resourceVersion=%s", source->path,
                                    (int)apr_time_sec(source->wait + apr_time_from_sec(1) - 1),
                                    discover_escape(watch->slices.version, watch->pwatch));

    watch->last = DISCOVER_EVENT_BOOKMARK;
    return discover_read_lines(&source->server, path, (long)apr_time_as_msec(source->wait + ANSWER_TIME), take, watch,
                               watch->pwatch);
}

static void clear(watch_t *watch)
{
    apr_pool_clear(watch->pwatch);
    apr_pool_create(&watch->p, watch->pwatch);
}

/* It has expired, or was broken off: both happen to a healthy server */
static int is_usual(const discover_failure_t *failure)
{
    return failure->kind == DISCOVER_FINE || failure->status == 410
           || (failure->kind == DISCOVER_UNREACHABLE && failure->status == 200);
}

/* Until a new list is needed; each watch goes on where the one before has ended */
static void follow(watch_t *watch)
{
    discover_source_t *source = watch->source;
    discover_failure_t failure;

    for (;;) {
        apr_time_t begun = wlm_now();

        clear(watch);
        failure = follow_once(watch);
        if (failure.kind != DISCOVER_FINE || watch->last >= DISCOVER_EVENT_EXPIRED) {
            break;
        }
        source->failures = 0;
        discover_source_pace(begun);
    }
    if (watch->last == DISCOVER_EVENT_BAD) {
        discover_source_fail(source, DISCOVER_NO_ANSWER, watch->why);
    }
    else if (is_usual(&failure)) {
        discover_source_pause(source);
    }
    else {
        discover_source_fail(source, failure.kind, failure.why);
    }
}

void discover_watch_kubernetes(discover_source_t *source)
{
    watch_t watch = { .source = source };

    apr_pool_create(&watch.pwatch, NULL);
    discover_slices_init(&watch.slices);
    for (;;) {
        clear(&watch);
        if (list(&watch)) {
            follow(&watch);
        }
    }
}
