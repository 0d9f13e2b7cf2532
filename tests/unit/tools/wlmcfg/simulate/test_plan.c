/* The command line of `wlmcfg simulate` as a plan: counts, times and changes, and what is refused. */
#include "unit.h"
#include "captured.h"
#include "plugin_cfg_unit.h"
#include "balance/load_words.h"
#include "tools/wlmcfg/config_xml.h"
#include "tools/wlmcfg/simulate/plan.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

#define ONE CLUSTER("a", "", SERVER("s", "", "h") SERVER("t", "", "i") SERVER("x@1=2", "", "j"))
#define BOTH ONE CLUSTER("b", "", SERVER("u", "", "k"))

/* Options as "name=value name=value"; those that are not there are as wlmcfg_run_simulate() has them */
static sim_call_t call_of(const char *options)
{
    sim_call_t call = { .file = "f", .sessions = "1000", .requests = "10", .seed = "1",
                        .web_servers = "1" };
    const struct {
        const char *name, **value;
    } values[] = {
        { "cluster", &call.cluster }, { "sessions", &call.sessions }, { "requests", &call.requests },
        { "duration", &call.duration }, { "think", &call.think_time }, { "response", &call.response_time },
        { "slow-start", &call.slow_start }, { "policy", &call.policy }, { "seed", &call.seed },
        { "web-servers", &call.web_servers }
    };
    char *rest = apr_pstrdup(unit_pool, options), *last, *word;
    int kind, i, is_known;

    call.classes = apr_array_make(unit_pool, 2, sizeof(const char *));
    for (kind = SIM_KILL; kind < SIM_CHANGES; ++kind) {
        call.changes[kind] = apr_array_make(unit_pool, 4, sizeof(const char *));
    }
    for (; (word = apr_strtok(rest, " ", &last)) != NULL; rest = NULL) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        is_known = 0;
        for (i = 0; i < UNIT_COUNT(values); ++i) {
            if (strcmp(values[i].name, word) == 0) {
                *values[i].value = value;
                is_known = 1;
            }
        }
        for (kind = SIM_KILL; kind < SIM_CHANGES; ++kind) {
            if (strcmp(wlmcfg_simulate_change_name((sim_change_kind_t)kind), word) == 0) {
                APR_ARRAY_PUSH(call.changes[kind], const char *) = value;
                is_known = 1;
            }
        }
        ck_assert_msg(is_known, "no such option: %s", word);
    }
    return call;
}

static const char *ms(apr_interval_time_t time)
{
    return apr_psprintf(unit_pool, "%" APR_INT64_T_FMT, (apr_int64_t)time / 1000);
}

/* "cluster sessions*requests duration/think/response/slow seed", times in milliseconds, and the changes */
static const char *plan_text(const sim_plan_t *plan)
{
    const char *text = apr_psprintf(unit_pool, "%s %u*%u %s/%s/%s/%s %d", plan->cfg->name, plan->sessions,
                                    plan->requests, ms(plan->duration), ms(plan->think_time), ms(plan->response_time),
                                    ms(plan->slow_start), (int)plan->seed);
    int i;

    for (i = 0; i < plan->changes->nelts; ++i) {
        const sim_change_t *change = &APR_ARRAY_IDX(plan->changes, i, sim_change_t);
        text = apr_psprintf(unit_pool, "%s, %s %s %s(%d)", text, ms(change->at),
                            wlmcfg_simulate_change_name(change->kind), change->name, change->member);
        if (wlmcfg_simulate_change_value(change->kind)) {
            text = apr_psprintf(unit_pool, "%s %d", text, change->value);
        }
    }
    return text;
}

