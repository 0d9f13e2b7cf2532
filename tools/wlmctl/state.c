/* What the commands read out of the server's state, as JSON: values, texts for columns, and the members of a target. A
 * value that is missing or has another type is empty, so a state with less in it is no error. On main()'s thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include <apr_time.h>
#include "base/expiry.h"
#include "base/host.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wlmctl.h"

const char *wlmctl_text(const json_t *of, const char *name)
{
    const char *text = json_string_value(json_object_get(of, name));

    return text ? text : "";
}

double wlmctl_number(const json_t *of, const char *name)
{
    return json_number_value(json_object_get(of, name));
}

/* As the server writes all times: "2026-11-23T10:15:00.123Z" */
static double time_of(const char *text)
{
    apr_time_exp_t t;
    apr_time_t time;
    int ms = 0;

    memset(&t, 0, sizeof(t));
    if (sscanf(text, "%d-%d-%dT%d:%d:%d.%dZ", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec,
               &ms) != 7) {
        return 0;
    }
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    return apr_time_exp_get(&time, &t) == APR_SUCCESS ? (double)apr_time_sec(time) + ms / 1000.0 : 0;
}

double wlmctl_time(const json_t *of, const char *name)
{
    return time_of(wlmctl_text(of, name));
}

const char *wlmctl_local(const json_t *view, const char *time, apr_pool_t *p)
{
    const json_t *offset = json_object_get(view, "utc_offset");
    int east = (int)json_integer_value(offset);
    apr_time_exp_t t;
    double at;

    if (!json_is_integer(offset) || !(at = time_of(time))
        || apr_time_exp_tz(&t, (apr_time_t)(at * 1000 + 0.5) * 1000, east) != APR_SUCCESS) {
        return time;
    }
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                        t.tm_hour, t.tm_min, t.tm_sec, t.tm_usec / 1000, east < 0 ? '-' : '+', abs(east) / 3600,
                        abs(east) % 3600 / 60);
}

int wlmctl_needs_attention(const json_t *member)
{
    const char *attention = wlmctl_text(member, "attention");

    return strcmp(attention, "out") == 0 || strcmp(attention, "failing") == 0;
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

const char *wlmctl_age(const json_t *of, const char *name, double now, apr_pool_t *p)
{
    double at = wlmctl_time(of, name);

    return at ? wlmctl_span(now - at, p) : "-";
}

int wlmctl_expires_soon(const json_t *member, const char *field, double now)
{
    double expires = wlmctl_time(member, field);

    return expires && expires - now < WLM_EXPIRES_SOON_SECONDS;
}

const char *wlmctl_admin_text(const json_t *member, double now, apr_pool_t *p)
{
    double until = wlmctl_time(member, "admin_until");
    const char *state = wlmctl_text(member, "admin_state");

    if (!*state || strcmp(state, "enabled") == 0) {
        if (wlmctl_number(member, "weight") == wlmctl_number(member, "configured_weight")) {
            return "-";
        }
        state = strcmp(wlmctl_text(member, "reported_state"), "drain") == 0 ? "agent: drain" : "weight";
    }
    return until ? apr_pstrcat(p, state, " ", wlmctl_span(until - now, p), NULL) : state;
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
static int is_on_host(const char *wanted, const char *address, apr_pool_t *p)
{
    const char *host, *own;
    int port, own_port;

    return wlm_host_port_read(&host, &port, wanted, p) && wlm_host_port_read(&own, &own_port, address, p)
           && wlm_host_same(host, own) && (!port || port == own_port);
}

/* An empty value comes from a script's variable that is not set; it must not stand for all members */
int wlmctl_check_target(const wlmctl_target_t *target, apr_pool_t *p)
{
    const char *host;
    int port;

    if (target->cluster && !*target->cluster) {
        tool_misuse("--cluster", "it takes the name of a cluster");
        return 0;
    }
    if (target->host && !wlm_host_port_read(&host, &port, target->host, p)) {
        tool_misuse("--host", "it takes HOST, HOST:PORT or unix:/PATH");
        return 0;
    }
    return 1;
}

apr_array_header_t *wlmctl_find_members(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p)
{
    apr_array_header_t *found = apr_array_make(p, 8, sizeof(wlmctl_member_t));
    const json_t *cluster, *member;
    size_t c, m;

    json_array_foreach(json_object_get(view, "clusters"), c, cluster) {
        if (target->cluster && strcmp(target->cluster, wlmctl_text(cluster, "name")) != 0) {
            continue;
        }
        json_array_foreach(json_object_get(cluster, "members"), m, member) {
            if (is_named(target, wlmctl_text(member, "name"))
                && (!target->host || is_on_host(target->host, wlmctl_text(member, "address"), p))) {
                wlmctl_member_t one = { cluster, member };
                APR_ARRAY_PUSH(found, wlmctl_member_t) = one;
            }
        }
    }
    return found;
}

int wlmctl_has_all(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p)
{
    wlmctl_target_t one = *target;
    int i = 0;

    one.nmembers = target->nmembers > 0;
    do {
        one.members = target->members + i;
        if (!wlmctl_find_members(view, &one, p)->nelts) {
            fprintf(stderr, "wlmctl: there is no member%s%s%s%s%s%s\n", one.nmembers ? " " : "",
                    one.nmembers ? *one.members : "", target->cluster ? " in a cluster " : "",
                    target->cluster ? target->cluster : "", target->host ? " at " : "", target->host ? target->host
                    : "");
            return 0;
        }
    } while (++i < target->nmembers);
    return 1;
}

apr_array_header_t *wlmctl_find_clusters(const json_t *view, const char *name, apr_pool_t *p)
{
    apr_array_header_t *found = apr_array_make(p, 8, sizeof(const json_t *));
    const json_t *cluster;
    size_t c;

    json_array_foreach(json_object_get(view, "clusters"), c, cluster) {
        if (!name || strcmp(name, wlmctl_text(cluster, "name")) == 0) {
            APR_ARRAY_PUSH(found, const json_t *) = cluster;
        }
    }
    if (name && !found->nelts) {
        fprintf(stderr, "wlmctl: there is no cluster %s\n", name);
        return NULL;
    }
    return found;
}
