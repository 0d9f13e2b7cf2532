/* `wlmcfg import mod_proxy_cluster`: writes the result. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/httpd/proxy_cluster_text.h"

#define NO_ADDRESS "127.0.0.1:6666" /* where the main server has received messages */

typedef struct writer_t {
    const proxy_cluster_t *cluster;
    apr_array_header_t *parts;     /* const char * */
    apr_pool_t *p;
} writer_t;

#define PUT(to, ...) (APR_ARRAY_PUSH((to)->parts, const char *) = apr_psprintf((to)->p, __VA_ARGS__))

const char *wlmcfg_proxy_cluster_remark(source_line_t at, apr_pool_t *p)
{
    return apr_psprintf(p, "# %s:%d", plugin_cfg_visible(at.file, p), at.line);
}

static const kept_t *kept_at(const proxy_cluster_t *cluster, int i)
{
    return &APR_ARRAY_IDX(cluster->kept, i, kept_t);
}

const char *wlmcfg_proxy_cluster_address(const httpd_scope_t *scope)
{
    return scope->addresses && scope->addresses->nelts ? APR_ARRAY_IDX(scope->addresses, 0, const char *) : NO_ADDRESS;
}

/* -- access ------------------------------------------------------------------------------------------------------ */

static int is_in(const kept_t *kept, const kept_t *place)
{
    return kept->section && place->section && kept->section_at.line == place->section_at.line
           && strcmp(kept->section_at.file, place->section_at.file) == 0;
}

/* Does a section of the host that has a status page of its own have it? */
static int is_of_status(const proxy_cluster_t *cluster, const kept_t *require)
{
    int i;

    for (i = 0; i < cluster->kept->nelts
                && !(kept_at(cluster, i)->kind == KEPT_STATUS && is_in(require, kept_at(cluster, i))); ++i) {
    }
    return i < cluster->kept->nelts;
}

/* A Require counts together with the sections around it, so it is not taken over without a look
 * @param place  what the access is to */
static void put_access(writer_t *to, const kept_t *place)
{
    int i;

    for (i = 0; i < to->cluster->kept->nelts; ++i) {
        const kept_t *require = kept_at(to->cluster, i);

        if (require->kind == KEPT_REQUIRE && require->scope == place->scope
            && (place->kind == KEPT_STATUS ? is_in(require, place) : !is_of_status(to->cluster, require))) {
            PUT(to, "        %s: %s\n", wlmcfg_proxy_cluster_remark(require->at, to->p),
                plugin_cfg_visible(require->text, to->p));
        }
    }
    PUT(to, "        # Nobody has access until another Require stands here, which may be one from above\n"
        "        Require all denied\n    </Location>\n");
}

/* -- places ------------------------------------------------------------------------------------------------------ */

static void put_status(writer_t *to, const kept_t *place)
{
    const char *end = place->section ? place->section + strcspn(place->section, " \t") : "";

    PUT(to, "\n    %s\n    <Location %s>\n        SetHandler wlm-status\n",
        wlmcfg_proxy_cluster_remark(place->at, to->p), *end ? end + strspn(end, " \t") : "\"/wlm-status\"");
    if (to->cluster->allows_commands) {
        PUT(to, "        # Whoever has logged in may change the state of members with the next line\n"
            "        # WLMAdmin On\n");
    }
    put_access(to, place);
}

static void put_all(writer_t *to, const httpd_scope_t *scope, kept_kind_t kind)
{
    int i;

    for (i = 0; i < to->cluster->kept->nelts; ++i) {
        const kept_t *kept = kept_at(to->cluster, i);

        if (kept->scope != scope || kept->kind != kind) {
            continue;
        }
        if (kind == KEPT_STATUS) {
            put_status(to, kept);
        }
        else {
            PUT(to, "    %s\n", kept->text);
        }
    }
}

static const char *port_of(const char *address)
{
    const char *colon = strrchr(address, ':');

    return colon ? colon + 1 : address;
}

