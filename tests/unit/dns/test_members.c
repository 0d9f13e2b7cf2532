/* Which members answers of the name service are, and what happens to them when answers change. */
#include "unit.h"
#include <arpa/inet.h>
#include "dns/members.h"

/* -- sources ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *words, *text, *name, *wrong; /* wrong NULL: it is one */
    int is_srv, port;
} sources[] = {
    { "a:shop", "a:shop", "shop", NULL, 0, 0 },
    { "A:Shop.Example.:8080", "a:shop.example.:8080", "shop.example.", NULL, 0, 8080 },
    { "srv:_http._tcp.shop", "srv:_http._tcp.shop", "_http._tcp.shop", NULL, 1, 0 },
    { "a:a-1_b.c:65535", "a:a-1_b.c:65535", "a-1_b.c", NULL, 0, 65535 },
    { "shop", NULL, NULL, "neither", 0, 0 }, { "", NULL, NULL, "neither", 0, 0 },
    { "aaaa:x", NULL, NULL, "neither", 0, 0 },
    { "a:", NULL, NULL, "no name", 0, 0 }, { "srv:", NULL, NULL, "no name", 0, 0 },
    { "a:.", NULL, NULL, "no name", 0, 0 },
    { "a:.x", NULL, NULL, "no name", 0, 0 }, { "a:x..y", NULL, NULL, "no name", 0, 0 },
    { "a:x y", NULL, NULL, "no name", 0, 0 }, { "a:x/y", NULL, NULL, "no name", 0, 0 },
    { "a:10.0.0.1", NULL, NULL, "an address", 0, 0 }, { "a:::1", NULL, NULL, "an address", 0, 0 },
    { "a:[::1]:80", NULL, NULL, "an address", 0, 0 }, { "a:10.0.0.1:80", NULL, NULL, "no name", 0, 0 },
    { "a:x:", NULL, NULL, "no port", 0, 0 }, { "a:x:0", NULL, NULL, "no port", 0, 0 },
    { "a:x:65536", NULL, NULL, "no port", 0, 0 }, { "a:x:8o", NULL, NULL, "no port", 0, 0 },
    { "a:x:80:80", NULL, NULL, "no port", 0, 0 }, { "srv:x:80", NULL, NULL, "ports", 0, 0 },
};

START_TEST(what_a_source_is)
{
    wlm_dns_source_t source = { .cluster = "c" };
    const char *wrong = wlm_dns_source_read(&source, sources[_i].words, unit_pool);

    if (sources[_i].wrong) {
        ck_assert_msg(wrong && strstr(wrong, sources[_i].wrong), "%s: %s", sources[_i].words, wrong);
        return;
    }
    ck_assert_msg(!wrong, "%s", wrong);
    ck_assert_str_eq(source.text, sources[_i].text);
    ck_assert_str_eq(source.name, sources[_i].name);
    ck_assert_int_eq(source.is_srv, sources[_i].is_srv);
    ck_assert_int_eq(source.port, sources[_i].port);
}
END_TEST

START_TEST(a_name_has_a_limit)
{
    char name[WLM_DNS_NAME_MAX + 2];

    memset(name, 'x', sizeof(name));
    name[WLM_DNS_NAME_MAX + 1] = '\0';
    ck_assert(!wlm_dns_is_name(name));
    name[WLM_DNS_NAME_MAX] = '\0';
    ck_assert(wlm_dns_is_name(name));
}
END_TEST

/* -- answers ------------------------------------------------------------------------------------------------------- */

static const wlm_dns_source_t by_address = { "c", "a:shop:8080", "shop", 0, 8080 },
                              bare = { "c", "a:shop", "shop", 0, 0 },
                              by_srv = { "c", "srv:shop", "shop", 1, 0 };

