/* Lines on stderr, each by one call, so that those of several threads do not mix. */
#include <stdarg.h>
#include <stdio.h>
#include <apr_strings.h>
#include "tools/common/call.h"
#include "tools/common/text.h"
#include "tools/discover/told.h"

#define LINE_MAX_COLUMNS 2000

void discover_tell(const char *format, ...)
{
    apr_pool_t *p;
    va_list args;

    if (apr_pool_create(&p, NULL) == APR_SUCCESS) {
        va_start(args, format);
        fprintf(stderr, "%s: %s\n", tool_name, tool_text_cut(apr_pvsprintf(p, format, args), LINE_MAX_COLUMNS, p));
        va_end(args);
        apr_pool_destroy(p);
    }
}

void discover_tell_trouble(discover_told_t *told, int kind, const char *why, const char *effect)
{
    if (told->kind != kind) {
        told->kind = kind;
        discover_tell("%s: %s; %s", told->subject, why, effect);
    }
}

void discover_tell_fine(discover_told_t *told)
{
    if (told->kind != DISCOVER_FINE) {
        told->kind = DISCOVER_FINE;
        discover_tell("%s: all right again", told->subject);
    }
}
