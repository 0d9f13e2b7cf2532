/* Reads messages of members that register themselves. Pure; any thread. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/host.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "registry/message.h"

static const char *const names[] = {
    "CONFIG", "ENABLE-APP", "DISABLE-APP", "STOP-APP", "REMOVE-APP", "STATUS", "PING", "INFO", "DUMP"
};

_Static_assert(sizeof(names) / sizeof(*names) == WLM_MCMP_COMMANDS, "a command has no name");

const char *wlm_mcmp_name(wlm_mcmp_command_t command)
{
    return names[command];
}

wlm_mcmp_command_t wlm_mcmp_command(const char *method)
{
    int command;

    for (command = 0; command < WLM_MCMP_COMMANDS && strcmp(names[command], method) != 0; ++command) {
    }
    return (wlm_mcmp_command_t)command;
}

const wlm_mcmp_error_t *wlm_mcmp_error(const char *type, apr_pool_t *p, const char *format, ...)
{
    wlm_mcmp_error_t *error = apr_palloc(p, sizeof(*error));
    va_list args;

    va_start(args, format);
    error->type = type;
    error->why = apr_pvsprintf(p, format, args);
    va_end(args);
    return error;
}

#define SYNTAX(...) wlm_mcmp_error("SYNTAX", p, __VA_ARGS__)

/* -- single values: each refuses what has no place in a plugin-cfg.xml, a log or an answer ----------------------- */

/* Letters of ASCII, whatever the locale is */
static int is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static int has_only(const char *text, const char *others)
{
    for (; *text; ++text) {
        if (!is_letter_or_digit(*text) && !strchr(others, *text)) {
            return 0;
        }
    }
    return 1;
}

typedef const wlm_mcmp_error_t *read_value_t(wlm_mcmp_message_t *message, const char *name, const char *value,
                                             apr_pool_t *p);

static const wlm_mcmp_error_t *read_name(const char **pname, const char *name, const char *value, const char *others,
                                         apr_pool_t *p)
{
    *pname = value;
    return *value && strlen(value) <= WLM_MCMP_NAME_MAX && has_only(value, others) ? NULL
           : SYNTAX("%s has 1 to %d letters, digits or any of %s", name, WLM_MCMP_NAME_MAX, others);
}

static read_value_t read_route, read_balancer, read_host, read_port, read_type, read_cookie, read_parameter, read_load,
                    read_contexts, read_aliases, read_note, read_until;

static const wlm_mcmp_error_t *read_route(wlm_mcmp_message_t *message, const char *name, const char *value,
                                          apr_pool_t *p)
{
    return read_name(&message->route, name, value, "._:~-", p);
}

/* Without a colon, which stands between it and an alias in the name of a cluster */
static const wlm_mcmp_error_t *read_balancer(wlm_mcmp_message_t *message, const char *name, const char *value,
                                             apr_pool_t *p)
{
    return read_name(&message->balancer, name, value, "._~-", p);
}

/* A name or an address: what stands in a Transport's Hostname, so no socket, and nothing with a port in it */
static const wlm_mcmp_error_t *read_host(wlm_mcmp_message_t *message, const char *name, const char *value,
                                         apr_pool_t *p)
{
    size_t len = strlen(value);
    int is_in_brackets = len > 2 && value[0] == '[' && value[len - 1] == ']';
    char buffer[WLM_HOST_SIZE];

    message->host = is_in_brackets ? apr_pstrmemdup(p, value + 1, len - 2) : value;
    if (wlm_host_is_ipv6(message->host)) {
        message->host = apr_pstrdup(p, wlm_host_canonical(message->host, buffer));
        return NULL;
    }
    return *value && !is_in_brackets && len <= WLM_MCMP_VALUE_MAX && has_only(value, "._-") ? NULL
           : SYNTAX("%s is the name or the address of the node, without its port", name);
}

/* @return 0: it is no number from min to max */
static int read_number(int *pnumber, const char *value, int min, int max)
{
    const char *digits = *value == '-' ? value + 1 : value;
    size_t len = strlen(digits);

    *pnumber = len && len < 8 && has_only(digits, "") && strspn(digits, "0123456789") == len ? atoi(value) : min - 1;
    return *pnumber >= min && *pnumber <= max;
}

