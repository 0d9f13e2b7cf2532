/* `wlmcfg import tomcat`: server.xml files. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/tomcat/tomcat.h"
#include "tools/wlmcfg/wlmcfg.h"

/* -- elements ------------------------------------------------------------------------------------ */

static void report_valves(tomcat_t *tomcat, const xmlNode *node)
{
    const xmlNode *valve;

    TOMCAT_EACH(valve, node, "Valve") {
        const char *name = wlmcfg_tomcat_get(tomcat, valve, "className");
        if (name && strstr(name, "LoadBalancerDraining")) {
            wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_WARNING, wlmcfg_tomcat_source_line(tomcat, valve),
                                      "not-carried-over",
                                      "LoadBalancerDrainingValve waits for what mod_jk sends and mod_wlm does not: a "
                                      "member is drained by LoadBalanceWeight=\"0\"");
        }
    }
}

static void read_service(tomcat_t *tomcat, const xmlNode *service)
{
    const xmlNode *engine;

    TOMCAT_EACH(engine, service, "Engine") {
        import_cluster_t *cluster = wlmcfg_tomcat_add_member(tomcat, service, engine);
        report_valves(tomcat, engine);
        if (cluster) {
            wlmcfg_tomcat_add_rules(tomcat, engine, cluster);
        }
        return;
    }
    wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, wlmcfg_tomcat_source_line(tomcat, service), "bad-line",
                              "<Service> has no <Engine>; is it the right file?");
}

static void read_server(tomcat_t *tomcat, const xmlNode *root)
{
    const xmlNode *service;
    const char *offset;
    int services = 0;

    if (strcmp((const char *)root->name, "Server") != 0) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, wlmcfg_tomcat_source_line(tomcat, root), "bad-line",
                                  "the root is <%s>, not <Server>; is it a server.xml?", (const char *)root->name);
        return;
    }
    offset = wlmcfg_tomcat_get(tomcat, root, "portOffset");
    tomcat->port_offset = 0;
    if (offset) {
        wlmcfg_import_number(tomcat->import, wlmcfg_tomcat_source_line(tomcat, root), "portOffset", offset, 0, 65534,
                             &tomcat->port_offset);
    }
    TOMCAT_EACH(service, root, "Service") {
        read_service(tomcat, service);
        ++services;
    }
    if (!services) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, wlmcfg_tomcat_source_line(tomcat, root), "bad-line",
                                  "there is no <Service>");
    }
}

/* -- files --------------------------------------------------------------------------------------- */

static void report_broken(tomcat_t *tomcat, const xmlError *error)
{
    source_line_t at = { tomcat->file, error && error->line > 0 ? error->line : 0 };
    char *message = apr_pstrdup(tomcat->import->p, error && error->message ? error->message : "it is no XML");

    message[strcspn(message, "\r\n")] = '\0';
    wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, at, "bad-line", "not well-formed: %s", message);
}

static void read_document(tomcat_t *tomcat, const xmlDoc *doc)
{
    /* the text of an entity would be missing in the result without a message */
    if (doc->intSubset) {
        source_line_t at = { tomcat->file, 0 };
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, at, "not-followed",
                                  "there is a DOCTYPE, whose entities are not read; import what xmllint --noent "
                                  "--dropdtd prints of this file");
        return;
    }
    read_server(tomcat, xmlDocGetRootElement((xmlDoc *)doc));
}

static void read_file(tomcat_t *tomcat)
{
    FILE *in = wlmcfg_import_open(tomcat->import, tomcat->file);
    xmlParserCtxt *parser;
    xmlDoc *doc;

    if (!in) {
        return;
    }
    parser = xmlNewParserCtxt();
    doc = parser ? xmlCtxtReadFd(parser, fileno(in), tomcat->file, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR
                                 | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES) : NULL;
    if (doc) {
        read_document(tomcat, doc);
    }
    else {
        report_broken(tomcat, parser ? xmlCtxtGetLastError(parser) : NULL);
    }
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
    fclose(in);
}

int wlmcfg_import_tomcat(import_t *import, char **words, int n)
{
    tomcat_t tomcat = { .import = import, .clusters = apr_hash_make(import->p), .hosts = apr_hash_make(import->p) };
    int i;

    for (i = 0; i < import->uris->nelts; ++i) {
        const char *uri = APR_ARRAY_IDX(import->uris, i, const char *);
        if (*uri != '/' && *uri != '*') {
            tool_misuse(uri, "--uri takes a URI such as '/shop/*'");
            return 0;
        }
    }
    for (i = 0; i < n; ++i) {
        const char *equals = strchr(words[i], '=');
        int has_host = equals && !memchr(words[i], '/', (size_t)(equals - words[i]));
        tomcat.host = has_host ? apr_pstrmemdup(import->p, words[i], (apr_size_t)(equals - words[i])) : NULL;
        tomcat.file = has_host ? equals + 1 : words[i];
        read_file(&tomcat);
    }
    return 1;
}
