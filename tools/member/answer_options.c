/* Reads what the query asks of the answer: /path?status=503&delay=100. Pure functions, on the connection's thread. */
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "base/percent.h"
#include "tools/member/member.h"
#include "tools/member/answer_options.h"

static const struct {
    const char *name;
    size_t offset;
    int64_t least, most;
} known_options[] = {
    { "delay", offsetof(answer_options_t, delay), 0, INT_MAX },
    { "status", offsetof(answer_options_t, status), 100, 999 },
    { "bytes", offsetof(answer_options_t, bytes), 0, INT64_MAX },
    { "chunked", offsetof(answer_options_t, chunked), 0, 1 },
    { "trailer", offsetof(answer_options_t, trailer), 0, 1 },
    { "close", offsetof(answer_options_t, close), 0, 1 },
    { "until-close", offsetof(answer_options_t, until_close), 0, 1 },
    { "headers", offsetof(answer_options_t, headers), 0, 1 },
    { "echo", offsetof(answer_options_t, echo), 0, 1 },
    { "early", offsetof(answer_options_t, early), 200, 999 },
    { "interim", offsetof(answer_options_t, interim), 0, 1000 },
    { "drip", offsetof(answer_options_t, drip), 1, INT_MAX },
    { "every", offsetof(answer_options_t, every), 0, INT_MAX },
    { "workers", offsetof(answer_options_t, workers), 0, INT_MAX },
    { "nosession", offsetof(answer_options_t, nosession), 0, 1 },
};

int param_next(const char **pquery, param_t *param)
{
    const char *at = *pquery;
    size_t len = strcspn(at, "&");

    if (!*at) {
        return 0;
    }
    param->name = at;
    param->name_len = strcspn(at, "=&");
    param->value = at + param->name_len + (at[param->name_len] == '=');
    param->value_len = (size_t)(at + len - param->value);
    *pquery = at + len + (at[len] == '&');
    return 1;
}

/* @return 0: a known parameter with an invalid value */
static int read_option(answer_options_t *options, const param_t *param)
{
    char value[32];
    int64_t number;
    size_t i;

    for (i = 0; i < sizeof(known_options) / sizeof(known_options[0]); ++i) {
        if (strlen(known_options[i].name) == param->name_len
            && strncmp(param->name, known_options[i].name, param->name_len) == 0) {
            snprintf(value, sizeof(value), "%.*s", (int)param->value_len, param->value);
            if (param->value_len >= sizeof(value) || !member_number(value, &number)
                || number < known_options[i].least || number > known_options[i].most) {
                return 0;
            }
            memcpy((char *)options + known_options[i].offset, &number, sizeof(number));
        }
    }
    return 1;
}

int answer_options_read(answer_options_t *options, const char *query)
{
    param_t param;

    memset(options, 0xff, sizeof(*options));   /* all -1: not given */
    while (param_next(&query, &param)) {
        if (!read_option(options, &param)) {
            return 0;
        }
    }
    return 1;
}

size_t param_decode(char *into, size_t room, const char *text, size_t len)
{
    size_t n = 0, i;

    for (i = 0; i < len && n + 1 < room; ++i) {
        int byte = wlm_percent_byte(text + i, len - i);
        into[n++] = byte >= 0 ? (char)byte : text[i] == '+' ? ' ' : text[i];
        i += byte >= 0 ? 2 : 0;
    }
    into[n] = '\0';
    return n;
}
