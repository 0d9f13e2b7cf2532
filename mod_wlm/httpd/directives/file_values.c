/* WLMConfig and WLMRegistry: read the plugin-cfg.xml, and decide whether a bad one stops httpd. In the parent, while
 * httpd reads its configuration. */
#include <apr_strings.h>
#include <http_core.h>
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/findings.h"
#include "httpd/context/static_members.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/given.h"
#include "httpd/runtime/version.h"
#include "httpd/directives/directives.h"
#include "registry/plugin_cfg_text.h"

/* httpd reads its configuration for a test (-t), to show it (-S, -M), to send a signal (-k), for a start or a restart.
 * All of these but a restart begin with a first reading; only a start reads a second time; each later reading is one of
 * a restart. */
typedef enum { READ_TO_TEST, READ_FIRST, READ_TO_START, READ_TO_RESTART } reading_t;

static reading_t find_reading(void)
{
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST ? READ_TO_TEST : READ_FIRST;
    }
    return ap_state_query(AP_SQ_CONFIG_GEN) > 1 ? READ_TO_RESTART : READ_TO_START;
}

/* Without what WLMRegistryStatic has a registry is without anything */
static const char *empty_registry(const cmd_parms *cmd)
{
    const wlm_static_members_t *statics = wlm_static_members(cmd->server);
    wlm_registry_t *registry = wlm_registry_make(cmd->temp_pool);
    _Atomic uint64_t nothing = 0;  /* an empty registry has nothing that is in both */

    registry->statics = statics->signature;
    return wlm_static_members_add(statics, wlm_registry_plugin_cfg(registry, cmd->temp_pool), cmd->server,
                                  &nothing, cmd->temp_pool);
}

/* A registry that is not there begins empty. Only a start and a restart write: the other readings are those of
 * commands.
 * @return NULL, or what prevents a start */
static const char *begin_registry(const wlm_file_t *file, const cmd_parms *cmd, reading_t reading)
{
    const char *text = empty_registry(cmd);
    const char *folder = ap_make_dirstr_parent(cmd->temp_pool, file->path);
    apr_finfo_t info;
    apr_status_t rv = APR_SUCCESS;

    if (reading == READ_TO_TEST) {
        rv = apr_stat(&info, folder, APR_FINFO_TYPE, cmd->temp_pool);
    }
    else if (reading != READ_FIRST) {
        rv = wlm_whole_file_write(file->path, text, strlen(text), &(wlm_whole_file_t){ .mode = 0644 }, cmd->temp_pool);
    }
    return rv == APR_SUCCESS || reading == READ_TO_RESTART ? NULL
           : apr_psprintf(cmd->pool, "the registry %s cannot be made: %pm", file->path, &rv);
}

static apr_status_t note_end(void *data)
{
    wlm_file_t *file = data;

    file->pool = NULL;
    file->cfg = file->bad = NULL;
    return APR_SUCCESS;
}

/* The configuration ends. The first version may have been freed before */
static apr_status_t end_model(void *data)
{
    const wlm_file_t *file = data;

    if (file->pool) {
        apr_pool_destroy(file->pool);
    }
    return APR_SUCCESS;
}

/* Not in httpd's own pool, where a child process would have the model as long as it lives */
static void make_pool(wlm_file_t *file, apr_pool_t *pconf)
{
    file->pool = wlm_version_pool();
    apr_pool_cleanup_register(file->pool, file, note_end, apr_pool_cleanup_null);
    apr_pool_cleanup_register(pconf, file, end_model, apr_pool_cleanup_null);
}

static apr_status_t read_model(wlm_file_t *file, int is_there, const cmd_parms *cmd)
{
    const char *text;

    make_pool(file, cmd->pool);
    if (is_there || !file->is_registry) {
        return wlm_given_read(&file->cfg, file->path, wlm_given_retained(file->path, cmd->temp_pool), NULL, file->pool);
    }
    text = empty_registry(cmd);
    return plugin_cfg_read_memory(&file->cfg, text, strlen(text), file->path, file->pool);
}

/* A bad file is an error of a test and of a start, but never prevents a stop or restart of httpd.
 * @return NULL, or what is wrong */
