/* The one layout: what comes of a text, that it comes of itself, and that it means what the text meant. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "tools/wlmcfg/config_xml.h"
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/fmt/format.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

/* 60 characters: two of them do not fit on a line */
#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *what, *before, *after;
} layouts[] = {
    { "indentation",
      "<Config><UriGroup Name='u'>\n<Uri Name='/a'/></UriGroup></Config>",
      "<Config>\n"
      "  <UriGroup Name=\"u\">\n"
      "    <Uri Name=\"/a\"/>\n"
      "  </UriGroup>\n"
      "</Config>\n" },
    { "order of the table, others behind",
      "<Config Zoo=\"1\" RefreshInterval=\"5\" IgnoreDNSFailures=\"true\" Ape=\"2\"/>",
      "<Config IgnoreDNSFailures=\"true\" RefreshInterval=\"5\" Zoo=\"1\" Ape=\"2\"/>\n" },
    { "of two spellings the first stays first",
      "<Config><Uri Name=\"a\"/><UriGroup name=\"b\" Name=\"a\"/></Config>",
      "<Config>\n"
      "  <Uri Name=\"a\"/>\n"
      "  <UriGroup name=\"b\" Name=\"a\"/>\n"
      "</Config>\n" },
    { "Property",
      "<Config><Property Value=\"v\" Name=\"n\"/></Config>",
      "<Config>\n"
      "  <Property Name=\"n\" Value=\"v\"/>\n"
      "</Config>\n" },
    { "a long tag",
      "<Config><Server B=\"" LONG "\" Name=\"" LONG "\"/></Config>",
      "<Config>\n"
      "  <Server B=\"" LONG "\"\n"
      "      Name=\"" LONG "\"/>\n"
      "</Config>\n" },
    { "quotes",
      "<Config A='x' B='\"' C = \"'\"/>",
      "<Config A=\"x\" B='\"' C=\"'\"/>\n" },
    { "references stay",
      "<Config A=\"&lt;&#65;&amp;>\"/>",
      "<Config A=\"&lt;&#65;&amp;>\"/>\n" },
    { "empty",
      "<Config>\n<UriGroup>  </UriGroup></Config  >",
      "<Config>\n"
      "  <UriGroup/>\n"
      "</Config>\n" },
    { "blank lines",
      "<Config>\n\n<A/>\n\n\n\n<B/>\n<C/>\n\n</Config>\n\n\n",
      "<Config>\n"
      "  <A/>\n"
      "\n"
      "  <B/>\n"
      "  <C/>\n"
      "</Config>\n" },
    { "a blank line between all",
      "<Config>\n\n<A/>\n\n<B/>\n \n</Config>",
      "<Config>\n"
      "  <A/>\n"
      "  <B/>\n"
      "</Config>\n" },
    { "comments",
      "<?xml version='1.0'?><!--a--><Config><!--b--><A/> <!-- of A -->\n"
      "<!-- of B --><B/></Config><!--c-->",
      "<?xml version='1.0'?>\n"
      "<!--a-->\n"
      "<Config>\n"
      "  <!--b-->\n"
      "  <A/> <!-- of A -->\n"
      "  <!-- of B -->\n"
      "  <B/>\n"
      "</Config> <!--c-->\n" },
    { "lines of a comment",
      "<Config>\n      <!-- a\n           b  \n      \n    c -->\n</Config>",
      "<Config>\n"
      "  <!-- a\n"
      "       b\n"
      "\n"
      "c -->\n"
      "</Config>\n" },
    { "instructions",
      "<?xml-model href='s'?><Config><?a  b ?></Config>",
      "<?xml-model href='s'?>\n"
      "<Config>\n"
      "  <?a  b ?>\n"
      "</Config>\n" },
    { "text",
      "<Config>one  two\n  \n three <A/>four<![CDATA[<x>\n ]]></Config>",
      "<Config>\n"
      "  one  two\n"
      "\n"
      "  three\n"
      "  <A/>\n"
      "  four\n"
      "  <![CDATA[<x>\n"
      " ]]>\n"
      "</Config>\n" },
    { "only text",
      "<Config><A> b\n c </A><B><![CDATA[ ]]></B></Config>",
      "<Config>\n"
      "  <A> b\n"
      " c </A>\n"
      "  <B><![CDATA[ ]]></B>\n"
      "</Config>\n" },
    { "a value of two lines",
      "<Config A=\"b\n  c\" D=\"e\"/>",
      "<Config A=\"b\n"
      "  c\"\n"
      "    D=\"e\"/>\n" },
    { "opaque",
      "<Config><IntelligentManagement b=\"1\" a=\"2\"><x b=\"1\" a=\"2\"/></IntelligentManagement></Config>",
      "<Config>\n"
      "  <IntelligentManagement b=\"1\" a=\"2\">\n"
      "    <x b=\"1\" a=\"2\"/>\n"
      "  </IntelligentManagement>\n"
      "</Config>\n" },
    { "white space before the declaration",
      "\n <?xml version='1.0'?>\n<Config/>",
      "<?xml version='1.0'?>\n"
      "<Config/>\n" },
    { "line ends",
      "<Config>\r\n<A\r\nb='1\r\n2'/>\n<!--\r\nx-->\r\n</Config>",
      "<Config>\r\n"
      "  <A b=\"1\r\n"
      "2\"/>\r\n"
      "  <!--\r\n"
      "  x-->\r\n"
      "</Config>\r\n" },
    { "byte order mark",
      "\xef\xbb\xbf" "<Config> <A/></Config>",
      "\xef\xbb\xbf" "<Config>\n"
      "  <A/>\n"
      "</Config>\n" }
};

