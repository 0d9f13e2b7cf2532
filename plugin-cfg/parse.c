/* From bytes to a tree: libxml2, with everything turned off that reads more than those bytes, and with its errors as
 * findings; plugin-cfg/malformed.c finds the words for most of them. Nothing global is left changed; the one handler
 * that is set is the thread's own and is put back.
 *
 * libxml2 keeps the line on which a tag ends, in 16 bits. People look for the line on which it, or an attribute,
 * begins: each node's _private has it.
 */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include "base/utf8.h"
#include "plugin-cfg/private.h"

typedef struct parse_t {
    plugin_cfg_reader_t *reader;
    startElementNsSAX2Func start_element; /* libxml2's own, which makes the node */
    int code;                      /* of the first error; the others follow from it */
    const char *error;             /* its text */
    const char *name;              /* what it is about, if anything */
    int error_line;
    int conversion_line;           /* of a failed conversion: where the parser was, which is before the bytes */
    int is_converted;              /* the XML declaration names another encoding than UTF-8 */
} parse_t;

/* -- lines ------------------------------------------------------------------------------- */

typedef struct position_t {
    int line;
    int depth;                     /* elements: 1 is that of the document */
    int is_broken;                 /* attributes: the value has a line break */
    const plugin_cfg_element_t *element; /* elements: set by plugin_cfg_check_tree() */
} position_t;

static position_t *make_position(const parse_t *parse, int line)
{
    position_t *position = apr_pcalloc(parse->reader->scratch, sizeof(*position));

    position->line = line;
    return position;
}

int plugin_cfg_line_of(const xmlNode *node)
{
    return node->_private ? ((const position_t *)node->_private)->line : 0;
}

static int depth_of(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE && node->_private ? ((const position_t *)node->_private)->depth : 0;
}

int plugin_cfg_attr_line_of(const xmlAttr *attr)
{
    return attr->_private ? ((const position_t *)attr->_private)->line : plugin_cfg_line_of(attr->parent);
}

int plugin_cfg_attr_is_broken(const xmlAttr *attr)
{
    return attr->_private && ((const position_t *)attr->_private)->is_broken;
}

const plugin_cfg_element_t **plugin_cfg_element_of(const xmlNode *node)
{
    return node->_private ? &((position_t *)node->_private)->element : NULL;
}

static int count_lines(const xmlChar *from, const xmlChar *to)
{
    int n = 0;

    for (; from < to; ++from) {
        n += *from == '\n';
    }
    return n;
}

static const xmlChar *skip_to(const xmlChar *at, const xmlChar *end, const char *stops)
{
    while (at < end && !strchr(stops, *at)) {
        ++at;
    }
    return at;
}

/* A tag that libxml2 has accepted, from its '<' on: its attributes stand there in the order of the node's list, with
 * name space declarations between them, which are not in that list */
static void note_attributes(const parse_t *parse, const xmlNode *node, const xmlChar *at, const xmlChar *end, int line)
{
    xmlAttr *attr = node->properties;
    const xmlChar *from = at;

    at = skip_to(at, end, " \t\r\n");
    while (attr && at < end) {
        const xmlChar *name = at + strspn((const char *)at, " \t\r\n"), *value, *value_end;

        line += count_lines(from, name);
        value = skip_to(name, end, "\"'");
        if (value >= end) {
            return;
        }
        value_end = skip_to(value + 1, end, *value == '"' ? "\"" : "'");
        if (strncmp((const char *)name, "xmlns", 5) != 0 || (name[5] != ':' && !strchr("= \t\r\n", name[5]))) {
            position_t *position = make_position(parse, line);
            position->is_broken = count_lines(value, value_end) > 0;
            attr->_private = position;
            attr = attr->next;
        }
        from = name;
        at = value_end + 1;
    }
}

static void note_position(const parse_t *parse, xmlNode *node, const xmlParserInput *input)
{
    const xmlChar *tag = input->cur;
    position_t *position;
    int line;

    /* libxml2 keeps a tag in memory until it is done with it, and no attribute can hold a '<' */
    while (tag > input->base && *tag != '<') {
        --tag;
    }
    line = input->line - count_lines(tag, input->cur);
    position = make_position(parse, line);
    position->depth = depth_of(node->parent) + 1;
    node->_private = position;
    if (*tag == '<') {
        note_attributes(parse, node, tag, input->cur, line);
    }
}