static const wlm_mcmp_error_t *read_port(wlm_mcmp_message_t *message, const char *name, const char *value,
                                         apr_pool_t *p)
{
    return read_number(&message->port, value, 1, 65535) ? NULL : SYNTAX("%s is a number from 1 to 65535", name);
}

static const wlm_mcmp_error_t *read_type(wlm_mcmp_message_t *message, const char *name, const char *value,
                                         apr_pool_t *p)
{
    message->is_https = strcasecmp(value, "https") == 0;
    return message->is_https || strcasecmp(value, "http") == 0 ? NULL
           : SYNTAX("%s is http or https; let the node register a connector of one of these, not of AJP", name);
}

static const wlm_mcmp_error_t *read_session_name(const char **pname, const char *name, const char *value, apr_pool_t *p)
{
    *pname = value;
    return *value && strlen(value) <= WLM_MCMP_VALUE_MAX && has_only(value, "._-") ? NULL
           : SYNTAX("%s has letters, digits or any of ._-", name);
}

static const wlm_mcmp_error_t *read_cookie(wlm_mcmp_message_t *message, const char *name, const char *value,
                                           apr_pool_t *p)
{
    return read_session_name(&message->cookie, name, value, p);
}

static const wlm_mcmp_error_t *read_parameter(wlm_mcmp_message_t *message, const char *name, const char *value,
                                              apr_pool_t *p)
{
    return read_session_name(&message->parameter, name, value, p);
}

static const wlm_mcmp_error_t *read_load(wlm_mcmp_message_t *message, const char *name, const char *value,
                                         apr_pool_t *p)
{
    return read_number(&message->load, value, -1, 100) ? NULL : SYNTAX("%s is a number from -1 to 100", name);
}

/* Of a person: any text of UTF-8 without control characters */
static const wlm_mcmp_error_t *read_note(wlm_mcmp_message_t *message, const char *name, const char *value,
                                         apr_pool_t *p)
{
    const char *c;
    unsigned code;
    int len;

    for (c = value; *c && (len = wlm_utf8_decode(&code, c)) > 0 && code >= ' ' && (code < 0x7f || code > 0x9f);
         c += len) {
    }
    message->note = value;
    return !*c && strlen(value) <= WLM_MCMP_VALUE_MAX ? NULL
           : SYNTAX("%s is a line of at most %d bytes in UTF-8", name, WLM_MCMP_VALUE_MAX);
}

static const wlm_mcmp_error_t *read_until(wlm_mcmp_message_t *message, const char *name, const char *value,
                                          apr_pool_t *p)
{
    size_t len = strlen(value);

    message->until = len && len < 12 && strspn(value, "0123456789") == len ? apr_atoi64(value) : -1;
    return message->until >= 0 ? NULL : SYNTAX("%s is a time in seconds since 1970", name);
}

/* -- lists ------------------------------------------------------------------------------------------------------- */

static const wlm_mcmp_error_t *too_many(const char *name, apr_pool_t *p)
{
    return SYNTAX("%s has more than %d values", name, WLM_MCMP_LIST_MAX);
}

/* Segments that are empty, or dots, no request has that is looked up */
static int has_odd_segment(const char *context)
{
    const char *at;

    for (at = context; at; at = strchr(at + 1, '/')) {
        size_t len = strcspn(at + 1, "/");

        if (context[1] && (!len || (len < 3 && strncmp(at + 1, "..", len) == 0))) {
            return 1;
        }
    }
    return 0;
}

/* A context as it is compared: "/shop/" is "/shop", and "" is "/". @return NULL: it is none. A '*' is a pattern in
 * plugin-cfg.xml */
static const char *context_of(char *text)
{
    size_t len = strlen(text);

    while (len > 1 && text[len - 1] == '/') {
        text[--len] = '\0';
    }
    if (!*text) {
        return "/";
    }
    return *text == '/' && len <= WLM_MCMP_VALUE_MAX && has_only(text, "/._~!$&'()+=:@-") && !has_odd_segment(text)
           ? text : NULL;
}

