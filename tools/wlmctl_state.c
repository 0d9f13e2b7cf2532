/* What the commands read out of the server's state. */
#include <string.h>
#include <apr_date.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "wlmctl.h"

const char *wlmctl_text(const json_t *of, const char *name)
{
    const char *text = json_string_value(json_object_get(of, name));

    return text ? text : "";
}

double wlmctl_number(const json_t *of, const char *name)
{
    return json_number_value(json_object_get(of, name));
}

/* "2026-11-23T10:15:00.123Z", as the server writes all times */
double wlmctl_time(const json_t *of, const char *name)
{
    const char *text = wlmctl_text(of, name);
    apr_time_exp_t t;
    apr_time_t time;
    int ms = 0;

    memset(&t, 0, sizeof(t));
    if (sscanf(text, "%d-%d-%dT%d:%d:%d.%dZ", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &ms) != 7) {
        return 0;
    }
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    return apr_time_exp_get(&time, &t) == APR_SUCCESS ? (double)apr_time_sec(time) + ms / 1000.0 : 0;
}

int wlmctl_is_ill(const json_t *member)
{
    const char *state = wlmctl_text(member, "state");

    return strcmp(state, "up") != 0 && strcmp(state, "busy") != 0;
}

const char *wlmctl_span(double seconds, apr_pool_t *p)
{
    static const struct { double seconds; char unit; } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };
    size_t i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
        if (seconds >= 2 * units[i].seconds) {
            return apr_psprintf(p, "%d%c", (int)(seconds / units[i].seconds), units[i].unit);
        }
    }
    return apr_psprintf(p, "%ds", seconds > 0 ? (int)seconds : 0);
}

/* -- which members ------------------------------------------------------------------------------------- */

static int is_named(const wlmctl_target_t *target, const char *name)
{
    int i;

    for (i = 0; i < target->nmembers; ++i) {
        if (strcmp(target->members[i], name) == 0) {
            return 1;
        }
    }
    return !target->nmembers;
}

/* As the server does: HOST, or HOST:PORT */
static int is_on_host(const wlmctl_target_t *target, const char *address)
{
    const char *port = strrchr(address, ':');

    return !target->host || !*target->host || strcasecmp(target->host, address) == 0
           || (port && strlen(target->host) == (size_t)(port - address)
               && strncasecmp(target->host, address, (size_t)(port - address)) == 0);
}

apr_array_header_t *wlmctl_find(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p)
{
    apr_array_header_t *found = apr_array_make(p, 8, sizeof(wlmctl_member_t));
    const json_t *cluster, *member;
    size_t c, m;

    json_array_foreach(json_object_get(view, "clusters"), c, cluster) {
        if (target->cluster && *target->cluster && strcmp(target->cluster, wlmctl_text(cluster, "name")) != 0) {
            continue;
        }
        json_array_foreach(json_object_get(cluster, "members"), m, member) {
            if (is_named(target, wlmctl_text(member, "name")) && is_on_host(target, wlmctl_text(member, "address"))) {
                wlmctl_member_t one = { cluster, member };
                APR_ARRAY_PUSH(found, wlmctl_member_t) = one;
            }
        }
    }
    return found;
}

/* -- Ctrl-C ------------------------------------------------------------------------------------------------- */

volatile sig_atomic_t wlmctl_interrupted;

static void interrupt(int signal)
{
    (void)signal;
    wlmctl_interrupted = 1;
}

void wlmctl_catch_interrupt(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = interrupt; /* without SA_RESTART: what waits, ends */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}