/* -- what libxml2 calls -------------------------------------------------------------------- */

static void on_element(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nnamespaces,
                       const xmlChar **namespaces, int nattributes, int ndefaulted, const xmlChar **attributes)
{
    xmlParserCtxt *ctxt = data;
    const parse_t *parse = ctxt->_private;

    parse->start_element(data, name, prefix, uri, nnamespaces, namespaces, nattributes, ndefaulted, attributes);
    if (!ctxt->node || ctxt->node->_private) {
        return; /* out of memory: no node was made, and libxml2 reports it */
    }
    note_position(parse, ctxt->node, ctxt->input);
    if (depth_of(ctxt->node) > PLUGIN_CFG_MAX_DEPTH) {
        plugin_cfg_add_finding(parse->reader->cfg, PLUGIN_CFG_FINDING_TOO_DEEP, plugin_cfg_line_of(ctxt->node),
                               "elements are nested more than %d deep, and the format needs 5; is it the right file?",
                               PLUGIN_CFG_MAX_DEPTH);
        xmlStopParser(ctxt);
    }
}

/* A document type could declare entities that grow without end or name other files; the format needs none */
static void on_doctype(void *data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    xmlParserCtxt *ctxt = data;
    const parse_t *parse = ctxt->_private;

    (void)external_id;
    (void)system_id;
    plugin_cfg_add_finding(parse->reader->cfg, PLUGIN_CFG_FINDING_DOCTYPE, ctxt->input->line,
                           "a DOCTYPE (\"%s\") is not accepted: the format has none, and entities are a danger; "
                           "remove it", (const char *)name);
    xmlStopParser(ctxt);
}

#if LIBXML_VERSION >= 21200
typedef const xmlError reported_error_t;
#else
typedef xmlError reported_error_t;
#endif

/* From libxml2 2.14 on bytes that are no UTF-8, and those that another encoding does not have, are the same error */
static int is_conversion(const parse_t *parse, int code)
{
    return code == XML_I18N_CONV_FAILED || (code == XML_ERR_INVALID_ENCODING && parse->is_converted);
}

static void on_error(void *data, reported_error_t *error)
{
    parse_t *parse = data;
    apr_pool_t *p = parse->reader->scratch;

    if (error->level < XML_ERR_ERROR || !error->message || error->domain == XML_FROM_NAMESPACE) {
        return;
    }
    if (!parse->error) {
        parse->code = error->code;
        parse->error = apr_pstrmemdup(p, error->message, strcspn(error->message, "\r\n"));
        parse->name = error->str1 ? apr_pstrdup(p, error->str1) : "";
    }
    if (is_conversion(parse, error->code)) {
        parse->conversion_line = error->line;
    }
    else if (!parse->error_line) {
        parse->error_line = error->line;
    }
}

/* -- parsing ------------------------------------------------------------------------------ */

/* To libxml2 a NUL byte is the end. What comes after it must not be lost without a word. @return 0: there is more */
static int is_at_end(parse_t *parse, const xmlParserCtxt *ctxt)
{
    if (!ctxt->input || ctxt->input->cur >= ctxt->input->end) {
        return 1;
    }
    if (!parse->error) {
        parse->error = "there is a NUL byte; the file is damaged, or no text";
        parse->error_line = ctxt->input->line;
    }
    return 0;
}

