/* JSON out of texts that need not be UTF-8. On main()'s thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/wlmcfg/common/json.h"

/* The reader's texts are UTF-8. A message, or a word of the command line, that has something else loses what is not
 * ASCII, not all. */
json_t *wlmcfg_json_text_of(const char *value, size_t len)
{
    json_t *json = json_stringn(value, len);
    char *copy = json ? NULL : strndup(value, len), *c;

    if (copy) {
        for (c = copy; *c; ++c) {
            *c = (unsigned char)*c < 0x80 ? *c : '?';
        }
        json = json_string(copy);
        free(copy);
    }
    return json;
}

json_t *wlmcfg_json_text(const char *value)
{
    return value ? wlmcfg_json_text_of(value, strlen(value)) : json_null();
}

int wlmcfg_json_print(json_t *root, size_t flags)
{
    int done = root && json_dumpf(root, stdout, JSON_INDENT(2) | flags) == 0;

    puts("");
    json_decref(root);
    return done;
}