/* @param words  addresses, or PRIORITY/WEIGHT/PORT/TARGET; "-4" and "-6": that family has failed */
static void make_answer(wlm_dns_answer_t *answer, const char *words)
{
    char *rest = apr_pstrdup(unit_pool, words), *word;

    memset(answer, 0, sizeof(*answer));
    answer->results[WLM_DNS_A] = answer->results[WLM_DNS_AAAA] = answer->results[WLM_DNS_SRV] = WLM_DNS_EMPTY;
    while ((word = strsep(&rest, " ")) != NULL && *word) {
        wlm_dns_type_t type = strchr(word, '/') ? WLM_DNS_SRV : strchr(word, ':') ? WLM_DNS_AAAA : WLM_DNS_A;
        wlm_dns_record_t *record;

        if (*word == '-') {
            answer->results[word[1] == '4' ? WLM_DNS_A : WLM_DNS_AAAA] = WLM_DNS_FAILED;
            continue;
        }
        record = wlm_dns_add(answer, type);
        answer->results[type] = WLM_DNS_FOUND;
        if (type == WLM_DNS_SRV) {
            ck_assert_int_ge(sscanf(word, "%d/%d/%d/%253s", &record->priority, &record->weight, &record->port,
                                    record->target), 3);
        }
        else {
            ck_assert_int_eq(inet_pton(type == WLM_DNS_A ? AF_INET : AF_INET6, word, record->address), 1);
        }
    }
}

/* "NAME=WEIGHT", with b for a backup and ! for one that leaves */
static const char *describe(const apr_array_header_t *servers)
{
    const char *text = "";
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_given_server_t *server = APR_ARRAY_IDX(servers, i, const plugin_cfg_given_server_t *);

        text = apr_psprintf(unit_pool, "%s%s%s=%d%s%s", text, i ? " " : "", server->name, server->weight,
                            server->is_backup ? "b" : "", strstr(server->from, " leaving ") ? "!" : "");
    }
    return text;
}

static const struct {
    const wlm_dns_source_t *source;
    const char *records, *hosts, *members, *left_out; /* left_out: a part of the text; NULL: nothing */
} answers[] = {
    { &by_address, "10.0.0.2 10.0.0.1", NULL, "10.0.0.1:8080=-1 10.0.0.2:8080=-1", NULL },
    { &by_address, "10.0.0.1 10.0.0.1", NULL, "10.0.0.1:8080=-1", NULL },
    { &by_address, "2001:db8:0::1 10.0.0.1", NULL, "10.0.0.1:8080=-1 [2001:db8::1]:8080=-1", NULL },
    { &bare, "10.0.0.1 2001:db8::1", NULL, "10.0.0.1=-1 2001:db8::1=-1", NULL },
    { &by_address, "", NULL, "", NULL },
    { &by_address, "127.0.0.1 10.0.0.1", NULL, "10.0.0.1:8080=-1", "127.0.0.1: of this machine (loopback)" },
    { &by_address, "::1", NULL, "", "::1: of this machine" },
    { &by_address, "::ffff:127.0.0.1", NULL, "", "of this machine" },
    { &by_address, "::", NULL, "", "no address of a host" },
    { &by_address, "0.0.0.0", NULL, "", "no address of a host" },
    { &by_address, "169.254.169.254", NULL, "", "of the link" },
    { &by_address, "fe80::1", NULL, "", "of the link" },
    { &by_address, "224.0.0.1", NULL, "", "of a group" },
    { &by_address, "255.255.255.255", NULL, "", "of a group" },
    { &by_address, "ff02::1", NULL, "", "of a group" },
    { &by_address, "127.0.0.1 10.0.0.1", "127.*", "127.0.0.1:8080=-1", "10.0.0.1: no pattern of WLMRegistryHosts" },
    { &by_srv, "0/0/80/b 0/0/80/a.", NULL, "a:80=20 b:80=20", NULL },
    { &by_srv, "0/5/80/A 0/5/81/a", NULL, "a:80=20 a:81=20", NULL },
    { &by_srv, "0/1/80/a 0/3/80/b", NULL, "a:80=6 b:80=18", NULL },
    { &by_srv, "0/0/80/a 0/10/80/b", NULL, "a:80=1 b:80=20", NULL },
    { &by_srv, "0/1/80/a 0/65535/80/b", NULL, "a:80=1 b:80=65535", NULL },
    { &by_srv, "10/1/80/a 20/1/80/b 30/3/80/c", NULL, "a:80=20 b:80=6b c:80=18b", NULL },
    { &by_srv, "20/1/80/b 20/1/80/c", NULL, "b:80=20 c:80=20", NULL },
    { &by_srv, "10/1/80/a 20/1/80/a", NULL, "a:80=20", NULL },
    { &by_srv, "0/1/0/a 0/1/80/b", NULL, "b:80=20", "a: without a port" },
    { &by_srv, "0/1/80/. 0/1/80/b", NULL, "b:80=20", ".: no name of a host" },
    { &by_srv, "0/1/80/", NULL, "", "\"\": no name of a host" },
    { &by_srv, "0/1/80/a\"<b", NULL, "", "a\"<b: no name" },
    { &by_srv, "0/1/80/a\\032b", NULL, "", "no name" },
    { &by_srv, "0/1/80/a.good 0/1/80/a.bad", "*.good", "a.good:80=20", "a.bad: no pattern" },
    { &by_srv, "10.0.0.1 0/1/80/a", NULL, "a:80=20", NULL },
};

