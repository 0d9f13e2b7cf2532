/* Reads ORCA's field endpoint-load-metrics, in its text and its JSON form, in one pass and without a copy. Pure; any
 * thread. */
#include "http/load_report.h"
#include <ctype.h>
#include <float.h>
#include <string.h>
#include "http/chars.h"

#define DEPTH_MAX    8             /* of JSON */
#define EXPONENT_MAX 400           /* more is infinite, or 0 */

/* A part of the value; NULL: none */
typedef struct span_t {
    const char *at;
    size_t len;
} span_t;

typedef struct reader_t {
    const char *at;
    const char *wanted[2];         /* names of metrics; the first that says something counts */
    double found[2];               /* -1: not found yet */
    int failed;                    /* malformed, or a metric twice */
} reader_t;

/* -- names ------------------------------------------------------------------------------------------- */

/* Compare a part of a name with the beginning of the wanted one. @return what is left of that; NULL: another name */
static const char *match(const char *wanted, span_t part)
{
    size_t i;

    for (i = 0; i < part.len; ++i) {
        if (part.at[i] == '_') {
            continue;
        }
        while (*wanted == '_') {
            ++wanted;
        }
        if (tolower((unsigned char)*wanted) != tolower((unsigned char)part.at[i])) {
            return NULL;
        }
        ++wanted;
    }
    while (*wanted == '_') {
        ++wanted;
    }
    return wanted;
}

static int is_named(const char *wanted, span_t outer, span_t name)
{
    static const span_t dot = { ".", 1 };

    if (!wanted) {
        return 0;
    }
    if (outer.at) {
        wanted = match(wanted, outer);
        wanted = wanted ? match(wanted, dot) : NULL;
    }
    wanted = wanted ? match(wanted, name) : NULL;
    return wanted && !*wanted;
}

static void note(reader_t *reader, span_t outer, span_t name, double number)
{
    int i;

    for (i = 0; i < 2; ++i) {
        if (is_named(reader->wanted[i], outer, name)) {
            reader->failed |= reader->found[i] >= 0;
            reader->found[i] = number >= 0 ? number : 0; /* a negative one says nothing */
        }
    }
}

/* -- parts of both forms ----------------------------------------------------------------------------- */

static void skip_blanks(reader_t *reader)
{
    reader->at = wlm_http_skip_blanks(reader->at);
}

static int takes(reader_t *reader, char c)
{
    skip_blanks(reader);
    if (*reader->at != c) {
        return 0;
    }
    ++reader->at;
    return 1;
}

static double fail(reader_t *reader)
{
    reader->failed = 1;
    return 0;
}

/* @return how many digits there are; their value is added to *pnumber */
static int read_digits(reader_t *reader, double *pnumber)
{
    int n = 0;

    for (; wlm_http_is_digit(*reader->at); ++reader->at, ++n) {
        *pnumber = *pnumber * 10 + (*reader->at - '0');
    }
    return n;
}

static double scale(double number, double exponent)
{
    int i, n = (int)(exponent < -EXPONENT_MAX ? -EXPONENT_MAX : exponent > EXPONENT_MAX ? EXPONENT_MAX : exponent);

    for (i = 0; i < n; ++i) {
        number *= 10;
    }
    for (i = 0; i > n; --i) {
        number /= 10;
    }
    return number;
}

static double read_exponent(reader_t *reader)
{
    double number = 0;
    int negative;

    if (*reader->at != 'e' && *reader->at != 'E') {
        return 0;
    }
    ++reader->at;
    negative = *reader->at == '-';
    reader->at += negative || *reader->at == '+';
    if (!read_digits(reader, &number)) {
        return fail(reader);
    }
    return negative ? -number : number;
}

/* Not by strtod(), which reads "nan" and "0x1p3", and a comma where the locale has one */
static double read_number(reader_t *reader)
{
    double number = 0, exponent;
    int negative = *reader->at == '-', digits, decimals = 0;

    reader->at += negative;
    digits = read_digits(reader, &number);
    if (*reader->at == '.') {
        ++reader->at;
        decimals = read_digits(reader, &number);
    }
    if (!digits && !decimals) {
        return fail(reader);
    }
    exponent = read_exponent(reader);
    number = scale(number, exponent - decimals);
    return number > DBL_MAX ? fail(reader) : negative ? -number : number;
}

/* -- name=number, name=number ------------------------------------------------------------------------ */

static span_t read_name(reader_t *reader)
{
    span_t name;

    skip_blanks(reader);
    name.at = reader->at;
    name.len = strcspn(name.at, "=:, \t");
    reader->at += name.len;
    reader->failed |= name.len == 0;
    return name;
}

