/* XML: what is refused, and that lines are the file's. */
#include <stdio.h>
#include <sys/stat.h>
#include "unit.h"
#include "plugin_cfg_unit.h"

#define CLUSTER "<ServerCluster Name='c'><Server Name='s'><Transport Hostname='h' Port='1'/></Server></ServerCluster>"
#define ROUTE   "<Route ServerCluster='c'/>"
#define WHOLE   "<Config>" CLUSTER ROUTE "</Config>"

/* -- texts -------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *findings;
} texts[] = {
    { WHOLE, "" },
    { "<?xml version='1.0'?>" WHOLE, "" },
    { "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n<!-- a -->" WHOLE "\r\n\r\n<!-- b -->\r\n", "" },
    { "\xef\xbb\xbf" WHOLE, "" },
    { "\n\n" WHOLE, "" },                         /* without a declaration, white space may come first */
    { "<Config xmlns='urn:x'>" CLUSTER ROUTE "</Config>", "" },
    { "<Config><![CDATA[ ]]>" CLUSTER ROUTE "<?php x ?></Config>", "" },
    { "<CONFIG>" CLUSTER ROUTE "</CONFIG>", "1 note name-case" },
    /* white space before the declaration: accepted, lines stay those of the file */
    { "\n<?xml version='1.0'?>\n<Config>" CLUSTER ROUTE "\n<Foo/></Config>",
      "1 warning blank-before-declaration, 4 warning unknown-element" },
    { " \r\n\t\r\n<?xml version='1.0'?>\r\n<Config><Foo/>" CLUSTER ROUTE "</Config>",
      "1 warning blank-before-declaration, 4 warning unknown-element" },
    { "\xef\xbb\xbf\n<?xml version='1.0'?><Config><Foo/>" CLUSTER ROUTE "</Config>",
      "1 warning blank-before-declaration, 2 warning unknown-element" },
    { "\n<?xml version='1.0'?>\n<Config>\n<Log>\n</Config>",
      "1 warning blank-before-declaration, 5 error not-well-formed" },
    { "\nx<?xml version='1.0'?>" WHOLE, "2 error not-well-formed" },
    /* nothing, or nothing of ours */
    { "", "0 error empty" },
    { " \r\n\t ", "0 error empty" },
    { "Config", "1 error not-well-formed" },
    { "<?xml version='1.0'?>", "1 error not-well-formed" },
    { "<!-- only a comment -->", "1 error not-well-formed" },
    { "{\"clusters\": []}", "1 error not-well-formed" },
    { "<html/>", "1 error not-a-plugin-cfg" },
    { "\n<Configuration>" CLUSTER "</Configuration>", "2 error not-a-plugin-cfg" },
    /* not XML */
    { "<Config>", "1 error not-well-formed" },
    { "<Config>\n<a></b></Config>", "2 error not-well-formed" },
    { "<Config a='1' a='2'/>", "1 error not-well-formed" },
    { "<Config a='<'/>", "1 error not-well-formed" },
    { "<Config a=x/>", "1 error not-well-formed" },
    { "<Config>\n\n&nbsp;</Config>", "3 error not-well-formed" },
    { "<Config a='&#0;'/>", "1 error not-well-formed" },
    { "<Config>&#27;[2J</Config>", "1 error not-well-formed" },
    { WHOLE "\n" WHOLE, "2 error not-well-formed" },
    { WHOLE "\n\n--", "3 error not-well-formed" },
    /* encodings */
    { "<?xml version='1.0' encoding='klingon'?>" WHOLE, "1 error not-well-formed" },
    { "<?xml version='1.0' encoding='EUC-JP'?>\n<Config a='\xff\xfe'/>", "2 error not-well-formed" },
    /* windows-1252 would not do: libxml2 has a character for each of its bytes from 2.14 on */
    { "<?xml version='1.0' encoding='windows-1253'?>\n<Config a='\xd2\xd2'/>", "2 error not-well-formed" },
    { "<?xml version='1.0' encoding='windows-1252'?>\n<Config ConfigHash='\x80'>" CLUSTER ROUTE "</Config>", "" },
    { "<?xml version='1.0' encoding='UTF-8'?>\n<Config a='\xe9'/>", "2 error not-well-formed" },
    { "<Config a='\xc0\xaf'/>", "1 error not-well-formed" },
    { "<Config a='\xed\xa0\x80'/>", "1 error not-well-formed" },
    /* entities */
    { "<!DOCTYPE Config>" WHOLE, "1 error doctype" },
    { "\n<!DOCTYPE Config [<!ENTITY x 'y'>]><Config a='&x;'/>", "2 error doctype" },
    { "<!DOCTYPE Config [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Config>&x;</Config>", "1 error doctype" },
    { "<!DOCTYPE Config [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]>" WHOLE, "1 error doctype" },
    { "<!DOCTYPE Config PUBLIC '-//x//y' 'http://127.0.0.1:9/x.dtd'>" WHOLE, "1 error doctype" },
    { "<!DOCTYPE Config [<!ATTLIST Config RefreshInterval CDATA 'x'>]>" WHOLE, "1 error doctype" },
    { "<!DOCTYPE Config [", "1 error doctype" },
    { "<!DOCTYPE", "1 error not-well-formed" },
    { "<Config xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/>" CLUSTER ROUTE "</Config>",
      "1 warning unknown-element" },
};