START_TEST(which_members_an_answer_has)
{
    apr_array_header_t *hosts = apr_array_make(unit_pool, 1, sizeof(const char *)), *members;
    wlm_dns_left_out_t left_out;
    wlm_dns_answer_t answer;

    APR_ARRAY_PUSH(hosts, const char *) = answers[_i].hosts;
    make_answer(&answer, answers[_i].records);
    members = wlm_dns_members(&left_out, answers[_i].source, &answer, answers[_i].hosts ? hosts : NULL, unit_pool);
    ck_assert_str_eq(describe(members), answers[_i].members);
    ck_assert_int_eq(left_out.n > 0, answers[_i].left_out != NULL);
    if (answers[_i].left_out) {
        ck_assert_msg(strstr(left_out.first, answers[_i].left_out) != NULL, "%s", left_out.first);
    }
    wlm_dns_clear(&answer);
}
END_TEST

static const struct {
    const wlm_dns_source_t *source;
    const char *record, *clone_id;
} clone_ids[] = {
    { &by_address, "10.0.0.5", "10-0-0-5-8080" }, { &bare, "10.0.0.5", "10-0-0-5" },
    { &by_address, "fd00::5", "fd00--5--8080" }, { &by_srv, "0/0/8080/Web-0.shop.", "web-0-shop-8080" },
};

START_TEST(a_clone_id_has_no_separators)
{
    const plugin_cfg_given_server_t *server;
    wlm_dns_left_out_t left_out;
    wlm_dns_answer_t answer;

    make_answer(&answer, clone_ids[_i].record);
    server = APR_ARRAY_IDX(wlm_dns_members(&left_out, clone_ids[_i].source, &answer, NULL, unit_pool), 0, void *);
    ck_assert_str_eq(server->clone_id, clone_ids[_i].clone_id);
    wlm_dns_clear(&answer);
}
END_TEST

START_TEST(a_clone_id_is_one_members)
{
    wlm_dns_left_out_t left_out;
    apr_array_header_t *members;
    wlm_dns_answer_t answer;

    make_answer(&answer, "0/0/80/a-b.c 0/0/80/a.b-c");
    members = wlm_dns_members(&left_out, &by_srv, &answer, NULL, unit_pool);
    ck_assert_str_eq(APR_ARRAY_IDX(members, 0, const plugin_cfg_given_server_t *)->clone_id, "a-b-c-80");
    ck_assert_ptr_null(APR_ARRAY_IDX(members, 1, const plugin_cfg_given_server_t *)->clone_id);
    wlm_dns_clear(&answer);
}
END_TEST