static const struct {
    const char *file, *options, *plan;
} plan_cases[] = {
    { ONE, "", "a 1000*10 600000/6616/50/30000 1" },
    { ONE, "sessions=1 requests=1 seed=0", "a 1*1 600000/0/50/30000 0" },
    { ONE, "sessions=1000000 requests=100 seed=7", "a 1000000*100 600000/556/50/30000 7" },
    { BOTH, "cluster=b", "b 1000*10 600000/6616/50/30000 1" },
    /* times, with units */
    { ONE, "duration=90s", "a 1000*10 90000/950/50/30000 1" },
    { ONE, "duration=90", "a 1000*10 90000/950/50/30000 1" },
    { ONE, "duration=2m response=250ms think=1s slow-start=20s", "a 1000*10 120000/1000/250/20000 1" },
    { ONE, "duration=1h response=0", "a 1000*10 3600000/40000/0/30000 1" },
    { ONE, "duration=720h", "a 1000*10 2592000000/28799950/50/30000 1" },
    /* without --think-time a session takes a tenth of the time */
    { ONE, "duration=100s requests=11 response=0", "a 1000*11 100000/1000/0/30000 1" },
    { ONE, "duration=10s requests=11 response=200ms", "a 1000*11 10000/0/200/30000 1" },
    { ONE, "duration=1s requests=10 response=99ms think=0", "a 1000*10 1000/0/99/30000 1" },
    /* changes by time, those of one time by kind and as they are given */
    { ONE, "kill=s@20s revive=s@30s drain=t@10s",
      "a 1000*10 600000/6616/50/30000 1, 10000 drain t(1), 20000 kill s(0), 30000 revive s(0)" },
    { ONE, "weight=t=0@5s kill=t@5s kill=s@5s",
      "a 1000*10 600000/6616/50/30000 1, 5000 kill t(1), 5000 kill s(0), 5000 weight t(1) 0" },
    { ONE, "weight=s=4@120s", "a 1000*10 600000/6616/50/30000 1, 120000 weight s(0) 4" },
    { ONE, "weight=s=65535@0", "a 1000*10 600000/6616/50/30000 1, 0 weight s(0) 65535" },
    { ONE, "slow=s=10@2s slow=s=1@4s fail=t@1s revive=t@3s",
      "a 1000*10 600000/6616/50/30000 1, 1000 fail t(1), 2000 slow s(0) 10, 3000 revive t(1), 4000 slow s(0) 1" },
    { ONE, "report=s=80@2s report=s=0@4s fail=t@2s",
      "a 1000*10 600000/6616/50/30000 1, 2000 fail t(1), 2000 report s(0) 80, 4000 report s(0) 0" },
    { ONE, "kill=s@599999ms", "a 1000*10 600000/6616/50/30000 1, 599999 kill s(0)" },
    /* names may have any character */
    { ONE, "kill=x@1=2@5s weight=x@1=2=3@6s",
      "a 1000*10 600000/6616/50/30000 1, 5000 kill x@1=2(2), 6000 weight x@1=2(2) 3" },
};

START_TEST(a_call_becomes_a_plan)
{
    plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>", plan_cases[_i].file, "</Config>", NULL));
    sim_call_t call = call_of(plan_cases[_i].options);
    sim_plan_t plan;

    ck_assert(wlmcfg_simulate_plan(&plan, &call, cfg, unit_pool));
    ck_assert_str_eq(plan_text(&plan), plan_cases[_i].plan);
}
END_TEST