static xmlDoc *parse_quietly(parse_t *parse, xmlParserCtxt *ctxt, int first_line)
{
    xmlStructuredErrorFunc other = xmlStructuredError;
    void *other_data = xmlStructuredErrorContext;
    xmlDoc *doc;

    xmlCtxtUseOptions(ctxt, XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    ctxt->_private = parse;
    ctxt->input->line = first_line;
    ctxt->sax->internalSubset = on_doctype;
    parse->start_element = ctxt->sax->startElementNs;
    ctxt->sax->startElementNs = on_element;
    xmlSetStructuredErrorFunc(parse, on_error);
    xmlParseDocument(ctxt);
    xmlSetStructuredErrorFunc(other_data, other);
    doc = ctxt->myDoc;
    if (doc && (!ctxt->wellFormed || !is_at_end(parse, ctxt) || plugin_cfg_has_errors(parse->reader->cfg))) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    return doc;
}

/* The first byte that is no UTF-8, which is what a file is taken for that does not say otherwise */
static const char *wrong_bytes(const parse_t *parse, const char *data, apr_size_t len)
{
    const char *end = data + len;
    unsigned code = 0;
    int n;

    while (data < end && (n = wlm_utf8_decode(&code, data)) > 0) {
        data += n;
    }
    return apr_psprintf(parse->reader->scratch,
                        "the byte %02X is no UTF-8; save the file as UTF-8, or name its encoding in the "
                        "XML declaration", code);
}

/* What libxml2 has found, in words of this reader for the frequent errors, otherwise in libxml2's own */
static const char *words_of(const parse_t *parse, const char *data, apr_size_t len)
{
    apr_pool_t *p = parse->reader->scratch;

    if (parse->error && (strstr(parse->error, "not proper UTF-8") /* before 2.14; it comes with more than one code */
                         || (parse->code == XML_ERR_INVALID_ENCODING && !parse->is_converted))) {
        return wrong_bytes(parse, data, len);
    }
    if (is_conversion(parse, parse->code)) {
        return "there are bytes that the encoding in the XML declaration does not have; name the encoding "
               "that the file has";
    }
    switch (parse->code) {
    case XML_ERR_UNSUPPORTED_ENCODING:
    case XML_ERR_UNKNOWN_ENCODING:
        return "the encoding that the XML declaration names is not known; save the file as UTF-8, and write "
               "encoding=\"UTF-8\"";
    case XML_ERR_ATTRIBUTE_REDEFINED:
        return apr_psprintf(p, "attribute %s is there twice; remove one", parse->name);
    case XML_ERR_INVALID_CHAR:
        return apr_psprintf(p, "there is a character that XML does not allow (%s); remove it", parse->error);
    default:
        return apr_psprintf(p, "%s; correct it, or write the file anew with its generator",
                            parse->error ? parse->error : "out of memory");
    }
}

/* A position in bytes that are converted is not one in the file */
static int is_about_encoding(const parse_t *parse)
{
    return is_conversion(parse, parse->code) || parse->code == XML_ERR_UNSUPPORTED_ENCODING
           || parse->code == XML_ERR_UNKNOWN_ENCODING;
}

/* @return 1: the XML declaration names an encoding, and that is not UTF-8 */
static int names_other_encoding(const char *data, apr_size_t len, apr_pool_t *p)
{
    const char *start = apr_pstrmemdup(p, data, len < 256 ? len : 256);
    const char *end = strstr(start, "?>"), *name = strstr(start, "encoding");

    if (!end || !name || name > end || !strstr(start, "<?xml")) {
        return 0;
    }
    name += strcspn(name, "\"'");
    return strncasecmp(name + (*name != '\0'), "UTF-8", 5) != 0;
}

static void report_malformed(const parse_t *parse, const char *data, apr_size_t len, int first_line)
{
    int line = 0;
    const char *why = is_about_encoding(parse) ? NULL
                    : plugin_cfg_why_malformed(&line, data, len, first_line, parse->reader->scratch);

    if (!why || (parse->error_line && line > parse->error_line)) {
        why = words_of(parse, data, len);
        line = parse->error_line ? parse->error_line : parse->conversion_line;
    }
    plugin_cfg_add_finding(parse->reader->cfg, PLUGIN_CFG_FINDING_NOT_WELL_FORMED, line,
                           "not well-formed XML: %s", why);
}

xmlDoc *plugin_cfg_parse(plugin_cfg_reader_t *reader, const char *data, apr_size_t len, int first_line)
{
    parse_t parse = { .reader = reader };
    int html = plugin_cfg_html_line(data, len, first_line);
    xmlParserCtxt *ctxt;
    xmlDoc *doc;

    if (html) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_NOT_A_PLUGIN_CFG, html,
                               "this is an HTML page, not a plugin-cfg.xml; was it saved from a browser, or is "
                               "it a server's error page? fetch the file itself");
        return NULL;
    }
    parse.is_converted = names_other_encoding(data, len, reader->scratch);
    xmlInitParser();
    ctxt = xmlCreateMemoryParserCtxt(data, (int)len);
    doc = ctxt ? parse_quietly(&parse, ctxt, first_line) : NULL;
    if (!doc && !plugin_cfg_has_errors(reader->cfg)) {
        report_malformed(&parse, data, len, first_line);
    }
    xmlFreeParserCtxt(ctxt);
    return doc;
}
