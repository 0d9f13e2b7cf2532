/* The view as JSON (RFC 8259), written by the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "balance/outcome.h"
#include "view/fields.h"
#include "view/json.h"
#include "view/json_text.h"
#include "view/refusals.h"

#define FORMAT_VERSION 1

void wlm_json_write_text(const wlm_out_t *out, const char *text)
{
    char escaped[WLM_JSON_TEXT_MAX + 1];
    const char *from = text;
    int n;

    if (!text) {
        wlm_out_puts(out, "null");
        return;
    }
    wlm_out_puts(out, "\"");
    for (; *text; text += n ? n : 1) {
        n = wlm_json_text_plain(text);
        if (!n) {
            out->write(out->to, from, (apr_size_t)(text - from));
            wlm_json_text_escape(escaped, text);
            wlm_out_puts(out, escaped);
            from = text + 1;
        }
    }
    out->write(out->to, from, (apr_size_t)(text - from));
    wlm_out_puts(out, "\"");
}

static void print_time(const wlm_out_t *out, uint64_t ms)
{
    wlm_json_write_text(out, ms ? wlm_out_time(ms, out->p) : NULL);
}

static void print_optional(const wlm_out_t *out, uint64_t number)
{
    if (number == WLM_FIELD_NONE) {
        wlm_out_puts(out, "null");
    }
    else {
        wlm_out_printf(out, "%" APR_UINT64_T_FMT, (apr_uint64_t)number);
    }
}

static void print_value(const wlm_out_t *out, const wlm_field_t *field, const void *of)
{
    switch (field->kind) {
    case WLM_FIELD_TEXT:
        wlm_json_write_text(out, wlm_fields_text(field, of));
        break;
    case WLM_FIELD_TIME:
        print_time(out, wlm_fields_count(field, of));
        break;
    case WLM_FIELD_SECONDS:
        wlm_out_printf(out, "%.6f", wlm_fields_number(field, of));
        break;
    case WLM_FIELD_PERCENT:
    case WLM_FIELD_RATE:
        wlm_out_printf(out, "%.2f", wlm_fields_number(field, of));
        break;
    case WLM_FIELD_OPTIONAL:
        print_optional(out, wlm_fields_count(field, of));
        break;
    default:
        wlm_out_printf(out, "%" APR_UINT64_T_FMT, (apr_uint64_t)wlm_fields_count(field, of));
    }
}

static void print_fields(const wlm_out_t *out, const wlm_field_t *fields, const void *of)
{
    const wlm_field_t *field;

    for (field = fields; field->name; ++field) {
        wlm_out_printf(out, "%s\"%s\":", field == fields ? "" : ",", field->name);
        print_value(out, field, of);
    }
}

static void print_numbers(const wlm_out_t *out, const char *name, const uint64_t *numbers, int n)
{
    int i;

    wlm_out_printf(out, ",\"%s\":[", name);
    for (i = 0; i < n; ++i) {
        wlm_out_printf(out, "%s%" APR_UINT64_T_FMT, i ? "," : "", (apr_uint64_t)numbers[i]);
    }
    wlm_out_puts(out, "]");
}

static void print_failures(const wlm_out_t *out, const wlm_view_member_t *member)
{
    const char *comma = "";
    int i;

    wlm_out_puts(out, ",\"failures_by\":{");
    for (i = 0; i < WLM_OUTCOMES; ++i) {
        if (member->failures_by[i]) {
            wlm_out_printf(out, "%s\"%s\":%" APR_UINT64_T_FMT, comma, wlm_outcome_name((wlm_outcome_t)i),
                           (apr_uint64_t)member->failures_by[i]);
            comma = ",";
        }
    }
    wlm_out_puts(out, "}");
}

static void print_responses(const wlm_out_t *out, const wlm_view_member_t *member)
{
    int i;

    wlm_out_puts(out, ",\"responses_by\":{");
    for (i = 0; i < WLM_STATUS_CLASSES; ++i) {
        wlm_out_printf(out, "%s\"%dxx\":%" APR_UINT64_T_FMT, i ? "," : "", i + 1,
                       (apr_uint64_t)member->responses_by[i]);
    }
    wlm_out_puts(out, "}");
}

static void print_events(const wlm_out_t *out, const wlm_view_event_t *events, int n)
{
    int i;

    wlm_out_puts(out, ",\"events\":[");
    for (i = 0; i < n; ++i) {
        wlm_out_puts(out, i ? ",{\"at\":" : "{\"at\":");
        print_time(out, events[i].at);
        wlm_out_puts(out, ",\"text\":");
        wlm_json_write_text(out, events[i].text);
        wlm_out_puts(out, "}");
    }
    wlm_out_puts(out, "]");
}

static void print_member(const wlm_out_t *out, const wlm_view_member_t *member)
{
    wlm_out_puts(out, "{");
    print_fields(out, wlm_fields_member, member);
    print_failures(out, member);
    print_responses(out, member);
    print_numbers(out, "recent_requests", member->recent_requests, WLM_SAMPLES);
    print_numbers(out, "recent_failures", member->recent_failures, WLM_SAMPLES);
    print_numbers(out, "recent_errors", member->recent_errors, WLM_SAMPLES);
    if (member->events) {
        print_events(out, member->events, member->nevents);
    }
    wlm_out_puts(out, "}");
}

static void print_classes(const wlm_out_t *out, const wlm_view_cluster_t *cluster)
{
    int i;

    for (i = 0; i < cluster->nclasses; ++i) {
        const wlm_view_class_t *class = &cluster->classes[i];

        wlm_out_puts(out, i ? ",{\"name\":" : ",\"classes\":[{\"name\":");
        wlm_json_write_text(out, *class->name ? class->name : NULL);
        wlm_out_printf(out, ",\"priority\":%" APR_UINT64_T_FMT ",\"goal\":%.6f,\"requests\":%" APR_UINT64_T_FMT
                       ",\"in_time\":%" APR_UINT64_T_FMT, class->priority, class->goal, class->requests,
                       class->in_time);
        wlm_out_printf(out, ",\"refused_no_place\":%" APR_UINT64_T_FMT ",\"refused_waited\":%" APR_UINT64_T_FMT
                       ",\"refused_overload\":%" APR_UINT64_T_FMT "}", class->refused[WLM_REFUSED_NO_PLACE],
                       class->refused[WLM_REFUSED_WAITED], class->refused[WLM_REFUSED_OVERLOAD]);
    }
    wlm_out_puts(out, cluster->nclasses ? "]" : "");
}

static void print_cluster(const wlm_out_t *out, const wlm_view_cluster_t *cluster)
{
    int m;

    wlm_out_puts(out, "{");
    print_fields(out, wlm_fields_cluster, cluster);
    print_classes(out, cluster);
    if (cluster->events) {
        print_events(out, cluster->events, cluster->nevents);
    }
    wlm_out_puts(out, ",\"unserved_by\":{");
    for (m = 0; m < WLM_REFUSALS; ++m) {
        wlm_out_printf(out, "%s\"%s\":%" APR_UINT64_T_FMT, m ? "," : "", wlm_refusals_name((wlm_refusal_t)m),
                       (apr_uint64_t)cluster->refused[m]);
    }
    wlm_out_puts(out, "},\"members\":[");
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_out_puts(out, m ? ",\n" : "\n");
        print_member(out, &cluster->members[m]);
    }
    wlm_out_puts(out, "]}");
}

static void print_finding(const wlm_out_t *out, const plugin_cfg_finding_t *finding)
{
    wlm_out_printf(out, "{\"severity\":\"%s\",\"line\":%d,\"id\":\"%s\",\"message\":",
                   plugin_cfg_severity_name(finding->severity), finding->line, finding->id);
    wlm_json_write_text(out, finding->message);
    wlm_out_puts(out, "}");
}

static void print_file(const wlm_out_t *out, const wlm_view_file_t *file)
{
    int i;

    wlm_out_puts(out, "{\"path\":");
    wlm_json_write_text(out, file->path);
    wlm_out_printf(out, ",\"generation\":%" APR_UINT64_T_FMT ",\"loaded\":", (apr_uint64_t)file->generation);
    print_time(out, file->loaded);
    wlm_out_puts(out, ",\"refused\":");
    wlm_json_write_text(out, file->refused);
    wlm_out_puts(out, ",\"refused_since\":");
    print_time(out, file->refused_since);
    wlm_out_puts(out, ",\"findings\":[");
    for (i = 0; i < file->findings->nelts; ++i) {
        wlm_out_puts(out, i ? "," : "");
        print_finding(out, APR_ARRAY_IDX(file->findings, i, plugin_cfg_finding_t *));
    }
    wlm_out_puts(out, "]");
    if (file->events) {
        print_events(out, file->events, file->nevents);
    }
    wlm_out_puts(out, "}");
}

void wlm_json_write(const wlm_out_t *out, const wlm_view_t *view)
{
    int i;

    wlm_out_printf(out, "{\"format\":%d,\"module\":", FORMAT_VERSION);
    wlm_json_write_text(out, view->version);
    wlm_out_puts(out, ",\"time\":");
    print_time(out, view->now);
    wlm_out_printf(out, ",\"utc_offset\":%d,\"defaults\":", wlm_out_utc_offset(view->now));
    wlm_json_write_text(out, view->defaults);
    wlm_out_printf(out,
                   ",\"slots\":{\"members\":%" APR_UINT64_T_FMT ",\"members_max\":%" APR_UINT64_T_FMT
                   ",\"clusters\":%" APR_UINT64_T_FMT ",\"clusters_max\":%" APR_UINT64_T_FMT "},\n\"engine\":{",
                   (apr_uint64_t)view->member_slots, (apr_uint64_t)view->member_slots_max,
                   (apr_uint64_t)view->cluster_slots, (apr_uint64_t)view->cluster_slots_max);
    print_fields(out, wlm_fields_engine, &view->engine);
    wlm_out_puts(out, "},\n\"memory\":{");
    print_fields(out, wlm_fields_memory, &view->memory);
    wlm_out_puts(out, "},\n\"affinity_store\":{");
    print_fields(out, wlm_fields_store, &view->store);
    wlm_out_puts(out, "},\n\"all\":{");
    print_fields(out, wlm_fields_all, view);
    wlm_out_printf(out, "},\n\"work\":{\"reload_age\":%" APR_UINT64_T_FMT ",\"checks_age\":%" APR_UINT64_T_FMT
                   "},\n\"files\":[", (apr_uint64_t)view->work.reload_age, (apr_uint64_t)view->work.checks_age);
    for (i = 0; i < view->nfiles; ++i) {
        wlm_out_puts(out, i ? ",\n" : "\n");
        print_file(out, &view->files[i]);
    }
    wlm_out_puts(out, "],\n\"clusters\":[");
    for (i = 0; i < view->nclusters; ++i) {
        wlm_out_puts(out, i ? ",\n" : "\n");
        print_cluster(out, &view->clusters[i]);
    }
    wlm_out_puts(out, "]}\n");
}
