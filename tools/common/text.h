/* tools/common/text.h: texts from files and servers, made safe and short enough for a line of a terminal.
 * Pure, any thread. */
#ifndef TOOL_COMMON_TEXT_H
#define TOOL_COMMON_TEXT_H

#include <apr_pools.h>

/** The width of a text in columns: characters of UTF-8, not bytes. */
int tool_text_width(const char *text);

/**
 * A text for a line: control characters, which could steer a terminal, are replaced.
 * @param max  so many characters at the most, at least 1; a text that is longer ends with an ellipsis
 */
const char *tool_text_cut(const char *text, int max, apr_pool_t *p);

#endif
