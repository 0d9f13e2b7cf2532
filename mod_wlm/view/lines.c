/* The view as lines "Key: value", as mod_status prints them for programs (?auto). Runs on the thread that answers the
 * request. */
#include <string.h>
#include <apr_strings.h>
#include "view/fields.h"
#include "view/lines.h"

/* Line ends become blanks, so that a value cannot forge another line. */
static const char *one_line(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text), *at;

    for (at = copy; *at; ++at) {
        if (*at == '\n' || *at == '\r') {
            *at = ' ';
        }
    }
    return copy;
}

static const char *value_of(const wlm_field_t *field, const void *of, apr_pool_t *p)
{
    const char *text;

    switch (field->kind) {
    case WLM_FIELD_TEXT:
        text = wlm_fields_text(field, of);
        return text ? one_line(text, p) : "-";
    case WLM_FIELD_TIME:
        return wlm_fields_count(field, of) ? wlm_out_time(wlm_fields_count(field, of), p) : "-";
    case WLM_FIELD_SECONDS:
        return apr_psprintf(p, "%.6f", wlm_fields_number(field, of));
    case WLM_FIELD_PERCENT:
    case WLM_FIELD_RATE:
        return apr_psprintf(p, "%.2f", wlm_fields_number(field, of));
    case WLM_FIELD_OPTIONAL:
        return wlm_fields_count(field, of) == WLM_FIELD_NONE
               ? "-" : apr_psprintf(p, "%" APR_UINT64_T_FMT, (apr_uint64_t)wlm_fields_count(field, of));
    default:
        return apr_psprintf(p, "%" APR_UINT64_T_FMT, (apr_uint64_t)wlm_fields_count(field, of));
    }
}

static void print_fields(const wlm_out_t *out, const char *prefix, const wlm_field_t *field, const void *of)
{
    for (; field->name; ++field) {
        wlm_out_printf(out, "%s%s: %s\n", prefix, field->key, value_of(field, of, out->p));
    }
}

static void print_file(const wlm_out_t *out, const wlm_view_file_t *file, int f)
{
    wlm_out_printf(out, "WLMFile[%d]Path: %s\nWLMFile[%d]Generation: %" APR_UINT64_T_FMT "\nWLMFile[%d]Loaded: %s\n", f,
                   file->path, f, (apr_uint64_t)file->generation, f, wlm_out_time(file->loaded, out->p));
    if (file->refused) {
        wlm_out_printf(out, "WLMFile[%d]Refused: since %s: %s\n", f, wlm_out_time(file->refused_since, out->p),
                       one_line(file->refused, out->p));
    }
    else {
        wlm_out_printf(out, "WLMFile[%d]Refused: no\n", f);
    }
}

void wlm_lines_write(const wlm_out_t *out, const wlm_view_t *view)
{
    int f, c, m;

    wlm_out_printf(out, "WLMDefaults: %s\n", view->defaults);
    print_fields(out, "WLMEngine", wlm_fields_engine, &view->engine);
    print_fields(out, "WLMMemory", wlm_fields_memory, &view->memory);
    if (view->store.name) {
        print_fields(out, "WLMAffinityStore", wlm_fields_store, &view->store);
    }
    print_fields(out, "WLMAll", wlm_fields_all, view);
    for (f = 0; f < view->nfiles; ++f) {
        print_file(out, &view->files[f], f);
    }
    for (c = 0; c < view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &view->clusters[c];

        print_fields(out, apr_psprintf(out->p, "WLMCluster[%d]", c), wlm_fields_cluster, cluster);
        for (m = 0; m < cluster->nmembers; ++m) {
            print_fields(out, apr_psprintf(out->p, "WLMCluster[%d]Member[%d]", c, m), wlm_fields_member,
                         &cluster->members[m]);
        }
    }
    wlm_out_printf(out, "WLMWorkReloadAge: %" APR_UINT64_T_FMT "\nWLMWorkChecksAge: %" APR_UINT64_T_FMT "\n",
                   (apr_uint64_t)view->work.reload_age, (apr_uint64_t)view->work.checks_age);
    wlm_out_printf(out, "WLMSlotsMembers: %" APR_UINT64_T_FMT " of %" APR_UINT64_T_FMT "\nWLMSlotsClusters: %"
                   APR_UINT64_T_FMT " of %" APR_UINT64_T_FMT "\n",
                   (apr_uint64_t)view->member_slots, (apr_uint64_t)view->member_slots_max,
                   (apr_uint64_t)view->cluster_slots, (apr_uint64_t)view->cluster_slots_max);
}