START_TEST(a_text_gives_its_findings)
{
    const plugin_cfg_t *cfg = cfg_read_text(texts[_i].text);

    ck_assert_msg(strcmp(cfg_findings(cfg), texts[_i].findings) == 0, "%s: %s", texts[_i].text, cfg_findings(cfg));
}
END_TEST

/* -- words: where it is, and what to do about it ---------------------------------------------------- */

static const struct {
    const char *text;
    int line;
    const char *told;
} words[] = {
    /* ampersands and entities */
    { "<Config>\n<Uri Name='/r&d/*'/></Config>", 2, "a bare & stands in \"&d/*\"; write &amp; for it" },
    { "<Config>\n<Uri Name='/a?b=1&amp;c=2&d=3'/></Config>", 2, "a bare & stands in \"&d=3\"; write &amp;" },
    { "<Config>\nR & D</Config>", 2, "a bare & stands in \"& D\"; write &amp;" },
    { "<Config>\n\n&nbsp;</Config>", 3, "the entity &nbsp; is not known" },
    /* quotation marks */
    { "<Config>\n<a b=\xe2\x80\x9c" "9080\xe2\x80\x9d/></Config>", 2,
      "typographic quotation marks, which mean nothing to XML; write b=\"9080\"" },
    { "<Config>\n<a b=\x93" "9080\x94/></Config>", 2, "write b=\"9080\"" },
    { "<Config>\n<a b=9080/></Config>", 2, "the value of attribute b has no quotation marks; write b=\"9080\"" },
    { "<Config>\n<a b=9080 c='1'/></Config>", 2, "has no quotation marks; write b=\"9080\"" },
    { "<Config>\n<Server Name=\"s1>\n<Transport Hostname=\"h\"/>\n</Server></Config>", 2,
      "the value of attribute Name, \"s1\", has no quotation mark at its end" },
    { "<Config>\n<Server Name=\"s1 CloneID=\"c\"/>\n</Config>", 2,
      "the value of attribute Name, \"s1\", has no quotation mark" },
    { "<Config>\n<Server\nName='s1\n/>\n\n</Config>", 3, "the value of attribute Name, \"s1\", has no quotation mark" },
    { "<Config>\n<Server\nName='s1\n/>\n\n", 3, "has no quotation mark at its end; complete it" },
    { "<Config>\n<a b='1'c='2'/></Config>", 2, "no blank between the value of attribute b and \"c='2'/\"" },
    { "<Config>\n<a b='x<y'/></Config>", 2, "the value of attribute b has a < in it; write &lt;" },
    { "<Config>\n<a b/></Config>", 2, "attribute b has no value" },
    { "<Config>\n<a ='1'/></Config>", 2, "stands where an attribute must" },
    { "<Config>\n<a b='1' b='2'/></Config>", 2, "attribute b is there twice" },
    /* comments, instructions, tags */
    { "<Config>\n<!-- a\n<a/>\n\n</Config>\n", 2, "the comment that begins here has no --> at its end" },
    { "<Config>\n<!-- a\n<!-- b -->\n-->\n</Config>\n", 3,
      "the comment of line 2 has -- in it, for another comment begins there" },
    { "<Config>\n<!-- a\n-- b -->\n</Config>\n", 3, "the comment of line 2 has -- in it, which" },
    { "<? xml version='1.0'?>\n<Config/>", 1, "a blank between <? and what follows; write <?xml" },
    { "<!-- a -->\n<?xml version='1.0'?>\n<Config/>", 2, "the XML declaration stands behind something else" },
    { "<Config>\n<?php", 2, "the instruction that begins here has no ?> at its end" },
    { "<Config>\n<![CDATA[\n\n", 2, "the CDATA section that begins here has no ]]> at its end" },
    { "<Config>\n<!a></Config>", 2, "a comment is <!-- ... -->" },
    { "<Config>\n< a/></Config>", 2, "a < is followed by no name; remove the blank behind it" },
    { "<Config>\n<=1</Config>", 2, "a < is followed by no name; write &lt; if" },
    { "<Config>\n<a/>\n<<<<<<< HEAD\n<b/>\n=======\n<c/>\n>>>>>>> x\n</Config>", 3,
      "<<<<<<< is the mark of a merge with a conflict" },
    { "<<<<<<< HEAD\n<Config/>\n=======\n<Config/>\n>>>>>>> x\n", 1, "<<<<<<< is the mark of a merge with a conflict" },
    { "<Config>\n<a\n<b/></Config>", 2, "the tag <a has no > at its end; write it before the next <" },
    { "<Config>\n<a>\n<b>\n</a></Config>", 4, "</a> stands here, but b of line 3 is not closed; write </b> before it" },
    { "<Config>\n</config>", 2, "</config> ends nothing that is open: the element is Config of line 1; "
      "write </Config>" },
    { "<Config>\n<a>\n", 3, "the file ends where a of line 2 is still open: there is no </a>" },
    { "<Config>\n<a", 2, "the tag <a has no > at its end" },
    { "<Config>\n</Config", 2, "the tag </Config has no > at its end" },
    /* the whole */
    { WHOLE "\n" WHOLE, 2, "a second Config begins behind the end of the first one" },
    { WHOLE "\n<Route/>", 2, "element Route stands behind the end of Config" },
    { WHOLE "\n</Config>", 2, "</Config> ends nothing; remove it" },
    { WHOLE "\n\nend", 3, "the text \"end\" stands behind the end of Config" },
    { "\n{\"clusters\": []}", 2, "the file begins with the text \"{\"clusters\": []}\", not with an element" },
    { "<?xml version='1.0'?>", 1, "the file has no element" },
    { "\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab"
      "\xab\xab\xab\xab"
      "\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab<?", 1, "<byte AB>..." },
    { "<?xml version='1.0' encoding='klingon'?>" WHOLE, 1, "the encoding that the XML declaration names is not known" },
    { "<Config>\n<a b='caf\xe9'/></Config>", 2, "the byte E9 is no UTF-8" },
    { "<?xml version='1.0' encoding='utf-8'?>\n<Config>\n<a>caf\xe9</a></Config>", 3, "the byte E9 is no UTF-8" },
    { "<?xml version='1.0' encoding='EUC-JP'?>\n\n<Config\n a='\xff\xfe'/>", 4,
      "there are bytes that the encoding in the XML declaration does not have" },
    { "<Config>\n&#27;</Config>", 2, "a character that XML does not allow" },
    /* what is no file of ours at all */
    { "<!DOCTYPE html>\n<html><body>404</body></html>", 1, "this is an HTML page" },
    { "<?xml version='1.0'?>\n<!-- > -->\n<!doctype HTML PUBLIC 'x' 'y'>\n<html/>", 3, "this is an HTML page" },
    { "\n<HTML><br></HTML>", 2, "this is an HTML page" },
    { "<ServerCluster Name='c'/>", 1, "it belongs in Config: is this a part of a file?" },
};

