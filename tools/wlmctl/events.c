/* wlmctl events: prints the events that the server keeps for files, clusters and members; with --follow
 * polls for new ones.
 * On main()'s thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "tools/common/text.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wlmctl.h"

/* Which events are printed, and how */
typedef struct choice_t {
    wlmctl_target_t target;
    int json;                      /* a line of JSON for each */
    apr_interval_time_t since;     /* only those of so long ago, by the server's time; 0: all */
} choice_t;

/* An event: its line of JSON is its key, too. It begins with the time in UTC, so that the order of keys is that of the
 * times, also where clocks are set back by an hour for the winter. */
typedef struct line_t {
    const char *key, *text;
} line_t;

typedef struct lines_t {
    const json_t *view;
    const choice_t *choice;
    double first;                  /* no events of before */
    apr_array_header_t *lines;     /* line_t */
    apr_pool_t *p;
} lines_t;

/* @param file, cluster, member  whose it is; NULL: there is no such word */
static const char *key_of(const json_t *event, const char *file, const char *cluster, const char *member, apr_pool_t *p)
{
    json_t *object = json_pack("{s:s, s:s*, s:s*, s:s*, s:s}", "at", wlmctl_text(event, "at"), "file", file, "cluster",
                               cluster, "member", member, "text", wlmctl_text(event, "text"));
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    const char *line = text ? apr_pstrdup(p, text) : "";

    free(text);
    json_decref(object);
    return line;
}

static const char *text_of(const json_t *view, const json_t *event, const char *of, apr_pool_t *p)
{
    const char *line = apr_pstrcat(p, wlmctl_local(view, wlmctl_text(event, "at"), p), "  ", of, "  ",
                                   wlmctl_text(event, "text"), NULL);

    return tool_text_cut(line, (int)strlen(line) + 1, p);
}

/* @param file, cluster, member  whose events these are; NULL: not of such a thing */
static void add_events(lines_t *to, const json_t *list, const char *file, const char *cluster, const char *member)
{
    const char *of = file ? file : member ? apr_pstrcat(to->p, cluster, "/", member, NULL) : cluster;
    size_t i;

    for (i = 0; i < json_array_size(list); ++i) {
        const json_t *event = json_array_get(list, i);

        if (wlmctl_time(event, "at") >= to->first) {
            const char *key = key_of(event, file, cluster, member, to->p);

            APR_ARRAY_PUSH(to->lines, line_t) =
                (line_t){ .key = key, .text = to->choice->json ? key : text_of(to->view, event, of, to->p) };
        }
    }
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const line_t *)a)->key, ((const line_t *)b)->key);
}

/* Files and clusters have no host, and no member's name */
static void add_others(lines_t *to)
{
    const wlmctl_target_t *target = &to->choice->target;
    const json_t *files = json_object_get(to->view, "files"), *clusters = json_object_get(to->view, "clusters");
    size_t i;

    if (target->nmembers || target->host) {
        return;
    }
    for (i = 0; !target->cluster && i < json_array_size(files); ++i) {
        const json_t *file = json_array_get(files, i);

        add_events(to, json_object_get(file, "events"), wlmctl_text(file, "path"), NULL, NULL);
    }
    for (i = 0; i < json_array_size(clusters); ++i) {
        const json_t *cluster = json_array_get(clusters, i);
        const char *name = wlmctl_text(cluster, "name");

        if (!target->cluster || strcmp(target->cluster, name) == 0) {
            add_events(to, json_object_get(cluster, "events"), NULL, name, NULL);
        }
    }
}

/* Print the events that were not there before. (To remember the time of the last one would not do: an event of the same
 * moment in another process may appear later.)
 * @return the keys of all that are there now */
static apr_hash_t *print_new(const json_t *view, const choice_t *choice, apr_hash_t *before, apr_pool_t *p)
{
    const apr_array_header_t *members = wlmctl_find_members(view, &choice->target, p);
    lines_t to = { .view = view, .choice = choice, .lines = apr_array_make(p, 64, sizeof(line_t)), .p = p,
                   .first = choice->since ? wlmctl_time(view, "time") - (double)choice->since / APR_USEC_PER_SEC : 0 };
    apr_hash_t *now = apr_hash_make(p);
    int i;

    add_others(&to);
    for (i = 0; i < members->nelts; ++i) {
        const wlmctl_member_t *of = &APR_ARRAY_IDX(members, i, wlmctl_member_t);

        add_events(&to, json_object_get(of->member, "events"), NULL, wlmctl_text(of->cluster, "name"),
                   wlmctl_text(of->member, "name"));
    }
    qsort(to.lines->elts, (size_t)to.lines->nelts, sizeof(line_t), by_key);
    for (i = 0; i < to.lines->nelts; ++i) {
        const line_t *line = &APR_ARRAY_IDX(to.lines, i, line_t);

        apr_hash_set(now, line->key, APR_HASH_KEY_STRING, line);
        if (!before || !apr_hash_get(before, line->key, APR_HASH_KEY_STRING)) {
            puts(line->text);
        }
    }
    fflush(stdout);
    return now;
}

/* Get the state once. @param pknown  in and out: the events that have been printed; in p */
static int print_state(apr_hash_t **pknown, const choice_t *choice, const wlmctl_endpoint_t *endpoint,
                       apr_pool_t *p)
{
    json_t *view;
    int code = wlmctl_get(&view, endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    if (!*pknown && !wlmctl_has_all(view, &choice->target, p)) {
        code = WLMCTL_REFUSED;
    }
    else {
        *pknown = print_new(view, choice, *pknown, p);
    }
    json_decref(view);
    return code;
}

/* Once a second, until Ctrl-C. The events of one round are needed in the next, so the pool before lives until then. */
static int follow(const choice_t *choice, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    apr_hash_t *known = NULL;
    apr_pool_t *pbefore = NULL, *pround;
    int code = WLMCTL_OK;

    wlmctl_catch_interrupt();
    while (code == WLMCTL_OK && !wlmctl_interrupted) {
        apr_pool_create(&pround, p);
        code = print_state(&known, choice, endpoint, pround);
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
    choice_t choice = { .json = 0 };
    const char *since = NULL;
    const tool_option_t options[] = {
        { .name = "follow", .flag = &follows }, { .name = "json", .flag = &choice.json },
        { .name = "since", .value = &since }, WLMCTL_TARGET_OPTIONS(&choice.target),
        WLMCTL_ENDPOINT_OPTIONS(endpoint), { .name = NULL }
    };
    apr_hash_t *known = NULL;
    char **words;

    choice.target.nmembers = tool_read_call(argc, argv, options, &words);
    if (choice.target.nmembers < 0 || !wlmctl_check_target(&choice.target, p)) {
        return WLMCTL_MISUSE;
    }
    if (since && (!wlm_duration_parse(&choice.since, since, "s") || choice.since <= 0)) {
        return tool_misuse("--since", "it takes a time, such as 90s, 30m, 8h or 2d");
    }
    choice.target.members = words;
    return follows ? follow(&choice, endpoint, p) : print_state(&known, &choice, endpoint, p);
}