static const struct {
    const char *file, *options, *message;
} error_cases[] = {
    { ONE, "sessions=0", "wlmcfg: --sessions: \"0\" is no whole number from 1 to 1000000" },
    { ONE, "sessions=1000001", "wlmcfg: --sessions: \"1000001\" is no whole number from 1 to 1000000" },
    { ONE, "sessions=-1", "wlmcfg: --sessions: \"-1\" is no whole number from 1 to 1000000" },
    { ONE, "sessions=1.5", "wlmcfg: --sessions: \"1.5\" is no whole number from 1 to 1000000" },
    { ONE, "sessions=", "wlmcfg: --sessions: \"\" is no whole number from 1 to 1000000" },
    { ONE, "requests=0", "wlmcfg: --requests-per-session: \"0\" is no whole number from 1 to 100000000" },
    { ONE, "requests=100000001",
      "wlmcfg: --requests-per-session: \"100000001\" is no whole number from 1 to 100000000" },
    { ONE, "sessions=1000000 requests=101",
      "wlmcfg: --sessions, --requests-per-session: more than 100000000 requests together" },
    { ONE, "seed=9223372036854775808",
      "wlmcfg: --seed: \"9223372036854775808\" is no whole number from 0 to 9223372036854775807" },
    { ONE, "seed=99999999999999999999",
      "wlmcfg: --seed: \"99999999999999999999\" is no whole number from 0 to 9223372036854775807" },
    { ONE, "seed=x", "wlmcfg: --seed: \"x\" is no whole number from 0 to 9223372036854775807" },
    { ONE, "duration=0", "wlmcfg: --duration: \"0\" is no time such as 90s, 10m, 1h or 50ms, from 1s to 720h" },
    { ONE, "duration=999ms", "wlmcfg: --duration: \"999ms\" is no time such as 90s, 10m, 1h or 50ms, from 1s to 720h" },
    { ONE, "duration=721h", "wlmcfg: --duration: \"721h\" is no time such as 90s, 10m, 1h or 50ms, from 1s to 720h" },
    { ONE, "duration=1x", "wlmcfg: --duration: \"1x\" is no time such as 90s, 10m, 1h or 50ms, from 1s to 720h" },
    { ONE, "duration=-1s", "wlmcfg: --duration: \"-1s\" is no time such as 90s, 10m, 1h or 50ms, from 1s to 720h" },
    { ONE, "response=61m", "wlmcfg: --response-time: \"61m\" is no time such as 90s, 10m, 1h or 50ms, from 0s to 1h" },
    { ONE, "think=x", "wlmcfg: --think-time: \"x\" is no time such as 90s, 10m, 1h or 50ms, from 0s to 720h" },
    { ONE, "slow-start=2h", "wlmcfg: --slow-start: \"2h\" is no time such as 90s, 10m, 1h or 50ms, from 0s to 1h" },
    { ONE, "duration=1s requests=10 response=100ms think=0",
      "wlmcfg: --duration: too short for the requests of one session, each with response time and think time" },
    { ONE, "cluster=c", "wlmcfg: f: it has no cluster c; it has a" },
    { BOTH, "", "wlmcfg: f: name a cluster with --cluster; it has a, b" },
    { "", "", "wlmcfg: f: it has no cluster" },
    { ONE, "kill=s", "wlmcfg: --kill s: write MEMBER@TIME, with a time such as 90s or 10m" },
    { ONE, "kill=s@", "wlmcfg: --kill s@: write MEMBER@TIME, with a time such as 90s or 10m" },
    { ONE, "kill=s@x", "wlmcfg: --kill s@x: write MEMBER@TIME, with a time such as 90s or 10m" },
    { ONE, "slow=s@5s", "wlmcfg: --slow s@5s: write MEMBER=FACTOR@TIME, such as s1=10@120s" },
    { ONE, "slow=s=0@5s", "wlmcfg: --slow s=0@5s: a factor is a whole number from 1 to 10000" },
    { ONE, "slow=s=10001@5s", "wlmcfg: --slow s=10001@5s: a factor is a whole number from 1 to 10000" },
    { ONE, "report=s@5s", "wlmcfg: --report s@5s: write MEMBER=PERCENT@TIME, such as s1=80@120s" },
    { ONE, "report=s=1001@5s", "wlmcfg: --report s=1001@5s: a utilisation is a whole number from 0 to 1000" },
    { ONE, "workers=4 workers=s=0@5s",
      "wlmcfg: --workers s=0@5s: the number of workers is a whole number from 1 to 10000" },
    { ONE, "policy=Best",
      "wlmcfg: --policy: LoadBalance (as the file says), RoundRobin, Random, LeastBusy or PeakEWMA" },
    { ONE, "kill=q@5s", "wlmcfg: --kill q@5s: cluster a has no such member" },
    { ONE, "kill=@5s", "wlmcfg: --kill @5s: cluster a has no such member" },
    { ONE, "kill=s@10m", "wlmcfg: --kill s@10m: that is not before the end of the simulation; see --duration" },
    { ONE, "duration=60s drain=s@60s",
      "wlmcfg: --drain s@60s: that is not before the end of the simulation; see --duration" },
    { ONE, "weight=s@5s", "wlmcfg: --weight s@5s: write MEMBER=WEIGHT@TIME, such as s1=4@120s" },
    { ONE, "weight=s=4", "wlmcfg: --weight s=4: write MEMBER=WEIGHT@TIME, such as s1=4@120s" },
    { ONE, "weight=s=@5s", "wlmcfg: --weight s=@5s: a weight is a whole number from 0 to 65535" },
    { ONE, "weight=s=x@5s", "wlmcfg: --weight s=x@5s: a weight is a whole number from 0 to 65535" },
    { ONE, "weight=s=1x@5s", "wlmcfg: --weight s=1x@5s: a weight is a whole number from 0 to 65535" },
    { ONE, "weight=s=-1@5s", "wlmcfg: --weight s=-1@5s: a weight is a whole number from 0 to 65535" },
    { ONE, "weight=s=65536@5s", "wlmcfg: --weight s=65536@5s: a weight is a whole number from 0 to 65535" },
    { ONE, "weight=q=1@5s", "wlmcfg: --weight q=1@5s: cluster a has no such member" },
};

START_TEST(a_word_that_makes_no_sense_is_refused)
{
    plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>", error_cases[_i].file, "</Config>", NULL));
    sim_call_t call = call_of(error_cases[_i].options);
    captured_t captured = capture_begin(stderr);
    sim_plan_t plan;
    int is_good = wlmcfg_simulate_plan(&plan, &call, cfg, unit_pool);
    const char *message = capture_end(&captured);

    ck_assert(!is_good);
    ck_assert_str_eq(apr_pstrmemdup(unit_pool, message, strcspn(message, "\n")), error_cases[_i].message);
}
END_TEST