static const char *format(const char *text)
{
    apr_size_t len;
    const char *result = wlmcfg_fmt_format(text, &len, unit_pool);

    ck_assert_uint_eq(strlen(result), len);
    return result;
}

START_TEST(a_text_has_one_layout)
{
    ck_assert_msg(strcmp(format(layouts[_i].before), layouts[_i].after) == 0, "%s:\n%s", layouts[_i].what,
                  format(layouts[_i].before));
}
END_TEST

START_TEST(the_layout_is_that_of_itself)
{
    ck_assert_msg(strcmp(format(layouts[_i].after), layouts[_i].after) == 0, "%s:\n%s", layouts[_i].what,
                  format(layouts[_i].after));
}
END_TEST

/* What a reader may skip or must join, where it can change what the file says */
static const char *const texts[] = {
    "<Config><!-- <Route/> -->" CLUSTER("a", "", SERVER("s", "CloneID='c'", "h"))
        ROUTE("a", "u", URI("/x/*")) "</Config>",
    "<Config>" CLUSTER("a", "Other='1' LoadBalance='Random' RetryInterval='7'",
                       SERVER("s", "ConnectTimeout='3' LoadBalanceWeight='2'", "h")
                       "<!-- t is new -->" SERVER("t", "LoadBalanceWeight='&#49;'", "i"))
        ROUTE("a", "u", URI("/a&amp;b") URI("/c")) "</Config>",
    "<Config a='>' ResponseChunkSize=\"64\"><![CDATA[<Route ServerCluster='b'/>]]>"
        CLUSTER("a", "", "one" SERVER("s", "", "h") "<![CDATA[two]]>") ROUTE("a", "u", URI("/x")) "</Config>",
    "<Config><VirtualHostGroup Name='v'><VirtualHost Name='*:443'/><!----><VirtualHost\nName='h:80'\n/>"
        "</VirtualHostGroup>"
        "<UriGroup Name='u'><Uri AffinityURLIdentifier='x' Name='/a' AffinityCookie='C'/></UriGroup>"
        CLUSTER("a", "CloneSeparatorChange='true'",
                SERVER("s", "CloneID='c'", "h") SERVER("t", "CloneID='d'", "i")
                "<PrimaryServers><Server Name='t'/></PrimaryServers><BackupServers><Server Name='s'/></BackupServers>")
        "<Route VirtualHostGroup='v' UriGroup='u' ServerCluster='a'/></Config>",
};

START_TEST(the_formatted_text_means_the_same)
{
    const char *after = format(texts[_i]);
    wlmcfg_directives_t none = wlmcfg_directives_make(unit_pool);
    diff_t diff = { .from = cfg_read_text(texts[_i]), .to = cfg_read_text(after), .directives = &none };

    ck_assert_msg(!plugin_cfg_has_errors(diff.from), "%s", cfg_findings(diff.from));
    ck_assert_msg(!plugin_cfg_has_errors(diff.to), "%s:\n%s", cfg_findings(diff.to), after);
    ck_assert_int_gt(diff.to->routes->nelts, 0);
    wlmcfg_diff_compare(&diff, unit_pool);
    ck_assert_msg(wlmcfg_diff_is_empty(&diff), "%s", after);
    ck_assert_str_ne(after, texts[_i]);
    ck_assert_str_eq(format(after), after);
}
END_TEST

/* Of the comparison: it finds one that is not the same */
START_TEST(another_text_does_not)
{
    wlmcfg_directives_t none = wlmcfg_directives_make(unit_pool);
    diff_t diff = { .directives = &none, .from = cfg_read_text(texts[0]),
                    .to = cfg_read_text("<Config>" CLUSTER("a", "", SERVER("s", "CloneID='c'", "h"))
                                        ROUTE("a", "u", URI("/y/*")) "</Config>") };

    wlmcfg_diff_compare(&diff, unit_pool);
    ck_assert(!wlmcfg_diff_is_empty(&diff));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/fmt/format");
    TCase *tc = unit_case(s, "format");

    tcase_add_loop_test(tc, a_text_has_one_layout, 0, UNIT_COUNT(layouts));
    tcase_add_loop_test(tc, the_layout_is_that_of_itself, 0, UNIT_COUNT(layouts));
    tcase_add_loop_test(tc, the_formatted_text_means_the_same, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, another_text_does_not);
    return s;
}

UNIT_MAIN(suite)
