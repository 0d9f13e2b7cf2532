/* `wlmcfg import`: values of settings, which are parsed strictly: a typing error must not become another value.
 * On main()'s thread. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <libxml/xmlstring.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"

#define SECONDS_MAX 2147483        /* the largest that plugin-cfg.xml takes */

/* @return where the digits end; NULL when there are none, or too many */
static const char *parse_digits(const char *text, long long *pvalue)
{
    char *end;

    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    errno = 0;
    *pvalue = strtoll(text, &end, 10);
    return errno ? NULL : end;
}

int wlmcfg_import_number(import_t *import, source_line_t at, const char *name, const char *text, int min, int max,
                         int *pvalue)
{
    long long value;
    const char *end = parse_digits(text, &value);

    if (!end || *end || value < min || value > max) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-value",
                                  "%s=\"%s\" is not valid; it takes a number from %d to %d", name, text, min, max);
        return 0;
    }
    *pvalue = (int)value;
    return 1;
}

/* @return milliseconds; 0: no such unit */
static long long unit_of(const char *unit)
{
    static const struct {
        const char *name;
        long long ms;
    } units[] = { { "ms", 1 }, { "s", 1000 }, { "mi", 60000 }, { "min", 60000 }, { "h", 3600000 } };
    size_t i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
        if (strcasecmp(unit, units[i].name) == 0) {
            return units[i].ms;
        }
    }
    return 0;
}

int wlmcfg_import_seconds(import_t *import, source_line_t at, const char *name, const char *text, const char *units,
                          int *pvalue)
{
    long long value = 0, ms = strncmp(units, "ms", 2) == 0 ? 1 : 1000;
    const char *end = parse_digits(text, &value);

    if (end && strchr(units, '?') && unit_of(end)) {
        ms = unit_of(end);
        end = "";
    }
    if (!end || *end || value > SECONDS_MAX * 1000LL / ms) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-value",
                                  "%s=\"%s\" is not valid; it takes a time in %s, from 0 to %lld", name, text,
                                  strncmp(units, "ms", 2) == 0 ? "milliseconds" : "seconds", SECONDS_MAX * 1000LL / ms);
        return 0;
    }
    *pvalue = (int)((value * ms + 999) / 1000);
    if (value * ms % 1000) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_NOTE, at, "changed",
                                  "%s=\"%s\" becomes %d s: plugin-cfg.xml has whole seconds", name, text, *pvalue);
    }
    return 1;
}

int wlmcfg_import_boolean(import_t *import, source_line_t at, const char *name, const char *text, int *pvalue)
{
    static const char *const words[][5] = { { "off", "false", "no", "0", "f" }, { "on", "true", "yes", "1", "t" } };
    size_t i;

    for (i = 0; i < 5; ++i) {
        for (*pvalue = 0; *pvalue < 2; ++*pvalue) {
            if (strcasecmp(text, words[*pvalue][i]) == 0) {
                return 1;
            }
        }
    }
    wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-value", "%s=\"%s\" is not valid; it takes on or off",
                              name, text);
    return 0;
}

int wlmcfg_import_is_text(import_t *import, source_line_t at, const char *text)
{
    const char *c;

    for (c = text; *c; ++c) {
        if ((unsigned char)*c < ' ' && !strchr("\t\r\n", *c)) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-line",
                                      "there is a control character (%d), which XML cannot hold; remove it", *c);
            return 0;
        }
    }
    if (!xmlCheckUTF8((const xmlChar *)text)) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-line", "the line is not UTF-8; convert the file");
        return 0;
    }
    return 1;
}