static void read_text(reader_t *reader)
{
    static const span_t no_outer = { NULL, 0 };

    do {
        span_t name = read_name(reader);

        if (!takes(reader, '=') && !takes(reader, ':')) {
            fail(reader);
            return;
        }
        skip_blanks(reader);
        note(reader, no_outer, name, read_number(reader));
    } while (!reader->failed && takes(reader, ','));
}

/* -- JSON -------------------------------------------------------------------------------------------- */

static span_t read_string(reader_t *reader)
{
    span_t string = { NULL, 0 };

    if (!takes(reader, '"')) {
        fail(reader);
        return string;
    }
    string.at = reader->at;
    while (*reader->at && *reader->at != '"') {
        reader->at += *reader->at == '\\' && reader->at[1] ? 2 : 1;
    }
    string.len = (size_t)(reader->at - string.at);
    if (!takes(reader, '"')) {
        fail(reader);
    }
    return string;
}

static void read_word(reader_t *reader)
{
    static const char *const words[] = { "true", "false", "null" };
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); ++i) {
        if (strncmp(reader->at, words[i], strlen(words[i])) == 0) {
            reader->at += strlen(words[i]);
            return;
        }
    }
    fail(reader);
}

static void read_value(reader_t *reader, span_t outer, span_t name, int depth);

static void read_array(reader_t *reader, int depth)
{
    static const span_t no_name = { "", 0 };

    if (takes(reader, ']')) {
        return;
    }
    do {
        read_value(reader, no_name, no_name, depth + 1); /* "." names no metric */
    } while (!reader->failed && takes(reader, ','));
    if (!takes(reader, ']')) {
        fail(reader);
    }
}

/* @param outer  the name of what the object is the value of; NULL for the outermost one */
static void read_object(reader_t *reader, span_t outer, int depth)
{
    if (takes(reader, '}')) {
        return;
    }
    do {
        span_t name = read_string(reader);

        if (!takes(reader, ':')) {
            fail(reader);
            return;
        }
        read_value(reader, outer, name, depth + 1);
    } while (!reader->failed && takes(reader, ','));
    if (!takes(reader, '}')) {
        fail(reader);
    }
}

static void read_value(reader_t *reader, span_t outer, span_t name, int depth)
{
    skip_blanks(reader);
    if (depth > DEPTH_MAX) {
        fail(reader);
    }
    else if (takes(reader, '{')) {
        static const span_t too_deep = { "", 0 };
        read_object(reader, outer.at ? too_deep : name, depth); /* a metric has two names at most */
    }
    else if (takes(reader, '[')) {
        read_array(reader, depth);
    }
    else if (*reader->at == '"') {
        read_string(reader);
    }
    else if (*reader->at == '-' || wlm_http_is_digit(*reader->at)) {
        note(reader, outer, name, read_number(reader));
    }
    else {
        read_word(reader);
    }
}

static void read_json(reader_t *reader)
{
    static const span_t none = { NULL, 0 };

    if (takes(reader, '{')) {
        read_object(reader, none, 0);
    }
    else {
        fail(reader);
    }
}

/* -- all --------------------------------------------------------------------------------------------- */

static int has_form(reader_t *reader, const char *form)
{
    size_t len = strlen(form);

    if (strncasecmp(reader->at, form, len) != 0 || !wlm_http_is_blank(reader->at[len])) {
        return 0;
    }
    reader->at += len;
    return 1;
}

int wlm_http_load_report_read(double *pvalue, const char *value, const char *metric)
{
    reader_t reader = { .at = value, .wanted = { metric ? metric : "application_utilization",
                                                 metric ? NULL : "cpu_utilization" }, .found = { -1, -1 } };

    if (strnlen(value, WLM_HTTP_LOAD_REPORT_MAX + 1) > WLM_HTTP_LOAD_REPORT_MAX || has_form(&reader, "BIN")) {
        return 0;
    }
    if (has_form(&reader, "JSON")) {
        read_json(&reader);
    }
    else {
        has_form(&reader, "TEXT");
        read_text(&reader);
    }
    skip_blanks(&reader);
    if (reader.failed || *reader.at) {
        return 0;
    }
    *pvalue = reader.found[0] > 0 ? reader.found[0] : reader.found[1];
    return *pvalue > 0;
}

int wlm_http_load_report_find(double *pvalue, const wlm_http_field_t *fields, int n, const char *metric)
{
    const char *found = NULL;
    int i;

    for (i = 0; i < n; ++i) {
        if (wlm_http_load_report_field(fields[i].name) == WLM_HTTP_LOAD_REPORT_READ) {
            if (found) {
                return 0;
            }
            found = fields[i].value;
        }
    }
    return found && wlm_http_load_report_read(pvalue, found, metric);
}
