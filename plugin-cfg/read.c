/* From a path to bytes, and the way that they take. On the thread that reads the file. */
#include <errno.h>
#include <string.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

static apr_pool_t *make_pool(apr_pool_t *parent)
{
    apr_pool_t *p;

    apr_pool_create(&p, parent);
    return p;
}

/* What is needed to read, and not afterwards */
static void prepare(plugin_cfg_reader_t *reader)
{
    apr_pool_t *p = reader->scratch = make_pool(reader->p);

    reader->routes = apr_array_make(p, 4, sizeof(plugin_cfg_route_names_t *));
    reader->clusters = apr_hash_make(p);
    reader->uri_groups = apr_hash_make(p);
    reader->virtual_host_groups = apr_hash_make(p);
    reader->incomplete = apr_hash_make(p);
    reader->reported = apr_hash_make(p);
    reader->texts = apr_hash_make(p);
}

static plugin_cfg_reader_t *make_reader(const char *file, apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = apr_pcalloc(p, sizeof(*reader));
    plugin_cfg_t *cfg = apr_pcalloc(p, sizeof(*cfg));

    cfg->file = apr_pstrdup(p, file);
    cfg->log_level = PLUGIN_CFG_LOG_NONE;
    cfg->trusted_proxies = apr_array_make(p, 2, sizeof(const char *));
    cfg->clusters = apr_array_make(p, 4, sizeof(plugin_cfg_cluster_t *));
    cfg->virtual_host_groups = apr_array_make(p, 4, sizeof(plugin_cfg_virtual_host_group_t *));
    cfg->uri_groups = apr_array_make(p, 4, sizeof(plugin_cfg_uri_group_t *));
    cfg->routes = apr_array_make(p, 4, sizeof(plugin_cfg_route_t *));
    cfg->lost_routes = apr_array_make(p, 1, sizeof(plugin_cfg_lost_route_t *));
    cfg->findings = apr_array_make(p, 4, sizeof(plugin_cfg_finding_t *));
    reader->cfg = cfg;
    reader->cfg->text_pool = make_pool(p);
    reader->p = p;
    prepare(reader);
    return reader;
}

/* -- bytes ------------------------------------------------------------------------------ */

#define BOM "\xef\xbb\xbf"

/* Generators and editors have put empty lines before the XML declaration, which XML does not allow
 * @return the number of the first line that is left */
static int skip_blanks(plugin_cfg_reader_t *reader, const char **pdata, apr_size_t *plen)
{
    const char *data = *pdata, *at = strncmp(data, BOM, 3) == 0 ? data + 3 : data;
    int line = 1;

    for (; *at && strchr(" \t\r\n", *at); ++at) {
        line += *at == '\n';
    }
    if (at > data && strchr(" \t\r\n", at[-1]) && strncmp(at, "<?xml", 5) == 0) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_BLANK_BEFORE_DECLARATION, 1,
                               "there is white space before the XML declaration; strict readers refuse "
                               "that, remove it");
        *plen -= (apr_size_t)(at - data);
        *pdata = at;
        return line;
    }
    return 1;
}

static void read_bytes(plugin_cfg_reader_t *reader, const char *bytes, apr_size_t len)
{
    const char *data = apr_pstrmemdup(reader->cfg->text_pool, bytes, len); /* with a NUL at its end */
    xmlDoc *doc;
    int first_line;

    reader->cfg->text = data;
    reader->cfg->length = len;
    if (len > PLUGIN_CFG_MAX_SIZE) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_TOO_LARGE, 0,
                               "the file is larger than %d bytes; is it the right one?", PLUGIN_CFG_MAX_SIZE);
        return;
    }
    if (strspn(data, " \t\r\n") == len) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_EMPTY, 0,
                               "the file is empty; was it still being written? write it anew with its generator");
        return;
    }
    first_line = skip_blanks(reader, &data, &len);
    doc = plugin_cfg_parse(reader, data, len, first_line);
    if (doc) {
        plugin_cfg_build(reader, xmlDocGetRootElement(doc));
        plugin_cfg_check(reader);
        plugin_cfg_keep_tree(reader, doc);
    }
}