/* The Listen of the source, which is taken over with the host */
static void put_listen(writer_t *to, const httpd_scope_t *scope)
{
    const char *port = port_of(wlmcfg_proxy_cluster_address(scope));
    int i;

    for (i = 0; i < to->cluster->kept->nelts; ++i) {
        const kept_t *kept = kept_at(to->cluster, i);
        const char *value = kept->text + strcspn(kept->text, " \t");

        if (kept->kind == KEPT_LINE && !kept->scope->hosts && strncasecmp(kept->text, "Listen", 6) == 0
            && strcmp(port_of(value + strspn(value, " \t\"")), port) == 0) {
            PUT(to, "%s\n%s\n", wlmcfg_proxy_cluster_remark(kept->at, to->p), kept->text);
        }
    }
    if (!scope->hosts) {
        PUT(to, "Listen " NO_ADDRESS "\n");
    }
}

static void put_host(writer_t *to, const kept_t *messages)
{
    const httpd_scope_t *scope = messages->scope;
    int i;

    PUT(to, "\n");
    put_listen(to, scope);
    PUT(to, "%s\n<VirtualHost", wlmcfg_proxy_cluster_remark(scope->hosts ? scope->at : messages->at, to->p));
    for (i = 0; scope->addresses && i < scope->addresses->nelts; ++i) {
        PUT(to, " %s", APR_ARRAY_IDX(scope->addresses, i, const char *));
    }
    PUT(to, "%s>\n", scope->hosts ? "" : " " NO_ADDRESS);
    if (scope->hosts) {
        put_all(to, scope, KEPT_LINE);
    }
    PUT(to, "    <Location \"/\">\n        SetHandler wlm-mcmp\n        WLMRegistration On\n");
    put_access(to, messages);
    put_all(to, scope, KEPT_STATUS);
    PUT(to, "</VirtualHost>\n");
}

/* Status pages of hosts that receive no messages, which the result has no other lines of */
static void put_other_status(writer_t *to, const kept_t *place)
{
    int i;

    for (i = 0; i < to->cluster->kept->nelts
                && !(kept_at(to->cluster, i)->kind == KEPT_MESSAGES
                     && kept_at(to->cluster, i)->scope == place->scope); ++i) {
    }
    if (i == to->cluster->kept->nelts) {
        put_status(to, place);
    }
}

/* -- the whole --------------------------------------------------------------------------------------------------- */

static void put_registry(writer_t *to)
{
    PUT(to, "# The directory of the registry must be there, and httpd's User must be able to write to it:\n"
        "#   install -d -o www-data -m 755 /var/lib/mod_wlm/registry     (Debian; RHEL: -o apache)\n\n"
        "WLMRegistry \"" PROXY_CLUSTER_REGISTRY "\"\n"
        "# Which names and addresses a node may say it is at: without this any\n"
        "# WLMRegistryHosts 10.0.0.*\n"
        "WLMLoadReport Status\n%s%s", apr_array_pstrcat(to->p, to->cluster->settings, '\n'),
        to->cluster->settings->nelts ? "\n" : "");
    if (to->cluster->has_config_by_host) {
        PUT(to, "# In each <VirtualHost> that serves the contexts of nodes (CreateBalancers 1), and then not here:\n");
    }
    PUT(to, "WLMConfig \"" PROXY_CLUSTER_REGISTRY "\"\n");
}

const char *wlmcfg_proxy_cluster_text(const proxy_cluster_t *cluster)
{
    apr_pool_t *p = cluster->httpd.import->p;
    writer_t to = { cluster, apr_array_make(p, 64, sizeof(const char *)), p };
    int i;

    put_registry(&to);
    for (i = 0; i < cluster->kept->nelts; ++i) {
        if (kept_at(cluster, i)->kind == KEPT_STATUS) {
            put_other_status(&to, kept_at(cluster, i));
        }
    }
    for (i = 0; i < cluster->kept->nelts; ++i) {
        if (kept_at(cluster, i)->kind == KEPT_MESSAGES) {
            put_host(&to, kept_at(cluster, i));
        }
    }
    return apr_array_pstrcat(p, to.parts, 0);
}
