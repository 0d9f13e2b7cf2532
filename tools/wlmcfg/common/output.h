/* tools/wlmcfg/common/output.h: an XML document that wlmcfg writes: first its bytes, then the file. On main()'s thread.
 *
 *     xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0"); ... elements, made with libxml2 ...
 *     if (!(bytes = wlmcfg_output_bytes(&len, doc, p))) return tool_failure("out of memory");
 *     return wlmcfg_output_write(path, bytes, len, p);
 */
#ifndef WLMCFG_COMMON_OUTPUT_H
#define WLMCFG_COMMON_OUTPUT_H

#include <apr_pools.h>
#include <libxml/tree.h>

/** Append an element. @return it, or NULL when memory ran out or there is no parent */
xmlNode *wlmcfg_output_element(xmlNode *parent, const char *name);

/** Set an attribute; one of that name in another case is replaced. A value of NULL sets nothing.
 *  @return 0 when memory ran out or there is no element */
int wlmcfg_output_set(xmlNode *node, const char *name, const char *value);

/** Append a comment. What must not stand in one ("--", control characters, bytes that are not UTF-8) is replaced.
 *  @param parent  an element, or the document: (xmlNode *)doc
 *  @return 0 when memory ran out or there is no parent */
int wlmcfg_output_comment(xmlNode *parent, const char *text, apr_pool_t *p);

/**
 * The document as UTF-8, the same bytes for the same elements: attributes in alphabetical order, every element on a
 * line of its own, indented by two blanks. White space between elements is lost.
 *
 * @param plen  how many bytes
 * @param doc   its attributes are put in order and its white space is removed
 * @return bytes in pool p, also ended with NUL; NULL when memory ran out
 */
const char *wlmcfg_output_bytes(apr_size_t *plen, xmlDoc *doc, apr_pool_t *p);

/**
 * Write a file as a whole: a reader sees the old one or the new one, and after a crash there is one of the two.
 * A file that is there keeps its permissions, and its owner when that is possible; behind a symbolic link the file that
 * it leads to is replaced.
 *
 * @param path  NULL or "-": standard output
 * @return WLMCFG_FINE; WLMCFG_MISUSE when it cannot be written, which has been said: then nothing has changed
 */
int wlmcfg_output_write(const char *path, const char *bytes, apr_size_t len, apr_pool_t *p);

#endif
