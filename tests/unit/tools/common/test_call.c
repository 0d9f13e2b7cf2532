/* How a call is taken apart: options, their arguments, words; and what is printed of a wrong one. */
#include "unit.h"
#include "captured.h"
#include "tools/common/call.h"

char tool_name[] = "wlmtest";      /* stands in each tool's main()'s file */

#define HINT "wlmtest --help tells how to call it\n"
#define ARGS_MAX 8

/* The options of the cases: --json (-j), --name (-n) VALUE, --narrow, --add VALUE (several) */
typedef struct result_t {
    int json, narrow;
    const char *name;
    apr_array_header_t *add;
    char **words;
    int n;
    const char *printed;           /* to stderr */
} result_t;

typedef int read_t(int argc, char **argv, const tool_option_t *options, char ***words);

static void run(result_t *result, read_t *read_words, const char *const *args)
{
    char *argv[ARGS_MAX + 2] = { apr_pstrdup(unit_pool, "command") };
    const tool_option_t options[] = {
        { .name = "json", .letter = 'j', .flag = &result->json }, { .name = "narrow", .flag = &result->narrow },
        { .name = "name", .letter = 'n', .value = &result->name }, { .name = "add", .values = result->add },
        { .name = NULL }
    };
    captured_t output;
    int argc = 1;
    apr_size_t n;

    for (; args[argc - 1]; ++argc) {
        argv[argc] = apr_pstrdup(unit_pool, args[argc - 1]);
    }
    output = capture_begin(stderr);
    result->n = read_words(argc, argv, options, &result->words);
    result->printed = capture_end(&output);
    n = (apr_size_t)(result->n > 0 ? result->n : 0);
    result->words = apr_pmemdup(unit_pool, result->words, sizeof(argv[0]) * n); /* argv ends here */
}

static result_t result_of(read_t *read_words, const char *const *args)
{
    result_t result = { .add = apr_array_make(unit_pool, 2, sizeof(const char *)) };

    run(&result, read_words, args);
    return result;
}

static const char *joined(char *const *words, int n)
{
    const char *text = "";
    int i;

    for (i = 0; i < n; ++i) {
        text = apr_pstrcat(unit_pool, text, i ? "," : "", words[i], NULL);
    }
    return text;
}

/* -- right calls ---------------------------------------------------------------------------------- */

static const struct {
    const char *args[ARGS_MAX];
    read_t *read;
    int n;
    const char *words;             /* with commas between */
    int json;
    const char *name, *add;        /* NULL: not given; with commas between */
} right[] = {
    { { NULL }, tool_read_call, 0, "", 0, NULL, "" },
    { { "a", "b" }, tool_read_call, 2, "a,b", 0, NULL, "" },
    { { "" }, tool_read_call, 1, "", 0, NULL, "" },
    { { "-" }, tool_read_call, 1, "-", 0, NULL, "" },
    /* options stand before, between and behind the words */
    { { "--json", "a" }, tool_read_call, 1, "a", 1, NULL, "" },
    { { "a", "--name", "x", "b", "--json" }, tool_read_call, 2, "a,b", 1, "x", "" },
    { { "--name=x" }, tool_read_call, 0, "", 0, "x", "" },
    { { "--name=" }, tool_read_call, 0, "", 0, "", "" },
    { { "--name", "--json" }, tool_read_call, 0, "", 0, "--json", "" },
    { { "--name", "x", "--name", "y" }, tool_read_call, 0, "", 0, "y", "" },
    { { "--add", "x", "a", "--add", "y" }, tool_read_call, 1, "a", 0, NULL, "x,y" },
    /* letters */
    { { "-j", "-n", "x" }, tool_read_call, 0, "", 1, "x", "" },
    { { "-jnx", "a" }, tool_read_call, 1, "a", 1, "x", "" },
    /* the beginning of a name that is the beginning of one only */
    { { "--js" }, tool_read_call, 0, "", 1, NULL, "" },
    { { "--json", "--", "--name", "x" }, tool_read_call, 2, "--name,x", 1, NULL, "" },
    /* before the first word: what follows is the command's */
    { { NULL }, tool_read_before, 0, "", 0, NULL, "" },
    { { "--name", "x", "status", "--json" }, tool_read_before, 2, "status,--json", 0, "x", "" },
    { { "status", "--name", "x" }, tool_read_before, 3, "status,--name,x", 0, NULL, "" },
};

