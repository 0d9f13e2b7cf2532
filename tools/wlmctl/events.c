/* wlmctl events: prints the events that the server keeps for each member; with --follow polls for new ones.
 * On main()'s thread. */
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

    for (i = json_array_size(list); i-- > 0;) { /* the server sends the newest first */
        const json_t *event = json_array_get(list, i);
        const char *line = apr_pstrcat(p, wlmctl_text(event, "at"), "  ", wlmctl_text(of->cluster, "name"), "/",
                                       wlmctl_text(of->member, "name"), "  ", wlmctl_text(event, "text"), NULL);

        APR_ARRAY_PUSH(lines, const char *) = tool_text_cut(line, (int)strlen(line) + 1, p);
    }
}

/* Lines begin with a time whose order as text is the order of the times */
static int by_time(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Print the events that were not there before. (To remember the time of the last one would not do: an event of the same
 * moment in another process may appear later.)
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

/* Get the state once. @param pknown  in and out: the events that have been printed; in p */
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

/* Once a second, until Ctrl-C. The events of one round are needed in the next, so the pool before lives until then. */
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