START_TEST(kinds_of_changes_are_known)
{
    plugin_cfg_t *cfg = cfg_read_text("<Config>" ONE "</Config>");
    sim_call_t call = call_of("slow=s=2@5s report=t=50@6s");
    sim_plan_t plan;
    int kind;

    ck_assert(wlmcfg_simulate_plan(&plan, &call, cfg, unit_pool));
    for (kind = 0; kind < SIM_CHANGES; ++kind) {
        ck_assert_int_eq(wlmcfg_simulate_plan_has(&plan, (sim_change_kind_t)kind),
                         kind == SIM_SLOW || kind == SIM_REPORT);
    }
}
END_TEST

START_TEST(there_are_not_too_many_changes)
{
    plugin_cfg_t *cfg = cfg_read_text("<Config>" ONE "</Config>");
    sim_call_t call = call_of("");
    captured_t captured;
    sim_plan_t plan;
    int i;

    for (i = 0; i < 1000; ++i) {
        APR_ARRAY_PUSH(call.changes[SIM_KILL], const char *) = "s@5s";
    }
    ck_assert(wlmcfg_simulate_plan(&plan, &call, cfg, unit_pool));
    ck_assert_int_eq(plan.changes->nelts, 1000);
    APR_ARRAY_PUSH(call.changes[SIM_DRAIN], const char *) = "s@5s";
    captured = capture_begin(stderr);
    i = wlmcfg_simulate_plan(&plan, &call, cfg, unit_pool);
    ck_assert_ptr_nonnull(strstr(capture_end(&captured), "more than 1000 changes"));
    ck_assert(!i);
}
END_TEST

/* -- as directives have it ------------------------------------------------------------------------------- */

static const struct {
    const char *hedge, *said;      /* or what is wrong */
} hedge_cases[] = {
    { NULL, "Off" }, { "Off", "Off" }, { "p95", "p95 budget=5 min=20ms" },
    { "p90 min=5ms budget=100", "p90 budget=100 min=5ms" },
    { "50ms budget=10%", "50ms budget=10" },
    { "", "wlmcfg: --hedge: Off, or a percentile or a time" }, { "p5", "wlmcfg: --hedge: \"p5\" is no percentile" },
    { "p95 budget=1 min=1 x=1", "wlmcfg: --hedge: Off, or a percentile or a time" },
    { "p95 budget=0", "wlmcfg: --hedge: \"0\" is not a number from 1 to 100" },
};

START_TEST(a_hedge_is_as_the_directive_has_it)
{
    plugin_cfg_t *cfg = cfg_read_text("<Config>" ONE "</Config>");
    sim_call_t call = call_of("");
    captured_t captured = capture_begin(stderr);
    sim_plan_t plan;
    const char *said;
    int is_good;

    call.hedge = hedge_cases[_i].hedge;
    is_good = wlmcfg_simulate_plan(&plan, &call, cfg, unit_pool);
    said = capture_end(&captured);
    said = is_good ? wlm_load_words_hedge_text(&plan.hedge, unit_pool) : said;
    ck_assert_msg(strncmp(said, hedge_cases[_i].said, strlen(hedge_cases[_i].said)) == 0, "%s", said);
    ck_assert_int_eq(is_good && wlmcfg_simulate_plan_has_load(&plan), is_good && strcmp(said, "Off") != 0);
}
END_TEST

static const struct {
    int part, parts;
    apr_interval_time_t at;        /* of a plan of 600 s */
} part_cases[] = {
    { 0, 15, 0 }, { 1, 15, 40000000 }, { 15, 15, 600000000 }, { 6, 7, 514285714 }, { 59, 60, 590000000 },
};

START_TEST(the_duration_has_equal_parts)
{
    const sim_plan_t plan = { .duration = 600 * APR_USEC_PER_SEC };

    ck_assert_int_eq(wlmcfg_simulate_begin_of(&plan, part_cases[_i].part, part_cases[_i].parts), part_cases[_i].at);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/simulate/plan");
    TCase *tc = unit_case(s, "plan");

    tcase_add_loop_test(tc, a_call_becomes_a_plan, 0, UNIT_COUNT(plan_cases));
    tcase_add_loop_test(tc, a_word_that_makes_no_sense_is_refused, 0, UNIT_COUNT(error_cases));
    tcase_add_test(tc, kinds_of_changes_are_known);
    tcase_add_test(tc, there_are_not_too_many_changes);
    tcase_add_loop_test(tc, a_hedge_is_as_the_directive_has_it, 0, UNIT_COUNT(hedge_cases));
    tcase_add_loop_test(tc, the_duration_has_equal_parts, 0, UNIT_COUNT(part_cases));
    return s;
}

UNIT_MAIN(suite)
