/* How `wlmcfg diff` prints what differs: each kind of value, for people and as JSON. */
#include <jansson.h>
#include "unit.h"
#include "captured.h"
#include "tools/wlmcfg/diff/diff_unit.h"
#include "tools/wlmcfg/diff/print.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

static const struct {
    const char *from, *to, *text, *json; /* the line of the change, and what JSON has for its values */
} kind_cases[] = {
    /* none and text */
    { TWO("", ""), TWO("CloneID='c'", ""), "CloneID: none -> c\n",
      "{\"name\": \"CloneID\", \"from\": null, \"to\": \"c\"}" },
    /* number */
    { TRANSPORT(""), TRANSPORT("ConnectionTTL='5'"), "ConnectionTTL: 28 -> 5\n",
      "{\"name\": \"ConnectionTTL\", \"from\": 28, \"to\": 5}" },
    /* truth */
    { TWO("", ""), TWO("WaitForContinue='true'", ""), "WaitForContinue: false -> true\n",
      "{\"name\": \"WaitForContinue\", \"from\": false, \"to\": true}" },
    /* percent */
    { TWO("LoadBalanceWeight='1'", "LoadBalanceWeight='1'"), TWO("LoadBalanceWeight='3'", "LoadBalanceWeight='1'"),
      "share of new sessions: 50.0 % -> 75.0 %\n", "{\"name\": \"share\", \"from\": 50.0, \"to\": 75.0}" },
    /* names */
    { TIERS("<Server Name='t'/><Server Name='u'/>"), TIERS("<Server Name='u'/><Server Name='t'/>"),
      "BackupServers: t u -> u t\n",
      "{\"name\": \"BackupServers\", \"from\": [\"t\", \"u\"], \"to\": [\"u\", \"t\"]}" },
};

static const char *printed(const diff_t *diff, int is_json)
{
    captured_t captured = capture_begin(stdout);

    if (is_json) {
        ck_assert(wlmcfg_diff_json(diff));
    }
    else {
        wlmcfg_diff_print(diff, unit_pool);
    }
    return capture_end(&captured);
}

/* The first change of the cluster, or of its first member that has one */
static json_t *first_change(json_t *root)
{
    json_t *cluster = json_array_get(json_object_get(root, "clusters"), 0);
    json_t *own = json_array_get(json_object_get(cluster, "changes"), 0);
    json_t *member = json_array_get(json_object_get(cluster, "members"), 0);

    return own ? own : json_array_get(json_object_get(member, "changes"), 0);
}

START_TEST(values_are_printed_by_their_kind)
{
    const diff_t *diff = compare(kind_cases[_i].from, kind_cases[_i].to);
    json_t *root = json_loads(printed(diff, 1), 0, NULL), *expected = json_loads(kind_cases[_i].json, 0, NULL);

    ck_assert_ptr_nonnull(strstr(printed(diff, 0), kind_cases[_i].text));
    ck_assert_ptr_nonnull(expected);
    ck_assert_msg(json_equal(first_change(root), expected), "%s", printed(diff, 1));
    json_decref(root);
    json_decref(expected);
}
END_TEST

static const struct {
    const char *from, *to, *text; /* all that is printed for people */
} text_cases[] = {
    { AB, AB, "no change\n" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("b", "", SERVER("t", "", "h")),
      "cluster b: was a (its members' health and counters begin anew)\n    member t: was s\n" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("t", "", "h")),
      "cluster a\n    member t: was s (its health and counters begin anew)\n" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("s", "", "i")),
      "cluster a\n    member s\n        address: h:80 -> i:80 (its health and counters stay, its connections do "
      "not)\n" },
    { AB ROUTE("a", "u1", URI("/x") URI("/y")), AB ROUTE("b", "u2", URI("/x") URI("/y")),
      "routes\n    cluster a -> cluster b, every host\n        /x\n        /y\n"
      "sessions\n    cluster a, now b: clone id c of member s is gone, its sessions go where new ones go\n" },
    { AB HOST_ROUTE("a", "w:80", "/x"), AB, "routes\n    cluster a -> nowhere, host w:80\n        /x\n" },
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("CloneSeparatorChange='true'", SERVER("s", "CloneID='c'", "h")),
      "cluster a\n    CloneSeparatorChange: false -> true\n"
      "sessions\n    cluster a: clone ids are separated by + instead of :, so those of sessions that have begun are "
      "not "
      "found\n" },
    { ONE("", SERVER("s", "CloneID='c'", "h") SERVER("t", "CloneID='d'", "i")),
      ONE("", SERVER("s", "CloneID='d'", "h") SERVER("t", "CloneID='c'", "i")),
      "cluster a\n    member s\n        CloneID: c -> d\n    member t\n        CloneID: d -> c\n"
      "sessions\n"
      "    cluster a: clone id c names member t at i:80 instead of s at h:80: its sessions go to a wrong server\n"
      "    cluster a: clone id d names member s at h:80 instead of t at i:80: its sessions go to a wrong server\n" },
};

START_TEST(differences_are_printed_for_people)
{
    ck_assert_str_eq(printed(compare(text_cases[_i].from, text_cases[_i].to), 0), text_cases[_i].text);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/diff_output");
    TCase *tc = unit_case(s, "output");

    tcase_add_loop_test(tc, values_are_printed_by_their_kind, 0, UNIT_COUNT(kind_cases));
    tcase_add_loop_test(tc, differences_are_printed_for_people, 0, UNIT_COUNT(text_cases));
    return s;
}

UNIT_MAIN(suite)