START_TEST(what_is_wrong_is_told_with_the_remedy)
{
    const plugin_cfg_t *cfg = cfg_read_text(words[_i].text);
    const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *);

    ck_assert_int_eq(cfg->findings->nelts, 1);
    ck_assert_msg(strstr(finding->message, words[_i].told) != NULL, "%s: %s", words[_i].text, finding->message);
    ck_assert_msg(finding->line == words[_i].line, "%s: %d: %s", words[_i].text, finding->line, finding->message);
}
END_TEST

START_TEST(a_nul_byte_does_not_end_a_file)
{
    const plugin_cfg_t *cfg;

    ck_assert_str_eq(cfg_findings(cfg_read_bytes(WHOLE "\0" WHOLE, 2 * sizeof(WHOLE) - 1)), "1 error not-well-formed");
    ck_assert_str_eq(cfg_findings(cfg_read_bytes("\0", 1)), "1 error not-well-formed");
    ck_assert_str_eq(cfg_findings(cfg_read_bytes(" \0", 2)), "1 error not-well-formed");
    cfg = cfg_read_bytes("<Config>\n\0</Config>", 19);
    ck_assert_msg(strstr(APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message, "NUL byte") != NULL, "%s",
                  APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message);
}
END_TEST

/* -- bounds --------------------------------------------------------------------------------------- */

static char *repeated(const char *text, int n)
{
    size_t len = strlen(text);
    char *all = apr_palloc(unit_pool, len * (size_t)n + 1);
    int i;

    for (i = 0; i < n; ++i) {
        memcpy(all + len * (size_t)i, text, len);
    }
    all[len * (size_t)n] = '\0';
    return all;
}