static const char *read_config(wlm_file_t *file, const cmd_parms *cmd)
{
    reading_t reading = find_reading();
    int flags = reading == READ_TO_TEST || reading == READ_FIRST ? APLOG_STARTUP : 0;
    /* while it is read, a virtual host has no level of messages yet, and would drop them all */
    const server_rec *s = cmd->server->is_virtual ? NULL : cmd->server;
    const char *wrong = file->is_registry && !wlm_files_signature(file->path, cmd->temp_pool)
                        ? begin_registry(file, cmd, reading) : NULL;

    if (wrong) {
        return wrong;
    }
    /* first: a change meanwhile is found later */
    file->signature = wlm_files_signature(file->path, cmd->temp_pool);
    if (read_model(file, file->signature != 0, cmd) == APR_SUCCESS) {
        if (reading == READ_TO_TEST) { /* prints the findings of every severity; a start logs them */
            wlm_findings_log(file->cfg, PLUGIN_CFG_NOTE, flags, s);
        }
        return NULL;
    }
    file->bad = file->cfg;
    file->why = plugin_cfg_first_error(file->bad, cmd->pool);
    if (reading == READ_TO_RESTART) {
        wlm_change_refuse(file, file->why);
        return NULL;
    }
    wlm_findings_log(file->bad, reading == READ_TO_TEST ? PLUGIN_CFG_NOTE : PLUGIN_CFG_ERROR, flags, s);
    return reading == READ_FIRST ? NULL
           : apr_pstrcat(cmd->pool, file->path, " cannot be used; what is wrong in it stands above", NULL);
}

static wlm_file_t *find_file(const char *path)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

/* Servers that name the same file share its record; the first one reads it */
const char *wlm_values_file(void *value, const wlm_words_t *words)
{
    const char *path = ap_server_root_relative(words->p, words->at[0]), *wrong;
    wlm_file_t *file = path ? find_file(path) : NULL;

    if (!path) {
        return apr_pstrcat(words->p, "not a valid path: ", words->at[0], NULL);
    }
    if (!file) {
        file = apr_pcalloc(words->p, sizeof(*file));
        file->path = path;
        file->number = wlm_files()->nelts;
        file->is_registry = wlm_config_global()->registry && strcmp(path, wlm_config_global()->registry) == 0;
        if ((wrong = read_config(file, words->cmd)) != NULL) {
            return wrong;
        }
        APR_ARRAY_PUSH(wlm_files(), wlm_file_t *) = file;
    }
    *(wlm_file_t **)value = file;
    return NULL;
}

/* WLMConfig reads its file at once, so it has to know by then whether that is the registry */
const char *wlm_values_registry(void *value, const wlm_words_t *words)
{
    const char *path = ap_server_root_relative(words->p, words->at[0]);

    if (!path) {
        return apr_pstrcat(words->p, "not a valid path: ", words->at[0], NULL);
    }
    if (find_file(path)) {
        return apr_pstrcat(words->p, "it must stand before the WLMConfig that names ", words->at[0], NULL);
    }
    *(const char **)value = path;
    return NULL;
}

/* The file is joined with the registry when that is written (httpd/registration/store.c); a restart goes on with the
 * last good one */
const char *wlm_values_registry_static(void *value, const wlm_words_t *words)
{
    const char *path = ap_server_root_relative(words->p, words->at[0]);
    reading_t reading = find_reading();
    plugin_cfg_t *cfg;

    if (!path) {
        return apr_pstrcat(words->p, "not a valid path: ", words->at[0], NULL);
    }
    if (wlm_files_registry()) {
        return "it must stand before the WLMConfig that names the file of WLMRegistry";
    }
    if ((reading == READ_TO_TEST || reading == READ_TO_START)
        && plugin_cfg_read(&cfg, path, words->cmd->temp_pool) != APR_SUCCESS) {
        return plugin_cfg_first_error(cfg, words->p);
    }
    *(const char **)value = path;
    return NULL;
}

/* WLMConfig reads its file with the members that are known of before a restart */
const char *wlm_values_members(void *value, const wlm_words_t *words)
{
    apr_array_header_t **members = value;
    wlm_dns_source_t *source = apr_pcalloc(words->p, sizeof(*source));
    const char *wrong = wlm_dns_source_read(source, words->at[1], words->p);
    int i;

    if (wrong) {
        return wrong;
    }
    if (wlm_files()->nelts) {
        return "it must stand before each WLMConfig";
    }
    source->cluster = words->at[0];
    *members = *members ? *members : apr_array_make(words->p, 4, sizeof(wlm_dns_source_t *));
    for (i = 0; i < (*members)->nelts; ++i) {
        const wlm_dns_source_t *other = APR_ARRAY_IDX(*members, i, const wlm_dns_source_t *);

        if (strcmp(other->cluster, source->cluster) == 0 && strcmp(other->name, source->name) == 0
            && other->is_srv == source->is_srv) {
            return apr_psprintf(words->p, "cluster %s has %s already", source->cluster, other->text);
        }
    }
    APR_ARRAY_PUSH(*members, wlm_dns_source_t *) = source;
    return NULL;
}
