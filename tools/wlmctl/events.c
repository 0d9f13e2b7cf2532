/* wlmctl events: what has happened to members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "tools/common/text.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wlmctl.h"

static void add_events(apr_array_header_t *lines, const wlmctl_member_t *of, apr_pool_t *p)
{
    const json_t *list = json_object_get(of->member, "events");
    size_t i;

    for (i = json_array_size(list); i-- > 0;) { /* the server has the last one first */
        const json_t *event = json_array_get(list, i);
        const char *line = apr_pstrcat(p, wlmctl_text(event, "at"), "  ", wlmctl_text(of->cluster, "name"), "/",
                                       wlmctl_text(of->member, "name"), "  ", wlmctl_text(event, "text"), NULL);

        APR_ARRAY_PUSH(lines, const char *) = tool_text_cut(line, (int)strlen(line) + 1, p);
    }
}

/* Lines begin with a time that is written so that the order of the texts is that of the times */
static int by_time(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The events that were not there before. (A time up to which all have been printed would not do: what has happened at
 * the same moment elsewhere may be told later.)
 * @return all that are there now */
static apr_hash_t *print_new(const apr_array_header_t *members, apr_hash_t *before, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 64, sizeof(const char *));
    apr_hash_t *now = apr_hash_make(p);
    int i;

    for (i = 0; i < members->nelts; ++i) {
        add_events(lines, &APR_ARRAY_IDX(members, i, wlmctl_member_t), p);
    }
    qsort(lines->elts, (size_t)lines->nelts, sizeof(const char *), by_time);
    for (i = 0; i < lines->nelts; ++i) {
        const char *line = APR_ARRAY_IDX(lines, i, const char *);

        apr_hash_set(now, line, APR_HASH_KEY_STRING, line);
        if (!before || !apr_hash_get(before, line, APR_HASH_KEY_STRING)) {
            puts(line);
        }
    }
    fflush(stdout);
    return now;
}

/* One look. @param pknown  in and out: the events that were there; in p */
static int print_state(apr_hash_t **pknown, const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint,
                       apr_pool_t *p)
{
    json_t *view;
    int code = wlmctl_get(&view, endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    if (!*pknown && !wlmctl_has_all(view, target, p)) {
        code = WLMCTL_REFUSED;
    }
    else {
        *pknown = print_new(wlmctl_find_members(view, target, p), *pknown, p);
    }
    json_decref(view);
    return code;
}

/* Until the user ends it */
static int follow(const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    apr_hash_t *known = NULL;
    apr_pool_t *pbefore = NULL, *pround;
    int code = WLMCTL_OK;

    wlmctl_catch_interrupt();
    while (code == WLMCTL_OK && !wlmctl_interrupted) {
        apr_pool_create(&pround, p);
        code = print_state(&known, target, endpoint, pround);
        if (pbefore) {
            apr_pool_destroy(pbefore);
        }
        pbefore = pround;
        if (code == WLMCTL_OK && !wlmctl_interrupted) {
            sleep(1);
        }
    }
    return code;
}

int wlmctl_run_events(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    int follows = 0;
    wlmctl_target_t target = { .members = NULL };
    const tool_option_t options[] = {
        { .name = "follow", .flag = &follows }, WLMCTL_TARGET_OPTIONS(&target), WLMCTL_ENDPOINT_OPTIONS(endpoint),
        { .name = NULL }
    };
    apr_hash_t *known = NULL;
    char **words;

    target.nmembers = tool_read_call(argc, argv, options, &words);
    if (target.nmembers < 0 || !wlmctl_check_target(&target, p)) {
        return WLMCTL_MISUSE;
    }
    target.members = words;
    return follows ? follow(&target, endpoint, p) : print_state(&known, &target, endpoint, p);
}
