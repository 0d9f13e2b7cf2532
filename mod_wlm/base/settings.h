/* base/settings.h: records whose fields directives set, in the parent, while httpd reads its configuration. A record is
 * made from a table, one row for each directive:
 *
 *     ROW(name, directive, kind, default, help)
 *
 *   name       the field, and its flag in `is_set`
 *   directive  in httpd's configuration
 *   kind       what the directive takes, and with that the field's type:
 *                FLAG                                   int, On or Off
 *                NUMBER(min, max, takes)                int
 *                PERCENT(min, max, takes)               int, perhaps written with %
 *                SIZE(takes)                            apr_int64_t, bytes
 *                TIME(takes)                            apr_interval_time_t
 *                CHOICE(type, names...)                 an enum, or an int; the names in the order of its values
 *                WORDS(type, min, max, parser, takes)   min to max words, for a parser of httpd/directives/
 *                LIST(type, parser)                     any number of words; the parser adds each to the value
 *                LINES(type, min, max, parser, takes)   as WORDS, but each line of the directive adds to the value
 *              `takes` is the part of error messages that says what the directive takes
 *   default    the value where no directive has set one; WLM_VALUES() for a structure
 *   help       for the list of directives of httpd (-L)
 *
 * From the row are made the field, its flag, its default and its merge, httpd's row for the directive, and a case of
 * the unit test. What a kind means for words is in httpd/directives/kinds.h.
 */
#ifndef WLM_BASE_SETTINGS_H
#define WLM_BASE_SETTINGS_H

#include <stddef.h>
#include <apr.h>
#include <apr_time.h>

#define WLM_SETTING_TYPE_FLAG int
#define WLM_SETTING_TYPE_NUMBER(min, max, takes) int
#define WLM_SETTING_TYPE_PERCENT(min, max, takes) int
#define WLM_SETTING_TYPE_SIZE(takes) apr_int64_t
#define WLM_SETTING_TYPE_TIME(takes) apr_interval_time_t
#define WLM_SETTING_TYPE_CHOICE(type, ...) type
#define WLM_SETTING_TYPE_WORDS(type, min, max, parser, takes) type
#define WLM_SETTING_TYPE_LIST(type, parser) type
#define WLM_SETTING_TYPE_LINES(type, min, max, parser, takes) type

/* What a table is expanded with in a record: its fields, its flags; in the record of the defaults */
#define WLM_SETTING_FIELD(name, directive, kind, value, help) WLM_SETTING_TYPE_##kind name;
#define WLM_SETTING_IS_SET(name, directive, kind, value, help) unsigned char name;
#define WLM_SETTING_DEFAULT(name, directive, kind, value, help) .name = value,
#define WLM_VALUES(...) { __VA_ARGS__ }
#define WLM_MIB(n) ((apr_int64_t)(n) << 20) /* a default of a SIZE: 32M */

/** Where a setting lies in its record: offsets, and the size of the value. */
typedef struct wlm_setting_t {
    size_t value, size, is_set;
} wlm_setting_t;

#define WLM_SETTING(record, name) \
    { offsetof(record, name), sizeof(((record *)0)->name), offsetof(record, is_set.name) }

/** Settings of `from` that are set replace those of `to`, both records of one type. @param n  how many settings */
void wlm_settings_merge(void *to, const void *from, const wlm_setting_t *settings, int n);

#endif
