/* Unit tests of plugin-cfg/finding.c and its table: what the table of findings must keep, and that a finding has the
 * severity of its row. */
#include <ctype.h>
#include "plugin-cfg/plugin_cfg.h"
#include "unit.h"

/* The names of the rows, as the id is to be: in small letters, with hyphens */
static const char *id_of_name(const char *name)
{
    static char id[64];
    int i;

    for (i = 0; name[i] && i < (int)sizeof(id) - 1; ++i) {
        id[i] = name[i] == '_' ? '-' : (char)tolower((unsigned char)name[i]);
    }
    id[i] = '\0';
    return id;
}

#define NAME(name, id, severity, meaning, remedy) #name,
static const char *const names[] = { PLUGIN_CFG_FINDINGS(NAME) };

START_TEST(a_row_has_what_the_table_promises)
{
    const plugin_cfg_finding_kind_t *kind = &plugin_cfg_finding_kinds[_i];

    ck_assert_str_eq(kind->id, id_of_name(names[_i]));
    ck_assert_msg(_i == 0 || strcmp(kind[-1].id, kind->id) < 0, "%s is not in the order of the ids", kind->id);
    ck_assert_msg(kind->milder <= kind->severity, "%s: the second severity is the graver one", kind->id);
    ck_assert_msg(*kind->meaning && kind->meaning[strlen(kind->meaning) - 1] == '.', "%s: no sentence", kind->id);
    ck_assert_msg(*kind->remedy && kind->remedy[strlen(kind->remedy) - 1] == '.', "%s: no sentence", kind->id);
}
END_TEST

static const struct {
    plugin_cfg_finding_id_t id;
    int is_mild;                   /* -1: by plugin_cfg_add_finding() */
    const char *text;
} severities[] = {
    { PLUGIN_CFG_FINDING_DOCTYPE, -1, "f.xml:3: error: it [doctype]" },
    { PLUGIN_CFG_FINDING_UNKNOWN_ELEMENT, -1, "f.xml:3: warning: it [unknown-element]" },
    { PLUGIN_CFG_FINDING_UNUSED, -1, "f.xml:3: note: it [unused]" },
    { PLUGIN_CFG_FINDING_BAD_NUMBER, 0, "f.xml:3: error: it [bad-number]" },
    { PLUGIN_CFG_FINDING_BAD_NUMBER, 1, "f.xml:3: warning: it [bad-number]" },
    { PLUGIN_CFG_FINDING_NO_ROUTES, 0, "f.xml:3: warning: it [no-routes]" },
    { PLUGIN_CFG_FINDING_NO_ROUTES, 1, "f.xml:3: note: it [no-routes]" },
    /* a row with one severity has no milder one */
    { PLUGIN_CFG_FINDING_DOCTYPE, 1, "f.xml:3: error: it [doctype]" },
};

START_TEST(a_finding_has_the_severity_of_its_row)
{
    plugin_cfg_t cfg = { .file = "f.xml", .findings = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_finding_t *)) };
    const plugin_cfg_finding_t *finding;

    if (severities[_i].is_mild < 0) {
        plugin_cfg_add_finding(&cfg, severities[_i].id, 3, "%s", "it");
    }
    else {
        plugin_cfg_add_graded_finding(&cfg, severities[_i].id, severities[_i].is_mild, 3, "%s", "it");
    }
    finding = APR_ARRAY_IDX(cfg.findings, 0, plugin_cfg_finding_t *);
    ck_assert_str_eq(plugin_cfg_finding_text(finding, finding->severity, unit_pool), severities[_i].text);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/finding");
    TCase *tc = unit_case(s, "findings");

    tcase_add_loop_test(tc, a_row_has_what_the_table_promises, 0, PLUGIN_CFG_FINDINGS_COUNT);
    tcase_add_loop_test(tc, a_finding_has_the_severity_of_its_row, 0, UNIT_COUNT(severities));
    return s;
}

UNIT_MAIN(suite)
