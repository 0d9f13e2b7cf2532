/* wlmctl events: what has happened to members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_strings.h>
#include "wlmctl.h"

typedef struct event_t {
    const char *at, *cluster, *member, *text;
} event_t;

/* Times are written so that their order is that of the texts */
static int by_time(const void *a, const void *b)
{
    return strcmp(((const event_t *)a)->at, ((const event_t *)b)->at);
}

static void add_events(apr_array_header_t *events, const wlmctl_member_t *of, const char *after, apr_pool_t *p)
{
    const json_t *list = json_object_get(of->member, "events");
    size_t i;

    for (i = json_array_size(list); i-- > 0;) { /* the server has the last one first */
        const json_t *event = json_array_get(list, i);
        if (strcmp(wlmctl_text(event, "at"), after) > 0) {
            event_t one = { apr_pstrdup(p, wlmctl_text(event, "at")), apr_pstrdup(p, wlmctl_text(of->cluster, "name")),
                            apr_pstrdup(p, wlmctl_text(of->member, "name")), apr_pstrdup(p, wlmctl_text(event, "text")) };
            APR_ARRAY_PUSH(events, event_t) = one;
        }
    }
}

#define TIME_SIZE 40

/* Print what came after a time, which becomes that of the last one */
static void print_events(const apr_array_header_t *members, char after[TIME_SIZE], apr_pool_t *p)
{
    apr_array_header_t *events = apr_array_make(p, 64, sizeof(event_t));
    int i;

    for (i = 0; i < members->nelts; ++i) {
        add_events(events, &APR_ARRAY_IDX(members, i, wlmctl_member_t), after, p);
    }
    qsort(events->elts, (size_t)events->nelts, sizeof(event_t), by_time);
    for (i = 0; i < events->nelts; ++i) {
        const event_t *event = &APR_ARRAY_IDX(events, i, event_t);
        const char *at;

        printf("%s  %s/%s  ", event->at, event->cluster, event->member);
        for (at = event->text; *at; ++at) {
            putchar((unsigned char)*at < ' ' ? '?' : *at);
        }
        putchar('\n');
        apr_cpystrn(after, event->at, TIME_SIZE);
    }
    fflush(stdout);
}

int wlmctl_run_events(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p)
{
    int follow = 0, code;
    wlmctl_target_t target = { .members = NULL };
    const tool_option_t options[] = {
        { .name = "follow", .flag = &follow }, { .name = "cluster", .value = &target.cluster },
        { .name = "host", .value = &target.host }, WLMCTL_PLACE_OPTIONS(place), { .name = NULL }
    };
    char after[TIME_SIZE] = "", **words;

    target.nmembers = tool_read_call(argc, argv, options, &words);
    if (target.nmembers < 0) {
        return WLMCTL_MISUSE;
    }
    target.members = words;
    wlmctl_catch_interrupt();
    do {
        const apr_array_header_t *members;
        apr_pool_t *pturn;
        json_t *view;

        apr_pool_create(&pturn, p);
        if ((code = wlmctl_get(&view, place, pturn)) != WLMCTL_FINE) {
            return code;
        }
        members = wlmctl_find(view, &target, pturn);
        if (!members->nelts) {
            fputs("wlmctl: there is no such member\n", stderr);
            code = WLMCTL_NOT;
        }
        print_events(members, after, pturn);
        json_decref(view);
        apr_pool_destroy(pturn);
    } while (follow && code == WLMCTL_FINE && !wlmctl_interrupted && (sleep(1) == 0 || !wlmctl_interrupted));
    return code;
}
