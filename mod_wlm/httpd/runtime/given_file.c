/* The members of WLMMembers in a file: a line each, with tabs between its fields. */
#include <stdlib.h>
#include <apr_strings.h>
#include "base/address.h"
#include "base/hash.h"
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/given.h"
#include "httpd/runtime/given_file.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"

#define TITLE "mod_wlm members 1\n"
#define LARGEST (16 * 1024 * 1024)

static uint64_t written;           /* the state that the file has; 0: none of this configuration */

enum { CLUSTER, SOURCE, NAME, CLONE_ID, HOST, PORT, WEIGHT, TIER, FROM, FIELDS };

static const char *path_of(apr_pool_t *p)
{
    const char *state = wlm_config_global()->state_file;

    return state && wlm_given_sources()->nelts ? apr_pstrcat(p, state, ".members", NULL) : NULL;
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

static void add_lines(apr_array_header_t *lines, const plugin_cfg_given_t *given, apr_pool_t *p)
{
    int i;

    for (i = 0; i < given->servers->nelts; ++i) {
        const plugin_cfg_given_server_t *server = APR_ARRAY_IDX(given->servers, i, const plugin_cfg_given_server_t *);

        APR_ARRAY_PUSH(lines, const char *) =
            apr_psprintf(p, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", given->cluster, given->from, server->name,
                         server->clone_id ? server->clone_id : "", server->host, server->port, server->weight,
                         server->is_backup, server->from);
    }
}

static void add_file(apr_array_header_t *lines, const wlm_file_t *file, apr_pool_t *p)
{
    wlm_published_t published;
    plugin_cfg_t *cfg;
    apr_array_header_t *given;
    int i;

    if (!wlm_file_text_get(wlm_segment_text(file), &published, p)
        || plugin_cfg_read_memory(&cfg, published.text, published.length, file->path, p) != APR_SUCCESS) {
        return;
    }
    given = wlm_given_of(cfg, p);
    for (i = 0; i < given->nelts; ++i) {
        add_lines(lines, APR_ARRAY_IDX(given, i, const plugin_cfg_given_t *), p);
    }
}

/* Of the versions that are published: they change when members do */
static uint64_t find_state(apr_pool_t *p)
{
    const char *text = "";
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);

        text = apr_psprintf(p, "%s %u", text, wlm_file_text_generation(wlm_segment_text(file)));
    }
    return wlm_hash_key(text);
}

void wlm_given_file_write(void)
{
    apr_pool_t *p = wlm_version_pool();
    const char *path = wlm_segment.work ? path_of(p) : NULL, *text;
    apr_array_header_t *lines = apr_array_make(p, 64, sizeof(const char *));
    int i;

    if (path && find_state(p) != written) {
        APR_ARRAY_PUSH(lines, const char *) = TITLE;
        for (i = 0; i < wlm_files()->nelts; ++i) {
            add_file(lines, APR_ARRAY_IDX(wlm_files(), i, const wlm_file_t *), p);
        }
        text = apr_array_pstrcat(p, lines, 0);
        if (wlm_whole_file_write(path, text, strlen(text), &(wlm_whole_file_t){ .mode = 0600 }, p) == APR_SUCCESS) {
            written = find_state(p);
        }
    }
    apr_pool_destroy(p);
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

/* Two files of WLMConfig may have the same cluster, and so the same members twice */
static int has(const apr_array_header_t *servers, const char *name)
{
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(servers, i, const plugin_cfg_given_server_t *)->name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A line that is none, or of a source that there is not any more, is left out */
static void read_line(const apr_array_header_t *known, char *line, apr_pool_t *p)
{
    plugin_cfg_given_server_t *server = apr_pcalloc(p, sizeof(*server));
    const char *at[FIELDS] = { NULL };
    plugin_cfg_given_t *given;
    int n = 0;

    while (n < FIELDS && (at[n] = strsep(&line, "\t")) != NULL) {
        ++n;
    }
    given = n == FIELDS && !line ? wlm_given_find(known, at[CLUSTER], at[SOURCE]) : NULL;
    if (!given || !*at[NAME] || has(given->servers, at[NAME])
        || (!wlm_dns_is_name(at[HOST]) && !wlm_address_is_literal(at[HOST]))
        || strncmp(at[FROM], given->from, strlen(given->from)) != 0) {
        return;
    }
    *server = (plugin_cfg_given_server_t){ at[NAME], *at[CLONE_ID] ? at[CLONE_ID] : NULL, at[HOST], atoi(at[PORT]),
        atoi(at[WEIGHT]), atoi(at[TIER]) != 0, at[FROM] };
    if (server->port < 0 || server->port > 65535 || server->weight < -1 || server->weight > 65535) {
        return;
    }
    APR_ARRAY_PUSH((apr_array_header_t *)given->servers, plugin_cfg_given_server_t *) = server;
}

/* All sources, with nothing as yet */
static apr_array_header_t *make_known(apr_pool_t *p)
{
    const apr_array_header_t *sources = wlm_given_sources();
    apr_array_header_t *known = apr_array_make(p, sources->nelts, sizeof(plugin_cfg_given_t *));
    int i;

    for (i = 0; i < sources->nelts; ++i) {
        const wlm_dns_source_t *source = APR_ARRAY_IDX(sources, i, const wlm_dns_source_t *);
        plugin_cfg_given_t *given = apr_palloc(p, sizeof(*given));

        *given = (plugin_cfg_given_t){ source->cluster, source->text, source->name,
            apr_array_make(p, 8, sizeof(plugin_cfg_given_server_t *)) };
        APR_ARRAY_PUSH(known, plugin_cfg_given_t *) = given;
    }
    return known;
}

static void read_again(wlm_file_t *file, const apr_array_header_t *known, const server_rec *s)
{
    plugin_cfg_t *cfg;

    if (!file->bad && wlm_given_read(&cfg, file->path, known, s, file->pool) == APR_SUCCESS) {
        file->cfg = cfg;
    }
}

void wlm_given_file_restore(const server_rec *s, apr_pool_t *ptemp)
{
    const char *path = wlm_retained_state() ? NULL : path_of(ptemp), *text;
    apr_array_header_t *known;
    char *rest, *line;
    int i;

    written = 0;
    if (!path || wlm_whole_file_read(&text, NULL, path, LARGEST, ptemp) != APR_SUCCESS
        || strncmp(text, TITLE, strlen(TITLE)) != 0) {
        return;
    }
    known = make_known(ptemp);
    rest = apr_pstrdup(ptemp, text + strlen(TITLE));
    while ((line = strsep(&rest, "\n")) != NULL) {
        read_line(known, line, ptemp);
    }
    for (i = 0; i < wlm_files()->nelts; ++i) {
        read_again(APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *), known, s);
    }
}
