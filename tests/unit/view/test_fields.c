/* The values that are shown: docs/status.md says the same of them, and each counter is shown, saved and reset. */
#include <stdio.h>
#include "balance/counters.h"
#include "cluster_unit.h"
#include "shared/counter_table.h"
#include "shared/saved_state.h"
#include "view/fields.h"
#include "view/view.h"

/* -- the documentation ------------------------------------------------------------------------------------- */

#define DOCUMENT "docs/status.md"
#define HEAD "| JSON | `?auto` | | metric | |\n|---|---|---|---|---|\n"

static const struct {
    const char *prefix;            /* of metrics */
    const wlm_field_t *fields;
} tables[] = { { "wlm_engine_", wlm_fields_engine }, { "wlm_memory_", wlm_fields_memory },
               { "wlm_affinity_store_", wlm_fields_store }, { "", wlm_fields_all },
               { "wlm_cluster_", wlm_fields_cluster }, { "wlm_member_", wlm_fields_member } };

static const char *read_document(void)
{
    static char text[1 << 16];
    FILE *file = fopen(DOCUMENT, "r");
    size_t length;

    ck_assert_ptr_nonnull(file);
    length = fread(text, 1, sizeof(text), file);
    fclose(file);
    ck_assert_uint_lt(length, sizeof(text));
    text[length] = '\0';
    return text;
}

static const char *row_of(const wlm_field_t *field, const char *prefix)
{
    static const char *const kinds[] = {
        [WLM_FIELD_TEXT] = "text", [WLM_FIELD_COUNT] = "count",     [WLM_FIELD_NUMBER] = "number",
        [WLM_FIELD_TIME] = "time", [WLM_FIELD_SECONDS] = "seconds", [WLM_FIELD_PERCENT] = "percent",
        [WLM_FIELD_RATE] = "rate", [WLM_FIELD_OPTIONAL] = "optional"
    };
    const char *metric = field->metric ? apr_pstrcat(unit_pool, "`", prefix, field->metric,
                                                     field->kind == WLM_FIELD_COUNT ? "_total`" : "`", NULL) : "";

    return apr_psprintf(unit_pool, "| `%s` | %s | %s | %s | %s |\n", field->name, field->key, kinds[field->kind],
                        metric, field->help);
}

START_TEST(the_documentation_has_the_rows_of_the_table)
{
    const char *at = read_document();
    const wlm_field_t *field;
    int i;

    for (i = 0; i <= _i; ++i) {
        at = strstr(at, HEAD);
        ck_assert_ptr_nonnull(at);
        at += strlen(HEAD);
    }
    for (field = tables[_i].fields; field->name; ++field) {
        const char *row = row_of(field, tables[_i].prefix);

        ck_assert_msg(strncmp(at, row, strlen(row)) == 0, "%s needs here: %sinstead of: %.*s", DOCUMENT, row,
                      (int)strcspn(at, "\n"), at);
        at += strlen(row);
    }
    ck_assert_msg(*at == '\n', "%s has a row too many: %.*s", DOCUMENT, (int)strcspn(at, "\n"), at);
}
END_TEST

/* -- the counters ------------------------------------------------------------------------------------------ */

/* Of several numbers the first and the last */
static void set(_Atomic uint64_t *numbers, int n, uint64_t number)
{
    numbers[0] = number;
    numbers[n - 1] = number;
}

/* @param first  of the counters' numbers; 0: all are 0 */
static void check_shown(wlm_cluster_t *cluster, uint64_t first)
{
    const wlm_moment_t moment = { T0, T0 };
    wlm_view_cluster_t view;
    const wlm_field_t *field;

    wlm_view_read_cluster(&view, cluster, "f", WLM_VIEW_NO_EVENTS, &moment, unit_pool);
    for (field = wlm_fields_member; field->name; ++field) {
        int is_sum = strcmp(field->name, "failures") == 0 || strcmp(field->name, "responses") == 0;
        uint64_t factor = is_sum ? 2 : 1; /* see set() */

        if (field->kind == WLM_FIELD_COUNT) {
            ck_assert_msg(wlm_fields_count(field, view.members) == factor * first, "%s", field->name);
            first += first > 0;
        }
    }
}

START_TEST(each_counter_is_shown_saved_and_reset)
{
    static const wlm_saved_clock_t clock_now = { { T0, T0 }, "boot" };
    static const member_spec_t one[] = { { "a", "a", 1, P, 0 }, END };
    wlm_cluster_t *cluster = make(one), *other = make(one);
    wlm_shared_member_t *record = cluster->members[0].shared;
    const wlm_saved_entry_t entry = { .key = 7, .member = record };
    uint64_t number = 100;
    wlm_saved_t *saved;
    apr_size_t length;
    const char *text;
    int n;

#define COUNTER(where, name, key, metric, help) \
    set((_Atomic uint64_t *)&record->name, WLM_COUNTER_NUMBERS(record->name), number++);
    WLM_COUNTERS(COUNTER)
#undef COUNTER
    check_shown(cluster, 100);
    text = wlm_saved_print(&entry, 1, &clock_now, &length, unit_pool);
    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, length, &clock_now, unit_pool));
    wlm_saved_restore(other->members[0].shared, saved);
    check_shown(other, 100);
    wlm_counters_reset(record);
    check_shown(cluster, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("view/fields");
    TCase *tc = unit_case(s, "documentation");

    tcase_add_loop_test(tc, the_documentation_has_the_rows_of_the_table, 0, UNIT_COUNT(tables));
    tc = unit_case(s, "counters");
    tcase_add_test(tc, each_counter_is_shown_saved_and_reset);
    return s;
}

UNIT_MAIN(suite)