START_TEST(there_is_a_limit)
{
    wlm_dns_left_out_t left_out;
    wlm_dns_answer_t answer;
    int i;

    make_answer(&answer, "");
    for (i = 0; i < WLM_DNS_RECORDS_MAX + 5; ++i) {
        wlm_dns_record_t *record = wlm_dns_add(&answer, WLM_DNS_A);
        if (record) {
            memcpy(record->address, (const unsigned char[]){ 10, 0, (unsigned char)(i / 256), (unsigned char)i }, 4);
        }
    }
    ck_assert_int_eq(wlm_dns_members(&left_out, &by_address, &answer, NULL, unit_pool)->nelts, WLM_DNS_MEMBERS_MAX);
    ck_assert_int_eq(left_out.too_many, WLM_DNS_RECORDS_MAX + 5 - WLM_DNS_MEMBERS_MAX);
    wlm_dns_clear(&answer);
}
END_TEST

/* -- changes ------------------------------------------------------------------------------------------------------- */

#define S *1000                    /* s in ms */

static const struct step_t {
    const wlm_dns_source_t *source;
    struct {
        int at;                    /* ms */
        const char *answer;        /* NULL: only time passes */
        const char *members, *changed; /* "+NAME" is new, "!NAME" leaves, "-NAME" is removed */
    } steps[5];
} stories[] = {
    { &bare, { { 1 S, "10.0.0.1", "10.0.0.1=-1", "+10.0.0.1" },
               { 2 S, "10.0.0.2 10.0.0.1", "10.0.0.1=-1 10.0.0.2=-1", "+10.0.0.2" },
               { 3 S, "10.0.0.2", "10.0.0.1=0! 10.0.0.2=-1", "!10.0.0.1" },
               { 32 S, NULL, "10.0.0.1=0! 10.0.0.2=-1", "" },
               { 33 S, NULL, "10.0.0.2=-1", "-10.0.0.1" } } },
    { &bare, { { 1 S, "10.0.0.1 10.0.0.2", "10.0.0.1=-1 10.0.0.2=-1", "+10.0.0.1+10.0.0.2" },
               { 2 S, "10.0.0.1", "10.0.0.1=-1 10.0.0.2=0!", "!10.0.0.2" },
               { 3 S, "10.0.0.2", "10.0.0.1=0! 10.0.0.2=-1", "+10.0.0.2!10.0.0.1" },
               { 32 S, "10.0.0.2", "10.0.0.1=0! 10.0.0.2=-1", "" },
               { 40 S, "10.0.0.2", "10.0.0.2=-1", "-10.0.0.1" } } },
    { &bare, { { 1 S, "10.0.0.1 fd00::1", "10.0.0.1=-1 fd00::1=-1", "+10.0.0.1+fd00::1" },
               { 2 S, "10.0.0.2 -6", "10.0.0.1=0! 10.0.0.2=-1 fd00::1=-1", "+10.0.0.2!10.0.0.1" },
               { 3 S, "fd00::2 -4", "10.0.0.1=0! 10.0.0.2=-1 fd00::1=0! fd00::2=-1", "+fd00::2!fd00::1" },
               { 40 S, "10.0.0.2", "10.0.0.2=-1 fd00::2=0!", "!fd00::2-10.0.0.1-fd00::1" } } },
    { &by_srv, { { 1 S, "0/1/80/a 1/1/80/b", "a:80=20 b:80=20b", "+a:80+b:80" },
                 { 2 S, "1/1/80/b", "a:80=0! b:80=20", "!a:80" },
                 { 3 S, "1/3/80/b 1/1/80/a", "a:80=6 b:80=18", "+a:80" } } },
};

