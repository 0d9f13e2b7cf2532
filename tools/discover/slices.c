/* EndpointSlices: lists, events, members. Pure. */
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/discover/slices.h"
#include "tools/discover/value.h"

void discover_slices_init(discover_slices_t *slices)
{
    slices->by_name = json_object();
    slices->version[0] = '\0';
}

void discover_slices_destroy(discover_slices_t *slices)
{
    json_decref(slices->by_name);
    slices->by_name = NULL;
}

/* @return 0: it has none that could be asked for */
static int take_version(discover_slices_t *slices, const json_t *object)
{
    const char *version = discover_text(json_object_get(object, "metadata"), "resourceVersion");
    size_t length = version ? strlen(version) : 0;

    if (!length || length >= sizeof(slices->version)) {
        return 0;
    }
    memcpy(slices->version, version, length + 1);
    return 1;
}

/* -- lists and events ---------------------------------------------------------------------------------------------- */

const char *discover_slices_list(discover_slices_t *slices, const json_t *list, apr_pool_t *p)
{
    const json_t *items = json_object_get(list, "items"), *slice;
    json_t *by_name = json_object();
    const char *why = json_is_array(items) ? NULL : "it is no list of EndpointSlices";
    size_t i;

    json_array_foreach(items, i, slice) {
        const char *name = discover_text(json_object_get(slice, "metadata"), "name");

        if (!name || json_object_set(by_name, name, (json_t *)slice) != 0) {
            why = "a slice has no name";
        }
    }
    if (!why && !take_version(slices, list)) {
        why = "it has no resourceVersion";
    }
    if (why) {
        json_decref(by_name);
        return apr_pstrdup(p, why);
    }
    json_decref(slices->by_name);
    slices->by_name = by_name;
    return NULL;
}

/* An ERROR has a Status as its object */
static discover_event_t read_error(const json_t *status, const char **pwhy, apr_pool_t *p)
{
    const char *message = discover_text(status, "message");
    int code = discover_whole(status, "code");

    *pwhy = apr_psprintf(p, "the watch has ended with error %d: %s", code, message ? message : "without a message");
    return code == 410 ? DISCOVER_EVENT_EXPIRED : DISCOVER_EVENT_BAD;
}

discover_event_t discover_slices_event(discover_slices_t *slices, const json_t *event, const char **pwhy,
                                       apr_pool_t *p)
{
    const char *type = discover_text(event, "type");
    json_t *object = json_object_get(event, "object");
    const char *name = discover_text(json_object_get(object, "metadata"), "name");

    *pwhy = NULL;
    if (type && strcmp(type, "ERROR") == 0) {
        return read_error(object, pwhy, p);
    }
    if (!type || !json_is_object(object) || !take_version(slices, object)) {
        *pwhy = "a line of the watch is no event";
        return DISCOVER_EVENT_BAD;
    }
    if (strcmp(type, "BOOKMARK") == 0) {
        return DISCOVER_EVENT_BOOKMARK;
    }
    if (name && strcmp(type, "DELETED") == 0) {
        json_object_del(slices->by_name, name);
        return DISCOVER_EVENT_CHANGE;
    }
    if (name && (strcmp(type, "ADDED") == 0 || strcmp(type, "MODIFIED") == 0)) {
        json_object_set(slices->by_name, name, object);
        return DISCOVER_EVENT_CHANGE;
    }
    *pwhy = apr_psprintf(p, "an event of type %.40s is not known, or has no name", type);
    return DISCOVER_EVENT_BAD;
}

/* -- members ------------------------------------------------------------------------------------------------------- */

static int condition(const json_t *endpoint, const char *name, int otherwise)
{
    const json_t *value = json_object_get(json_object_get(endpoint, "conditions"), name);

    return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

/* @return 0: the slice has no such port. A null number means all ports, so that of the call counts */
static int find_port(const json_t *ports, const char *wanted)
{
    const char *end = "";
    int wanted_number = wanted ? wlm_host_read_port(wanted, &end) : 0;
    const json_t *port;
    size_t i;

    if (!wanted) {
        return json_array_size(ports) == 1 ? discover_whole(json_array_get(ports, 0), "port") : 0;
    }
    json_array_foreach(ports, i, port) {
        const char *name = discover_text(port, "name");

        if (wanted_number && !*end) {
            if (!json_is_integer(json_object_get(port, "port")) || discover_whole(port, "port") == wanted_number) {
                return wanted_number;
            }
        }
        else if (name && strcmp(name, wanted) == 0) {
            return discover_whole(port, "port");
        }
    }
    return 0;
}

static void add_endpoint(discover_answer_t *answer, const json_t *endpoint, int port, int by_address)
{
    const json_t *target = json_object_get(endpoint, "targetRef");
    const char *kind = discover_text(target, "kind");
    int is_ready = condition(endpoint, "ready", 1), is_terminating = condition(endpoint, "terminating", 0);
    discover_member_t member = {
        .name = !by_address && kind && strcmp(kind, "Pod") == 0 ? discover_text(target, "name") : NULL,
        .host = json_string_value(json_array_get(json_object_get(endpoint, "addresses"), 0)),
        .port = port, .weight = DISCOVER_WEIGHT, .is_drained = !is_ready || is_terminating,
    };

    if (condition(endpoint, "serving", is_ready)) {
        discover_answer_add(answer, &member);
    }
}

static const char *add_slice(discover_answer_t *answer, const char *name, const json_t *slice, const char *wanted,
                             int by_address, apr_pool_t *p)
{
    const json_t *endpoints = json_object_get(slice, "endpoints"), *endpoint;
    int port = find_port(json_object_get(slice, "ports"), wanted);
    size_t i;

    if (endpoints && !json_is_array(endpoints) && !json_is_null(endpoints)) {
        return apr_psprintf(p, "slice %s has endpoints that are no list", name);
    }
    if (!port && json_array_size(endpoints)) {
        discover_leave_out(answer, apr_pstrcat(p, "slice ", name, NULL),
                           wanted ? apr_psprintf(p, "it has no port %s", wanted)
                           : "it has not exactly one port: say which by --port");
        return NULL;
    }
    json_array_foreach(endpoints, i, endpoint) {
        if (!json_is_object(endpoint)) {
            return apr_psprintf(p, "slice %s has an endpoint that is no object", name);
        }
        add_endpoint(answer, endpoint, port, by_address);
    }
    return NULL;
}

/* @return NULL: there are no slices */
static const char *choose_family(const discover_slices_t *slices)
{
    static const char *const families[] = { "IPv4", "IPv6", "FQDN" };
    const char *name;
    json_t *slice;
    size_t i;

    for (i = 0; i < sizeof(families) / sizeof(families[0]); ++i) {
        json_object_foreach(slices->by_name, name, slice) {
            const char *family = discover_text(slice, "addressType");

            if (family && strcmp(family, families[i]) == 0 && json_array_size(json_object_get(slice, "endpoints"))) {
                return families[i];
            }
        }
    }
    return NULL;
}

const char *discover_slices_members(discover_answer_t **panswer, const discover_slices_t *slices, const char *port,
                                    int by_address, apr_pool_t *p)
{
    const char *family = choose_family(slices), *why = NULL, *name;
    json_t *slice;

    *panswer = discover_answer_make(p);
    json_object_foreach(slices->by_name, name, slice) {
        const char *own = discover_text(slice, "addressType");

        if (!why && family && own && strcmp(own, family) == 0) {
            why = add_slice(*panswer, name, slice, port, by_address, p);
        }
    }
    return why ? why : discover_answer_finish(*panswer);
}