static const wlm_mcmp_error_t *read_contexts(wlm_mcmp_message_t *message, const char *name, const char *value,
                                             apr_pool_t *p)
{
    char *next = apr_pstrdup(p, value), *at;
    const char *context;

    do {
        at = next;
        next = strchr(at, ',');
        if (next) {
            *next++ = '\0';
        }
        if (!(context = context_of(at))) {
            return SYNTAX("%s is a path that begins with / and has no part . or .., no blank, * or %%", name);
        }
        if (message->contexts->nelts == WLM_MCMP_LIST_MAX) {
            return too_many(name, p);
        }
        APR_ARRAY_PUSH(message->contexts, const char *) = context;
    } while (next);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that nodes that name the same ones in another order are known to have the same */
static void sort(apr_array_header_t *list)
{
    const char **at = (const char **)(void *)list->elts;
    int i, n = 0;

    qsort(at, (size_t)list->nelts, sizeof(*at), compare);
    for (i = 0; i < list->nelts; ++i) {
        if (!n || strcmp(at[n - 1], at[i]) != 0) {
            at[n++] = at[i];
        }
    }
    list->nelts = n;
}

static const wlm_mcmp_error_t *read_aliases(wlm_mcmp_message_t *message, const char *name, const char *value,
                                            apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, value), *at, *last;

    for (at = apr_strtok(copy, ",", &last); at; at = apr_strtok(NULL, ",", &last)) {
        char *c;

        if (strlen(at) > WLM_MCMP_VALUE_MAX || !has_only(at, "._-")) {
            return SYNTAX("%s has names of hosts, separated by commas", name);
        }
        if (message->aliases->nelts == WLM_MCMP_LIST_MAX) {
            return too_many(name, p);
        }
        for (c = at; *c; ++c) {
            *c = (char)apr_tolower(*c);
        }
        APR_ARRAY_PUSH(message->aliases, const char *) = at;
    }
    sort(message->aliases);
    return NULL;
}

/* -- the form ---------------------------------------------------------------------------------------------------- */

enum { OF_CONFIG = 1, OF_APP = 2, OF_STATUS = 4, OF_PING = 8, OF_ALL = 15 };

static const struct {
    const char *name;
    int of;                        /* the messages in which it counts */
    read_value_t *read;
} fields[] = {
    { "JVMRoute", OF_ALL, read_route },             { "Balancer", OF_CONFIG, read_balancer },
    { "Host", OF_CONFIG, read_host },               { "Port", OF_CONFIG, read_port },
    { "Type", OF_CONFIG, read_type },               { "StickySessionCookie", OF_CONFIG, read_cookie },
    { "StickySessionPath", OF_CONFIG, read_parameter }, { "Load", OF_STATUS, read_load },
    { "Note", OF_CONFIG, read_note },               { "Until", OF_CONFIG, read_until },
    { "Context", OF_APP, read_contexts },           { "Alias", OF_APP, read_aliases },
};

#define FIELDS ((int)(sizeof(fields) / sizeof(*fields)))

static int kind_of(wlm_mcmp_command_t command)
{
    return command == WLM_MCMP_CONFIG ? OF_CONFIG : command == WLM_MCMP_STATUS ? OF_STATUS
         : command == WLM_MCMP_PING ? OF_PING
         : command == WLM_MCMP_INFO || command == WLM_MCMP_DUMP ? 0 : OF_APP;
}

/* @return FIELDS: it is none that counts here */
static int find_field(const char *name, size_t len, int kind)
{
    int f;

    for (f = 0; f < FIELDS; ++f) {
        if ((fields[f].of & kind) && strlen(fields[f].name) == len && strncasecmp(fields[f].name, name, len) == 0) {
            break;
        }
    }
    return f;
}

/* A form writes a blank as '+'. @return NULL: an escape is none, or means NUL */
static const char *decode(const char *value, size_t len, apr_pool_t *p)
{
    char *text = apr_pstrmemdup(p, value, len), *c;

    if (strlen(text) != len || !wlm_percent_is_valid(text, len)) {
        return NULL;
    }
    for (c = text; *c; ++c) {
        *c = *c == '+' ? ' ' : *c;
    }
    wlm_percent_decode(text, len + 1, text, len);
    return text;
}

static const wlm_mcmp_error_t *read_pair(wlm_mcmp_message_t *message, int *pseen, const char *pair, size_t len,
                                         apr_pool_t *p)
{
    const char *equals = memchr(pair, '=', len), *value;
    int f = find_field(pair, equals ? (size_t)(equals - pair) : len, kind_of(message->command));

    if (f == FIELDS) {
        return NULL;
    }
    if (*pseen & 1 << f) {
        return SYNTAX("%s is there twice", fields[f].name);
    }
    *pseen |= 1 << f;
    value = equals ? decode(equals + 1, (size_t)(pair + len - equals - 1), p) : "";
    return value ? fields[f].read(message, fields[f].name, value, p)
                 : SYNTAX("%s is not encoded as a form's value", fields[f].name);
}

