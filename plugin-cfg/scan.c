/* Reads a text that is no XML by bytes, and notes the first problem. On the thread that reads the file. */
#include <stdarg.h>
#include <string.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "plugin-cfg/scan.h"

void plugin_cfg_scan_fail(plugin_cfg_scan_t *s, int line, const char *format, ...)
{
    va_list args;

    if (!s->problem) {
        va_start(args, format);
        s->problem = apr_pvsprintf(s->p, format, args);
        va_end(args);
        s->problem_line = line;
    }
}

void plugin_cfg_scan_fail_at_end(plugin_cfg_scan_t *s, int line, const char *what)
{
    if (s->has_nul) {
        plugin_cfg_scan_fail(s, s->line, "there is a NUL byte; the file is damaged, or no text: write it anew with "
                             "its generator");
    }
    plugin_cfg_scan_fail(s, line, "%s; complete it, or write the file anew with its generator if it was cut off",
                         what);
}

void plugin_cfg_scan_go_to(plugin_cfg_scan_t *s, const char *at)
{
    for (; s->at < at; ++s->at) {
        s->line += *s->at == '\n';
    }
}

int plugin_cfg_scan_is_at(const plugin_cfg_scan_t *s, const char *text)
{
    return (apr_size_t)(s->end - s->at) >= strlen(text) && strncmp(s->at, text, strlen(text)) == 0;
}

int plugin_cfg_scan_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void plugin_cfg_scan_skip_blanks(plugin_cfg_scan_t *s)
{
    while (s->at < s->end && plugin_cfg_scan_is_blank(*s->at)) {
        plugin_cfg_scan_go_to(s, s->at + 1);
    }
}

const char *plugin_cfg_scan_find(const plugin_cfg_scan_t *s, const char *text)
{
    const char *found = strstr(s->at, text); /* a NUL stands at the end */

    return found && found < s->end ? found : NULL;
}

#define EXCERPT_MAX 40

const char *plugin_cfg_scan_excerpt(const plugin_cfg_scan_t *s, const char *from, const char *stops)
{
    apr_size_t len = strcspn(from, stops);

    return len > EXCERPT_MAX
           ? apr_pstrcat(s->p, apr_pstrmemdup(s->p, from, wlm_utf8_fitting(from, EXCERPT_MAX)), "...", NULL)
           : apr_pstrmemdup(s->p, from, len);
}

const char *plugin_cfg_scan_name(plugin_cfg_scan_t *s)
{
    apr_size_t len = strcspn(s->at, " \t\r\n=<>/\"'?");
    const char *name = apr_pstrmemdup(s->p, s->at, len);

    plugin_cfg_scan_go_to(s, s->at + len);
    return name;
}
