/* `wlmcfg import`: a plugin-cfg.xml, or httpd's configuration, out of the configuration of another balancer. Each
 * format has a folder with its reader; import/common/model.h says what a reader makes, and what becomes of it. On
 * main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/common/xml.h"
#include "tools/wlmcfg/import/httpd/httpd.h"
#include "tools/wlmcfg/import/httpd/proxy_cluster.h"
#include "tools/wlmcfg/import/jk/jk.h"
#include "tools/wlmcfg/import/tomcat/tomcat.h"
#include "tools/wlmcfg/wlmcfg.h"

static const struct {
    const char *name;
    int (*read)(import_t *import, char **words, int n);
} formats[] = {
    { "mod_jk", wlmcfg_import_jk },
    { "mod_proxy_balancer", wlmcfg_import_httpd },
    { "mod_proxy_cluster", wlmcfg_import_proxy_cluster },
    { "tomcat", wlmcfg_import_tomcat },
};

/* -- what is given ------------------------------------------------------------------------------ */

static int is_port(const char *text, char end)
{
    const char *stop;

    return wlm_host_read_port(text, &stop) && *stop == end;
}

static int check_ports(const apr_array_header_t *ports)
{
    int i;

    for (i = 0; i < ports->nelts; ++i) {
        const char *given = APR_ARRAY_IDX(ports, i, const char *), *equals = strrchr(given, '=');
        const char *ajp = equals ? equals : given;
        while (ajp > given && ajp[-1] != ':') {
            --ajp;
        }
        if (!equals || !is_port(ajp, '=') || !is_port(equals + 1, '\0')) {
            tool_misuse(given, "--port takes the AJP port and the HTTP port, AJP=HTTP or HOST:AJP=HTTP");
            return 0;
        }
    }
    return 1;
}

static int parse_defines(import_t *import, const apr_array_header_t *defines)
{
    int i;

    import->defines = apr_hash_make(import->p);
    for (i = 0; i < defines->nelts; ++i) {
        const char *given = APR_ARRAY_IDX(defines, i, const char *), *equals = strchr(given, '=');
        if (!equals || equals == given) {
            tool_misuse(given, "--define takes NAME=VALUE");
            return 0;
        }
        apr_hash_set(import->defines, apr_pstrmemdup(import->p, given, (apr_size_t)(equals - given)),
                     APR_HASH_KEY_STRING, equals + 1);
    }
    return 1;
}

/* -- what is made ------------------------------------------------------------------------------- */

static const char *title_of(char **words, int n, apr_pool_t *p)
{
    const char *title = apr_pstrcat(p, "made by wlmcfg import ", words[0], " from", NULL);
    int i;

    for (i = 1; i < n; ++i) {
        title = apr_pstrcat(p, title, " ", words[i], NULL);
    }
    return title;
}

/* Whatever this program thinks of its result: the reader that the module uses has the last word */
static int is_readable(const char *bytes, apr_size_t len, const char *out, apr_pool_t *p)
{
    plugin_cfg_t *cfg;
    apr_status_t rv = plugin_cfg_read_memory(&cfg, bytes, len, out && strcmp(out, "-") != 0 ? out : "output", p);

    wlmcfg_print_findings(stderr, cfg, 0);
    return rv == APR_SUCCESS;
}

static int finish(import_t *import, const char *title, const char *out)
{
    const char *bytes;
    apr_size_t len;

    if (!import->text && !plugin_cfg_has_errors(import->cfg)) {
        wlmcfg_import_complete_clusters(import);
        wlmcfg_import_route(import);
    }
    wlmcfg_import_sort(import);
    wlmcfg_print_findings(stderr, import->cfg, 0);
    if (plugin_cfg_has_errors(import->cfg)) {
        fputs("nothing is written, because of the errors\n", stderr);
        return WLMCFG_ERRORS;
    }
    if (import->text) {
        bytes = apr_pstrcat(import->p, "# ", plugin_cfg_visible(title, import->p), "\n", import->text, NULL);
        return wlmcfg_output_write(out, bytes, strlen(bytes), import->p);
    }
    bytes = wlmcfg_import_bytes(import, title, &len);
    if (!bytes) {
        return tool_failure("out of memory");
    }
    return is_readable(bytes, len, out, import->p) ? wlmcfg_output_write(out, bytes, len, import->p) : WLMCFG_ERRORS;
}

static int import_words(import_t *import, char **words, int n, const char *out)
{
    size_t i;

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); ++i) {
        if (strcmp(words[0], formats[i].name) == 0) {
            wlmcfg_import_make_model(import);
            return formats[i].read(import, words + 1, n - 1) ? finish(import, title_of(words, n, import->p), out)
                                                             : WLMCFG_MISUSE;
        }
    }
    return tool_misuse(words[0], "it imports mod_jk, mod_proxy_balancer, mod_proxy_cluster or tomcat");
}

int wlmcfg_run_import(int argc, char **argv, apr_pool_t *p)
{
    import_t import = { .ports = apr_array_make(p, 4, sizeof(const char *)),
                        .uris = apr_array_make(p, 4, sizeof(const char *)), .p = p };
    apr_array_header_t *defines = apr_array_make(p, 4, sizeof(const char *));
    const char *out = NULL;
    const tool_option_t options[] = {
        { .name = "output", .letter = 'o', .value = &out }, { .name = "port", .values = import.ports },
        { .name = "define", .values = defines }, { .name = "uri", .values = import.uris },
        { .name = "cluster", .value = &import.cluster_name }, { .name = NULL }
    };
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n < 0 || !check_ports(import.ports) || !parse_defines(&import, defines)) {
        return WLMCFG_MISUSE;
    }
    return n < 2 ? tool_misuse("import", "name what is imported (mod_jk, mod_proxy_balancer, mod_proxy_cluster, "
                                         "tomcat) "
                               "and its files")
                 : import_words(&import, words, n, out);
}