static const wlm_mcmp_error_t *read_form(wlm_mcmp_message_t *message, const char *body, size_t len, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error = NULL;
    const char *end, *next;
    int seen = 0;

    while (len > 0 && (body[len - 1] == '\n' || body[len - 1] == '\r')) { /* as some clients send it */
        --len;
    }
    for (end = body + len; !error && body < end; body = next + 1) {
        next = memchr(body, '&', (size_t)(end - body));
        next = next ? next : end;
        error = read_pair(message, &seen, body, (size_t)(next - body), p);
    }
    return error;
}

/* -- the whole --------------------------------------------------------------------------------------------------- */

static int is_for_node(const char *path)
{
    size_t len = strlen(path);

    return len > 0 && path[len - 1] == '*' && (len == 1 || path[len - 2] == '/');
}

static const wlm_mcmp_error_t *find_missing(const wlm_mcmp_message_t *message, apr_pool_t *p)
{
    int kind = kind_of(message->command);
    const char *missing = (kind & (OF_CONFIG | OF_APP | OF_STATUS)) && !message->route ? "JVMRoute"
                        : kind == OF_CONFIG && !message->host ? "Host"
                        : kind == OF_CONFIG && !message->port ? "Port"
                        : kind == OF_CONFIG && message->is_https < 0 ? "Type"
                        : kind == OF_STATUS && message->load < -1 ? "Load"
                        : kind == OF_APP && !message->is_for_node && !message->contexts->nelts ? "Context" : NULL;

    return missing ? SYNTAX("%s has no %s", wlm_mcmp_name(message->command), missing) : NULL;
}

const wlm_mcmp_error_t *wlm_mcmp_read(wlm_mcmp_message_t **pmessage, wlm_mcmp_command_t command, const char *path,
                                      const char *body, size_t len, apr_pool_t *p)
{
    wlm_mcmp_message_t *message = apr_pcalloc(p, sizeof(*message));
    const wlm_mcmp_error_t *error;

    *pmessage = message;
    message->command = command;
    message->is_for_node = is_for_node(path);
    message->balancer = "mycluster";
    message->cookie = "JSESSIONID";
    message->parameter = "jsessionid";
    message->is_https = -1;
    message->load = -2;
    message->contexts = apr_array_make(p, 1, sizeof(const char *));
    message->aliases = apr_array_make(p, 4, sizeof(const char *));
    if (len > WLM_MCMP_BODY_MAX) {
        return SYNTAX("a message has %d bytes at most", WLM_MCMP_BODY_MAX);
    }
    error = read_form(message, body, len, p);
    return error ? error : find_missing(message, p);
}

void wlm_mcmp_keep_to_nodes(wlm_mcmp_message_t *message)
{
    message->note = NULL;
    message->until = 0;
}

static apr_array_header_t *copy_list(const apr_array_header_t *list, apr_pool_t *p)
{
    apr_array_header_t *copy = apr_array_make(p, list->nelts + 1, sizeof(const char *));
    int i;

    for (i = 0; i < list->nelts; ++i) {
        APR_ARRAY_PUSH(copy, const char *) = apr_pstrdup(p, APR_ARRAY_IDX(list, i, const char *));
    }
    return copy;
}

wlm_mcmp_message_t *wlm_mcmp_copy(const wlm_mcmp_message_t *message, apr_pool_t *p)
{
    wlm_mcmp_message_t *copy = apr_pmemdup(p, message, sizeof(*message));

    copy->route = apr_pstrdup(p, message->route);
    copy->balancer = apr_pstrdup(p, message->balancer);
    copy->host = apr_pstrdup(p, message->host);
    copy->cookie = apr_pstrdup(p, message->cookie);
    copy->parameter = apr_pstrdup(p, message->parameter);
    copy->note = apr_pstrdup(p, message->note);
    copy->contexts = copy_list(message->contexts, p);
    copy->aliases = copy_list(message->aliases, p);
    return copy;
}
