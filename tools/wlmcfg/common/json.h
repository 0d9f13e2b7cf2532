/* tools/wlmcfg/common/json.h: JSON out of texts that need not be UTF-8. On main()'s thread. */
#ifndef WLMCFG_COMMON_JSON_H
#define WLMCFG_COMMON_JSON_H

#include <stddef.h>
#include <jansson.h>

/** A text, or null. What is not ASCII is lost when the whole is not UTF-8. @return NULL when memory ran out */
json_t *wlmcfg_json_text(const char *value);
/** The same for a text that is not terminated. */
json_t *wlmcfg_json_text_of(const char *value, size_t len);

/** Print to standard output and let go. @param root  NULL: memory ran out  @param flags  of jansson, beside the indent
 *  @return 0 when memory ran out or the output cannot be written */
int wlmcfg_json_print(json_t *root, size_t flags);

#endif