static const char *names(const char *mark, const apr_array_header_t *all)
{
    return all->nelts ? apr_pstrcat(unit_pool, mark, apr_array_pstrcat(unit_pool, all, *mark), NULL) : "";
}

static const char *changed(const wlm_dns_change_t *change)
{
    return apr_pstrcat(unit_pool, names("+", change->added), names("!", change->leaving), names("-", change->removed),
                       NULL);
}

START_TEST(members_follow_the_answers)
{
    const wlm_dns_source_t *source = stories[_i].source;
    apr_array_header_t *known = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_given_server_t *));
    int i;

    for (i = 0; i < 5 && stories[_i].steps[i].members; ++i) {
        wlm_dns_change_t change = { apr_array_make(unit_pool, 1, sizeof(const char *)),
            apr_array_make(unit_pool, 1, sizeof(const char *)), apr_array_make(unit_pool, 1, sizeof(const char *)) };
        const char *words = stories[_i].steps[i].answer;
        apr_time_t now = apr_time_from_msec(stories[_i].steps[i].at);
        apr_array_header_t *answered;
        wlm_dns_left_out_t left_out;
        wlm_dns_answer_t answer;

        make_answer(&answer, words ? words : "");
        answered = words ? wlm_dns_members(&left_out, source, &answer, NULL, unit_pool) : NULL;
        known = wlm_dns_follow(&change, source, known, answered, &answer, now, unit_pool);
        ck_assert_str_eq(describe(known), stories[_i].steps[i].members);
        ck_assert_str_eq(changed(&change), stories[_i].steps[i].changed);
        ck_assert_str_eq(describe(wlm_dns_as_known(source, known, unit_pool)), describe(known));
        ck_assert_int_eq(wlm_dns_next_removal(known, now) != 0, strchr(describe(known), '!') != NULL);
        wlm_dns_clear(&answer);
    }
}
END_TEST

/* The clock of another start of the machine was ahead */
START_TEST(a_time_that_lies_ahead_ends)
{
    plugin_cfg_given_server_t server = { "10.0.0.1", "10-0-0-1", "10.0.0.1", 80, 0, 0, "a:shop leaving 99999999" };
    apr_array_header_t *known = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_given_server_t *));

    wlm_dns_change_t change = { apr_array_make(unit_pool, 1, sizeof(const char *)),
        apr_array_make(unit_pool, 1, sizeof(const char *)), apr_array_make(unit_pool, 1, sizeof(const char *)) };

    APR_ARRAY_PUSH(known, plugin_cfg_given_server_t *) = &server;
    ck_assert_int_eq(wlm_dns_next_removal(known, apr_time_from_sec(5)), apr_time_from_sec(5));
    known = wlm_dns_follow(&change, &bare, known, NULL, NULL, apr_time_from_sec(5), unit_pool);
    ck_assert_int_eq(wlm_dns_next_removal(known, apr_time_from_sec(5)), apr_time_from_sec(35));
    known = wlm_dns_follow(&change, &bare, known, NULL, NULL, apr_time_from_sec(35), unit_pool);
    ck_assert_int_eq(known->nelts, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("dns/members");
    TCase *tc = unit_case(s, "members");

    tcase_add_loop_test(tc, what_a_source_is, 0, UNIT_COUNT(sources));
    tcase_add_test(tc, a_name_has_a_limit);
    tcase_add_loop_test(tc, which_members_an_answer_has, 0, UNIT_COUNT(answers));
    tcase_add_loop_test(tc, a_clone_id_has_no_separators, 0, UNIT_COUNT(clone_ids));
    tcase_add_test(tc, a_clone_id_is_one_members);
    tcase_add_test(tc, there_is_a_limit);
    tcase_add_loop_test(tc, members_follow_the_answers, 0, UNIT_COUNT(stories));
    tcase_add_test(tc, a_time_that_lies_ahead_ends);
    return s;
}

UNIT_MAIN(suite)
