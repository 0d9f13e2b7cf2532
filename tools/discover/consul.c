/* Reads what Consul answers. Pure. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/discover/consul.h"
#include "tools/discover/value.h"

typedef enum { PASSING, WARNING, MAINTENANCE, CRITICAL } health_t;

/* `consul maint` is a critical check with one of these ids */
static int is_maintenance(const char *id)
{
    return id && (strcmp(id, "_node_maintenance") == 0 || strncmp(id, "_service_maintenance", 20) == 0);
}

/* @return 0: a status is none */
static int read_health(health_t *phealth, const json_t *checks)
{
    const json_t *check;
    size_t i;

    *phealth = PASSING;
    json_array_foreach(checks, i, check) {
        const char *status = discover_text(check, "Status");
        health_t one = !status ? PASSING : strcmp(status, "warning") == 0 ? WARNING
                     : strcmp(status, "critical") != 0 ? PASSING
                     : is_maintenance(discover_text(check, "CheckID")) ? MAINTENANCE : CRITICAL;

        if (!status || (one == PASSING && strcmp(status, "passing") != 0)) {
            return 0;
        }
        *phealth = one > *phealth ? one : *phealth;
    }
    return 1;
}

/* @return of 1, what httpd has as its default; at most DISCOVER_WEIGHT_MAX */
static int weight_of(const json_t *service, const char *name)
{
    const json_t *value = json_object_get(json_object_get(service, "Weights"), name);
    json_int_t weight = json_is_integer(value) ? json_integer_value(value) : 1;

    return weight < 0 ? 0 : weight > DISCOVER_WEIGHT_MAX / DISCOVER_WEIGHT ? DISCOVER_WEIGHT_MAX
           : (int)weight * DISCOVER_WEIGHT;
}

static const char *read_instance(discover_answer_t *answer, const json_t *entry, int by_address, apr_pool_t *p)
{
    const json_t *service = json_object_get(entry, "Service");
    const char *own = discover_text(service, "Address");
    discover_member_t member = {
        .name = by_address ? NULL : discover_text(service, "ID"),
        .host = own ? own : discover_text(json_object_get(entry, "Node"), "Address"),
        .port = discover_whole(service, "Port"),
    };
    health_t health;

    if (!json_is_object(service) || !json_is_array(json_object_get(entry, "Checks"))) {
        return "an instance has no Service or no Checks";
    }
    if (!read_health(&health, json_object_get(entry, "Checks"))) {
        return apr_psprintf(p, "instance %s has a check whose Status is none of passing, warning, critical",
                            member.name ? member.name : member.host ? member.host : "without a name");
    }
    member.weight = weight_of(service, health == WARNING ? "Warning" : "Passing");
    member.is_drained = health == MAINTENANCE || !member.weight;
    if (health != CRITICAL) {
        discover_answer_add(answer, &member);
    }
    return NULL;
}

const char *discover_consul_read(discover_answer_t **panswer, const json_t *root, int by_address, apr_pool_t *p)
{
    const char *why = json_is_array(root) ? NULL : "it is no list of instances";
    const json_t *entry;
    size_t i;

    *panswer = discover_answer_make(p);
    json_array_foreach(root, i, entry) {
        why = why ? why : read_instance(*panswer, entry, by_address, p);
    }
    return why ? why : discover_answer_finish(*panswer);
}

uint64_t discover_consul_index(uint64_t before, const char *field)
{
    char *end = NULL;
    unsigned long long index = field && *field >= '0' && *field <= '9' ? strtoull(field, &end, 10) : 0;

    return end && !*end && index >= before ? (uint64_t)index : 0;
}