START_TEST(a_call_has_options_and_words)
{
    result_t result = result_of(right[_i].read, right[_i].args);

    ck_assert_str_eq(result.printed, "");
    ck_assert_int_eq(result.n, right[_i].n);
    ck_assert_str_eq(joined(result.words, result.n), right[_i].words);
    ck_assert_int_eq(result.json, right[_i].json);
    ck_assert_int_eq(result.narrow, 0);
    ck_assert_pstr_eq(result.name, right[_i].name);
    ck_assert_str_eq(joined((char *const *)result.add->elts, result.add->nelts), right[_i].add);
}
END_TEST

START_TEST(the_words_end_with_null)
{
    char command[] = "command", word[] = "a", option[] = "--json";
    char *argv[] = { command, word, option, NULL }, **words;
    int json = 0;
    const tool_option_t options[] = { { .name = "json", .flag = &json }, { .name = NULL } };

    ck_assert_int_eq(tool_read_call(3, argv, options, &words), 1);
    ck_assert_str_eq(words[0], "a");
    ck_assert_ptr_null(words[1]);
}
END_TEST

/* As wlmctl does it: first what stands before the command, then the command with the rest */
START_TEST(a_call_is_read_after_another_one)
{
    char tool[] = "tool", name[] = "--name", value[] = "x", command[] = "status", word[] = "a", option[] = "--json";
    char *argv[] = { tool, name, value, command, word, option, NULL }, **words;
    const char *given = NULL;
    int json = 0;
    const tool_option_t options[] = { { .name = "name", .value = &given }, { .name = "json", .flag = &json },
                                      { .name = NULL } };

    ck_assert_int_eq(tool_read_before(6, argv, options, &words), 3);
    ck_assert_int_eq(json, 0);
    ck_assert_int_eq(tool_read_call(3, words, options, &words), 1);
    ck_assert_str_eq(words[0], "a");
    ck_assert_str_eq(given, "x");
    ck_assert_int_eq(json, 1);
}
END_TEST

START_TEST(a_command_may_have_many_options)
{
    char command[] = "command", last[] = "--option-19", letter[] = "-t", *argv[] = { command, last, letter, NULL };
    tool_option_t options[21] = { { .name = NULL } };
    char **words;
    int i, flags[20] = { 0 };

    for (i = 0; i < 20; ++i) {
        options[i] = (tool_option_t){ .name = apr_psprintf(unit_pool, "option-%d", i), .letter = (char)('a' + i),
                                      .flag = &flags[i] };
    }
    ck_assert_int_eq(tool_read_call(3, argv, options, &words), 0);
    for (i = 0; i < 20; ++i) {
        ck_assert_int_eq(flags[i], i == 19);
    }
}
END_TEST

/* -- wrong calls ------------------------------------------------------------------------------------ */

static const struct {
    const char *args[ARGS_MAX];
    const char *printed;           /* a part of the line before the hint */
} wrong[] = {
    { { "--nothing" }, "'--nothing'" }, { { "a", "--nothing", "b" }, "'--nothing'" }, { { "-x" }, "'x'" },
    { { "--name" }, "'--name'" }, { { "-n" }, "'n'" }, { { "--json=1" }, "'--json'" }, { { "--na" }, "'--na'" },
    { { "--JSON" }, "'--JSON'" },
};

START_TEST(a_wrong_call_is_refused_with_the_tools_name_and_a_hint)
{
    result_t result = result_of(tool_read_call, wrong[_i].args);

    ck_assert_int_eq(result.n, -1);
    ck_assert_int_eq(strncmp(result.printed, "wlmtest: ", 9), 0);
    ck_assert_ptr_nonnull(strstr(result.printed, wrong[_i].printed));
    ck_assert_str_eq(strchr(result.printed, '\n') + 1, HINT);
}
END_TEST

START_TEST(a_reason_stands_behind_the_tools_name)
{
    captured_t output = capture_begin(stderr);

    ck_assert_int_eq(tool_misuse("--idle", "it goes with --wait"), TOOL_MISUSE);
    ck_assert_int_eq(tool_failure("no such file"), TOOL_MISUSE);
    ck_assert_str_eq(capture_end(&output), "wlmtest: --idle: it goes with --wait\n" HINT "wlmtest: no such file\n");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/common/call");
    TCase *tc = unit_case(s, "call");

    tcase_add_loop_test(tc, a_call_has_options_and_words, 0, UNIT_COUNT(right));
    tcase_add_test(tc, the_words_end_with_null);
    tcase_add_test(tc, a_command_may_have_many_options);
    tcase_add_test(tc, a_call_is_read_after_another_one);
    tcase_add_loop_test(tc, a_wrong_call_is_refused_with_the_tools_name_and_a_hint, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, a_reason_stands_behind_the_tools_name);
    return s;
}

UNIT_MAIN(suite)