START_TEST(elements_are_not_nested_without_end)
{
    const char *fine = apr_pstrcat(unit_pool, "<Config>", repeated("<a>", PLUGIN_CFG_MAX_DEPTH - 1),
                                   repeated("</a>", PLUGIN_CFG_MAX_DEPTH - 1), "</Config>", NULL);
    const char *deep = apr_pstrcat(unit_pool, "<Config>\n", repeated("<a>", PLUGIN_CFG_MAX_DEPTH),
                                   repeated("</a>", PLUGIN_CFG_MAX_DEPTH), "</Config>", NULL);

    ck_assert_str_eq(cfg_findings(cfg_read_text(fine)), "0 note no-routes, 1 warning unknown-element");
    ck_assert_str_eq(cfg_findings(cfg_read_text(deep)), "2 error too-deep");
    ck_assert_str_eq(cfg_findings(cfg_read_text(repeated("<a>", 1000000))), "1 error too-deep");
}
END_TEST

START_TEST(a_file_has_a_largest_size)
{
    int comments = (int)(PLUGIN_CFG_MAX_SIZE - sizeof(WHOLE)) / 8;
    const char *text = apr_pstrcat(unit_pool, WHOLE, repeated("<!---->\n", comments), "                ", NULL);

    ck_assert_str_eq(cfg_findings(cfg_read_bytes(text, PLUGIN_CFG_MAX_SIZE)), "");
    ck_assert_str_eq(cfg_findings(cfg_read_bytes(text, PLUGIN_CFG_MAX_SIZE + 1)), "0 error too-large");
}
END_TEST

/* Names are looked up, not searched: a large file is read in a moment */
START_TEST(many_servers_and_uris_take_no_long_time)
{
    apr_array_header_t *parts = apr_array_make(unit_pool, 64, sizeof(char *));
    const plugin_cfg_t *cfg;
    int i;

    APR_ARRAY_PUSH(parts, char *) = "<Config><ServerCluster Name='c'>";
    for (i = 0; i < 50000; ++i) {
        APR_ARRAY_PUSH(parts, char *) = apr_psprintf(unit_pool, "<Server Name='s%d' CloneID='c%d'><Transport "
                                                     "Hostname='h' Port='1'/></Server>", i, i);
    }
    APR_ARRAY_PUSH(parts, char *) = "</ServerCluster><UriGroup Name='u'>";
    for (i = 0; i < 50000; ++i) {
        APR_ARRAY_PUSH(parts, char *) = apr_psprintf(unit_pool, "<Uri Name='/%d'/><Foo/>", i);
    }
    APR_ARRAY_PUSH(parts, char *) = "</UriGroup><Route ServerCluster='c' UriGroup='u'/></Config>";
    cfg = cfg_read_text(apr_array_pstrcat(unit_pool, parts, 0));
    ck_assert_int_eq(cfg->findings->nelts, 50000);
    ck_assert_int_eq(APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *)->members->nelts, 50000);
}
END_TEST

START_TEST(lines_beyond_16_bits_are_right)
{
    const char *text = apr_pstrcat(unit_pool, "<Config>", CLUSTER ROUTE, repeated("\n", 99999),
                                   "<Foo/>\n\n<Route\n\nServerCluster='d'/>\n</Config>", NULL);

    ck_assert_str_eq(cfg_findings(cfg_read_text(text)),
                     "100000 warning unknown-element, 100002 warning dangling-route");
}
END_TEST

/* libxml2 reads its input in pieces; a tag that reaches over several must not lose its lines */
START_TEST(lines_in_long_tags_are_right)
{
    const char *text = apr_pstrcat(unit_pool, "<Config>", repeated("\n<!-- 0123456789 -->", 1000), "\n<Log Name='",
                                   repeated("0123456789\n", 20000), "'\n Foo='1'/>", CLUSTER ROUTE "</Config>", NULL);

    ck_assert_str_eq(cfg_findings(cfg_read_text(text)), "21003 warning unknown-attribute");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/parse");
    TCase *tc = unit_case(s, "texts");

    tcase_add_loop_test(tc, a_text_gives_its_findings, 0, UNIT_COUNT(texts));
    tcase_add_loop_test(tc, what_is_wrong_is_told_with_the_remedy, 0, UNIT_COUNT(words));
    tcase_add_test(tc, a_nul_byte_does_not_end_a_file);
    tc = unit_case(s, "bounds");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, elements_are_not_nested_without_end);
    tcase_add_test(tc, a_file_has_a_largest_size);
    tcase_add_test(tc, many_servers_and_uris_take_no_long_time);
    tcase_add_test(tc, lines_beyond_16_bits_are_right);
    tcase_add_test(tc, lines_in_long_tags_are_right);
    return s;
}

UNIT_MAIN(suite)
