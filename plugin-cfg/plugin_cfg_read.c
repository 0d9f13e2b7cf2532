/* From a file's bytes to a tree of elements: libxml2, with everything turned off that reads more than those bytes. */
#include <errno.h>
#include <string.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include "plugin_cfg_private.h"

static plugin_cfg_reader_t *make_reader(const char *file, apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = apr_pcalloc(p, sizeof(*reader));
    plugin_cfg_t *cfg = apr_pcalloc(p, sizeof(*cfg));

    cfg->file = apr_pstrdup(p, file);
    cfg->trusted_proxies = apr_array_make(p, 2, sizeof(const char *));
    cfg->clusters = apr_array_make(p, 4, sizeof(plugin_cfg_cluster_t *));
    cfg->virtual_host_groups = apr_array_make(p, 4, sizeof(plugin_cfg_virtual_host_group_t *));
    cfg->uri_groups = apr_array_make(p, 4, sizeof(plugin_cfg_uri_group_t *));
    cfg->routes = apr_array_make(p, 4, sizeof(plugin_cfg_route_t *));
    cfg->findings = apr_array_make(p, 4, sizeof(plugin_cfg_finding_t *));
    reader->cfg = cfg;
    reader->routes = apr_array_make(p, 4, sizeof(plugin_cfg_route_names_t));
    reader->p = p;
    return reader;
}

/* -- parsing --------------------------------------------------------------------------- */

/* A document type could declare entities that grow without end or name other files; the format needs none */
static void on_doctype(void *data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    xmlParserCtxt *ctxt = data;
    plugin_cfg_reader_t *reader = ctxt->_private;

    (void)name;
    (void)external_id;
    (void)system_id;
    plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, ctxt->input->line + reader->line_offset, "doctype",
                           "a DOCTYPE is not accepted: the format has none, and entities are a danger; remove it");
    xmlStopParser(ctxt);
}

static void add_parse_error(plugin_cfg_reader_t *reader, xmlParserCtxt *ctxt)
{
    const xmlError *error = xmlCtxtGetLastError(ctxt);

    if (plugin_cfg_has_errors(reader->cfg)) {
        return; /* the parser was stopped on purpose */
    }
    plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, error ? error->line + reader->line_offset : 0, "not-well-formed",
                           "not well-formed XML: %s; correct it, or write the file anew with its generator",
                           error && error->message ? apr_pstrmemdup(reader->p, error->message,
                                                                    strcspn(error->message, "\r\n")) : "no element");
}

static xmlDoc *parse(plugin_cfg_reader_t *reader, xmlParserCtxt *ctxt, const char *data, apr_size_t len)
{
    xmlDoc *doc;

    ctxt->_private = reader;
    ctxt->sax->internalSubset = on_doctype;
    doc = xmlCtxtReadMemory(ctxt, data, (int)len, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES
                            | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    if (!doc || plugin_cfg_has_errors(reader->cfg)) {
        add_parse_error(reader, ctxt);
    }
    return doc;
}

/* Generators and editors have put empty lines before the XML declaration, which XML does not allow */
static void skip_blanks(plugin_cfg_reader_t *reader, const char **pdata, apr_size_t *plen)
{
    const char *data = *pdata;
    apr_size_t len = *plen;

    for (; len > 0 && strchr(" \t\r\n", *data) && *data; ++data, --len) {
        reader->line_offset += *data == '\n';
    }
    if (data != *pdata && len > 5 && strncmp(data, "<?xml", 5) == 0) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, 1, "blank-before-declaration",
                               "there is white space before the XML declaration; strict readers refuse that, remove it");
        *pdata = data;
        *plen = len;
    }
    else {
        reader->line_offset = 0;
    }
}

static apr_status_t finish(plugin_cfg_reader_t *reader)
{
    plugin_cfg_sort_findings(reader->cfg);
    return plugin_cfg_has_errors(reader->cfg) ? APR_EGENERAL : APR_SUCCESS;
}

static void read_bytes(plugin_cfg_reader_t *reader, const char *data, apr_size_t len)
{
    xmlParserCtxt *ctxt;
    xmlDoc *doc;

    if (len > PLUGIN_CFG_MAX_SIZE) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, 0, "too-large",
                               "the file is larger than %d bytes; is it the right one?", PLUGIN_CFG_MAX_SIZE);
        return;
    }
    skip_blanks(reader, &data, &len);
    if (len == 0 || len == strspn(data, " \t\r\n")) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, 0, "empty",
                               "the file is empty; was it still being written?");
        return;
    }
    xmlInitParser();
    ctxt = xmlNewParserCtxt();
    doc = ctxt ? parse(reader, ctxt, data, len) : NULL;
    if (doc && !plugin_cfg_has_errors(reader->cfg)) {
        plugin_cfg_build(reader, xmlDocGetRootElement(doc));
        plugin_cfg_check(reader);
    }
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(ctxt);
}

apr_status_t plugin_cfg_read_memory(plugin_cfg_t **pcfg, const char *data, apr_size_t len, const char *name,
                                    apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = make_reader(name, p);

    *pcfg = reader->cfg;
    read_bytes(reader, apr_pstrmemdup(p, data, len), len); /* with a NUL at its end */
    return finish(reader);
}

/* -- files -------------------------------------------------------------------------------- */

/* Up to one byte more than is accepted, so that a file that grows or is a device does no harm */
static apr_status_t read_file(char **pdata, apr_size_t *plen, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_size_t size;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, APR_OS_DEFAULT, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file);
    if (rv == APR_SUCCESS && info.filetype == APR_DIR) {
        rv = EISDIR;
    }
    if (rv == APR_SUCCESS) {
        size = info.size > PLUGIN_CFG_MAX_SIZE ? PLUGIN_CFG_MAX_SIZE + 1 : (apr_size_t)info.size;
        *pdata = apr_palloc(p, size + 1);
        rv = apr_file_read_full(file, *pdata, size, plen);
        (*pdata)[*plen] = '\0';
        if (APR_STATUS_IS_EOF(rv)) {
            rv = APR_SUCCESS;
        }
    }
    apr_file_close(file);
    return rv;
}

apr_status_t plugin_cfg_read(plugin_cfg_t **pcfg, const char *file, apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = make_reader(file, p);
    apr_size_t len = 0;
    apr_status_t rv;
    char *data, text[120];

    *pcfg = reader->cfg;
    rv = read_file(&data, &len, file, p);
    if (rv != APR_SUCCESS) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, 0, "unreadable", "cannot be read: %s; check the path and who "
                               "may read it", apr_strerror(rv, text, sizeof(text)));
        return rv;
    }
    read_bytes(reader, data, len);
    return finish(reader);
}