static apr_status_t finish(plugin_cfg_reader_t *reader)
{
    plugin_cfg_sort_findings(reader->cfg, reader->scratch);
    if (!reader->document) { /* the nodes of a tree know their lines from there */
        apr_pool_destroy(reader->scratch);
    }
    return plugin_cfg_has_errors(reader->cfg) ? APR_EGENERAL : APR_SUCCESS;
}

apr_status_t plugin_cfg_read_memory(plugin_cfg_t **pcfg, const char *data, apr_size_t len, const char *name,
                                    apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = make_reader(name, p);

    *pcfg = reader->cfg;
    read_bytes(reader, data, len);
    return finish(reader);
}

void plugin_cfg_forget_text(plugin_cfg_t *cfg)
{
    cfg->text = NULL;
    cfg->length = 0;
    apr_pool_clear(cfg->text_pool);
}

/* -- files -------------------------------------------------------------------------------- */

/* Until the end, whatever its size is said to be: it may grow, or be a pipe. At most one byte more than is accepted. */
static apr_status_t read_all(char **pdata, apr_size_t *plen, apr_file_t *file, apr_pool_t *p)
{
    apr_size_t room = 64 * 1024, len = 0, n;
    apr_status_t rv;
    char *data = apr_palloc(p, room);

    while ((rv = apr_file_read_full(file, data + len, room - len, &n)) == APR_SUCCESS && room <= PLUGIN_CFG_MAX_SIZE) {
        char *larger;
        len += n;
        room = room * 2 > PLUGIN_CFG_MAX_SIZE ? PLUGIN_CFG_MAX_SIZE + 1 : room * 2;
        larger = apr_palloc(p, room);
        memcpy(larger, data, len);
        data = larger;
    }
    *pdata = data;
    *plen = len + n;
    return APR_STATUS_IS_EOF(rv) ? APR_SUCCESS : rv;
}

static apr_status_t read_file(char **pdata, apr_size_t *plen, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, APR_OS_DEFAULT, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = apr_file_info_get(&info, APR_FINFO_TYPE, file);
    if (rv == APR_SUCCESS && info.filetype == APR_DIR) {
        rv = EISDIR;
    }
    if (rv == APR_SUCCESS) {
        rv = read_all(pdata, plen, file, p);
    }
    apr_file_close(file);
    return rv;
}

/* @param rv  how it went to get the bytes */
static apr_status_t append_bytes(plugin_cfg_reader_t *reader, apr_status_t rv, const char *data, apr_size_t len)
{
    char text[120];

    if (rv != APR_SUCCESS) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_UNREADABLE, 0,
                               "cannot be read: %s; check the path and who "
                               "may read it", apr_strerror(rv, text, sizeof(text)));
        finish(reader);
        return rv;
    }
    read_bytes(reader, data, len);
    return finish(reader);
}

static apr_status_t read_path(plugin_cfg_reader_t *reader, const char *file)
{
    apr_size_t len = 0;
    char *data = NULL;
    apr_status_t rv = read_file(&data, &len, file, reader->scratch);

    return append_bytes(reader, rv, data, len);
}

apr_status_t plugin_cfg_read_stream(plugin_cfg_t **pcfg, apr_file_t *stream, const char *name, apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = make_reader(name, p);
    apr_size_t len = 0;
    char *data = NULL;
    apr_status_t rv = read_all(&data, &len, stream, reader->scratch);

    *pcfg = reader->cfg;
    return append_bytes(reader, rv, data, len);
}

apr_status_t plugin_cfg_read(plugin_cfg_t **pcfg, const char *file, apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = make_reader(file, p);

    *pcfg = reader->cfg;
    return read_path(reader, file);
}

apr_status_t plugin_cfg_read_document(plugin_cfg_document_t **pdocument, const char *file, apr_pool_t *p)
{
    plugin_cfg_reader_t *reader = make_reader(file, p);

    *pdocument = reader->document = apr_pcalloc(p, sizeof(*reader->document));
    reader->document->cfg = reader->cfg;
    reader->document->nodes = apr_hash_make(p);
    return read_path(reader, file);
}
