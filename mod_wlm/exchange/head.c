/* A response head that has been parsed: its fields, copied out of the connection's buffer, all of them in one piece.
 * On the thread that has the request; it waits for nothing. */
#include "exchange/head.h"
#include <apr_strings.h>
#include "balance/reports.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "http/fields.h"
#include "http/head.h"
#include "http/load_report.h"

#define STATUS_SIZE (sizeof("200 ") - 1) /* before the reason: three digits and a blank */

static int is_nominated(const wlm_http_head_t *head, const char *name)
{
    int i;

    for (i = 0; i < head->nfields; ++i) {
        if (wlm_http_field_is(head->fields[i].name, "Connection") && wlm_http_list_has(head->fields[i].value, name)) {
            return 1;
        }
    }
    return 0;
}

/* May Connection nominate one? Most often it says keep-alive alone: that field is not passed on anyway */
static int nominates(const wlm_http_head_t *head)
{
    int i;

    for (i = 0; i < head->nfields; ++i) {
        if (wlm_http_field_is(head->fields[i].name, "Connection")
            && !wlm_http_field_is(head->fields[i].value, "keep-alive")) {
            return 1;
        }
    }
    return 0;
}

/* 101 (Switching Protocols) and 426 (Upgrade Required) say it to the client, too (RFC 9110 15.2.2, 15.5.22) */
static void copy_upgrade(wlm_exchange_t *exchange)
{
    const char *protocols = wlm_http_head_get(&exchange->head, "Upgrade");

    if (protocols) {
        apr_table_setn(exchange->fields, "Upgrade", apr_pstrdup(exchange->pool, protocols));
        apr_table_setn(exchange->fields, "Connection", "Upgrade");
    }
}

int wlm_exchange_head_note_load(wlm_member_t *member, const wlm_http_field_t *fields, int n)
{
    const wlm_reported_rule_t *rule = &member->cluster->options->load_report;
    double utilization;

    if (rule->kind != WLM_REPORTED_ORCA) {
        return 0;
    }
    if (wlm_http_load_report_find(&utilization, fields, n, rule->metric)) {
        wlm_reports_note_load(member, utilization, wlm_now());
    }
    return 1;
}

/* What members tell the module of each other is not for clients
 * @param value  in the request's pool */
static int take_owner(wlm_exchange_t *exchange, const char *name, const wlm_http_field_t *field, const char *value)
{
    if (!name || !wlm_http_field_is(field->name, name)) {
        return 0;
    }
    if (!exchange->owner) {
        exchange->owner = value;
    }
    return 1;
}

void wlm_exchange_head_copy(wlm_exchange_t *exchange)
{
    const char *head = exchange->conn->buffer + exchange->conn->start - exchange->head.size;
    const char *copy = apr_pmemdup(exchange->pool, head, exchange->head.size);
    const char *owner_field = wlm_options_owner_field(exchange->member->cluster->options);
    int i, may_nominate = nominates(&exchange->head);
    int drops_load = wlm_exchange_head_note_load(exchange->member, exchange->head.fields, exchange->head.nfields);

    exchange->fields = apr_table_make(exchange->pool, exchange->head.nfields + 2);
    exchange->content_type = exchange->owner = NULL;
    exchange->status_line = exchange->head.reason[0] ? copy + (exchange->head.reason - head) - STATUS_SIZE : NULL;
    for (i = 0; i < exchange->head.nfields; ++i) {
        const wlm_http_field_t *field = &exchange->head.fields[i];
        const char *value = copy + (field->value - head);

        if (wlm_http_field_is_per_hop(field->name) || wlm_http_field_is_private(field->name)
            || (may_nominate && is_nominated(&exchange->head, field->name))
            || (drops_load && wlm_http_load_report_field(field->name) != WLM_HTTP_LOAD_REPORT_NO)
            || take_owner(exchange, owner_field, field, value)) {
            continue;
        }
        if (wlm_http_field_is(field->name, "Content-Type")) {
            exchange->content_type = value;
        }
        else {
            apr_table_addn(exchange->fields, copy + (field->name - head), value);
        }
    }
    if (exchange->head.status == 101 || exchange->head.status == 426) {
        copy_upgrade(exchange);
    }
}
