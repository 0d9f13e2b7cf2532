/* What becomes of mod_proxy_cluster's directives, and what is reported of each. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/import/import_unit.h"
#include "tools/wlmcfg/import/httpd/proxy_cluster.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

static import_t *import_conf(const char *conf)
{
    char name[] = "c", *words[] = { name };
    import_t *import = import_make();

    temp_folder_write(name, conf);
    ck_assert(wlmcfg_import_proxy_cluster(import, words, 1));
    wlmcfg_import_sort(import);
    return import;
}

/* In front of the line of a case, which is line 4 */
#define HOST "<VirtualHost 10.0.0.1:6666>\nEnableMCMPReceive\n</VirtualHost>\n"
#define RECEIVES "2 warning changed"

static const struct {
    const char *line, *text, *findings; /* text: that the result has; NULL: that it has no line of it */
} line_cases[] = {
    { "", "WLMRegistry \"/var/lib/mod_wlm/registry/nodes.xml\"\n", RECEIVES },
    { "Maxcontext 512", NULL, RECEIVES ", 4 note not-needed" },
    { "Maxcontext 513", "# c:4\nWLMSlots 513 513\n", RECEIVES ", 4 note changed" },
    { "Maxcontext 0", NULL, RECEIVES ", 4 error bad-value" },
    { "Maxcontext many", NULL, RECEIVES ", 4 error bad-value" },
    { "Maxcontext", NULL, RECEIVES ", 4 error bad-line" },
    { "Maxcontext ${N}", NULL, RECEIVES ", 4 error undefined" },
    { "Maxnode 4096", NULL, RECEIVES ", 4 note not-needed" },
    { "Maxnode 4097", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "maxhost 9", NULL, RECEIVES ", 4 note not-needed" },
    { "Maxsessionid 9", NULL, RECEIVES ", 4 note not-needed" },
    { "MaxMCMPMessSize 9999", NULL, RECEIVES ", 4 note changed" },
    { "UseAlias On", "# c:4\nWLMRegistryAliases *\n", RECEIVES ", 4 note changed" },
    { "UseAlias 1", "# c:4\nWLMRegistryAliases *\n", RECEIVES ", 4 note changed" },
    { "UseAlias Off", NULL, RECEIVES },
    { "UseAlias some", NULL, RECEIVES ", 4 error bad-value" },
    { "CreateBalancers 0", "WLMConfig \"", RECEIVES ", 4 note not-needed" },
    { "CreateBalancers 1", "In each <VirtualHost>", RECEIVES ", 4 warning changed" },
    { "CreateBalancers 2", "WLMConfig \"", RECEIVES ", 4 note not-needed" },
    { "CreateBalancers 3", NULL, RECEIVES ", 4 error bad-value" },
    { "ManagerBalancerName mycluster", NULL, RECEIVES ", 4 note not-needed" },
    { "ManagerBalancerName other", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "PersistSlots On", NULL, RECEIVES ", 4 note not-needed" },
    { "PersistSlots Off", NULL, RECEIVES ", 4 note changed" },
    { "MemManagerFile /var/cache/x", NULL, RECEIVES ", 4 note changed" },
    { "AllowCmd Off", NULL, RECEIVES ", 4 note changed" },
    { "AllowDisplay On", NULL, RECEIVES ", 4 note not-needed" },
    { "ReduceDisplay On", NULL, RECEIVES ", 4 note not-needed" },
    { "CheckNonce Off", NULL, RECEIVES ", 4 note not-needed" },
    { "LBstatusRecalTime 5", NULL, RECEIVES ", 4 note not-needed" },
    { "WaitForRemove 10", NULL, RECEIVES ", 4 note not-needed" },
    { "WaitBeforeRemove 10", NULL, RECEIVES ", 4 note not-needed" },
    { "EnableOptions", NULL, RECEIVES ", 4 note changed" },
    { "EnableWsTunnel", NULL, RECEIVES ", 4 note not-needed" },
    { "WSUpgradeHeader websocket", NULL, RECEIVES ", 4 note changed" },
    { "CacheShareFor 5", NULL, RECEIVES ", 4 note not-needed" },
    { "ModProxyClusterThreadCount 4", NULL, RECEIVES ", 4 note not-needed" },
    { "UseNocanon On", NULL, RECEIVES ", 4 note changed" },
    { "ResponseFieldSize 16384", NULL, RECEIVES ", 4 note not-needed" },
    { "ResponseStatusCodeOnNoContext 404", NULL, RECEIVES },
    { "ResponseStatusCodeOnNoContext 503", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "DeterministicFailover On", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "DeterministicFailover Off", NULL, RECEIVES },
    { "AJPSecret s", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "ServerAdvertise On", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "ServerAdvertise Off", NULL, RECEIVES },
    { "AdvertiseGroup 224.0.1.105:23364", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "AdvertiseFrequency 5", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "AdvertiseSecurityKey k", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "AdvertiseBindAddress 10.0.0.1:23364", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "AdvertiseManagerUrl /x", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "LoadModule manager_module modules/mod_manager.so", NULL, RECEIVES ", 4 warning changed" },
    { "LoadModule ssl_module modules/mod_ssl.so", NULL, RECEIVES },
    { "ProxyPreserveHost On", NULL, RECEIVES ", 4 note changed" },
    { "ProxyPass /static !", NULL, RECEIVES ", 4 warning exclusion" },
    { "<Location /static>\nProxyPass !\n</Location>", NULL, RECEIVES ", 5 warning exclusion" },
    { "ProxyPassMatch ^(/.*\\.gif)$ !", NULL, RECEIVES ", 4 warning exclusion" },
    { "ProxyPass / balancer://mycluster/", NULL, RECEIVES ", 4 warning not-needed" },
    { "ProxyPass /x http://x/", NULL, RECEIVES ", 4 note not-carried-over" },
    { "ProxyPass /x", NULL, RECEIVES ", 4 error bad-line" },
    { "ModProxyClusterHCTemplate hcmethod=GET hcuri=/health hcinterval=5 hcpasses=2 hcfails=4",
      "# c:4\nWLMHealthCheck method=GET \"path=/health\" interval=5 rise=2 fall=4\n", RECEIVES },
    { "ModProxyClusterHCTemplate hcmethod=options11", "WLMHealthCheck method=OPTIONS \"path=/\"\n", RECEIVES },
    { "ModProxyClusterHCTemplate hcmethod=HEAD hcuri=/a\\\"b",
      "WLMHealthCheck method=HEAD \"path=/a\\\\\\\"b\"\n", RECEIVES },
    { "ModProxyClusterHCTemplate hcmethod=TCP", NULL, RECEIVES ", 4 warning not-carried-over" },
    { "ModProxyClusterHCTemplate hcmethod=GET hcexpr=up", "WLMHealthCheck method=GET \"path=/\"\n",
      RECEIVES ", 4 warning not-carried-over" },
    { "ModProxyClusterHCTemplate hcmethod=GET hcfails=x", NULL, RECEIVES ", 4 error bad-value" },
    { "<IfDefine X>\nUseAlias On\n</IfDefine>", NULL, RECEIVES ", 5 warning not-carried-over" },
    { "ServerTokens Prod", NULL, RECEIVES },
};

static const char *const made[] = { "WLMSlots", "WLMRegistryAliases", "WLMHealthCheck", "# In each", NULL };

START_TEST(each_directive_has_its_line_or_its_finding)
{
    import_t *import = import_conf(apr_pstrcat(unit_pool, HOST, line_cases[_i].line, "\n", NULL));
    const char *has = line_cases[_i].text;
    int i;

    ck_assert_str_eq(cfg_findings(import->cfg), line_cases[_i].findings);
    ck_assert_msg(!has || strstr(import->text, has), "%s has not %s", import->text, has);
    for (i = 0; !has && made[i]; ++i) {
        ck_assert_msg(!strstr(import->text, made[i]), "%s", import->text);
    }
}
END_TEST

/* -- the virtual host of nodes ------------------------------------------------------------------------------------ */

#define ACCESS "        # Nobody has access until another Require stands here, which may be one from above\n" \
    "        Require all denied\n    </Location>\n"
#define PLACE(require) "    <Location \"/\">\n        SetHandler wlm-mcmp\n        WLMRegistration On\n" require ACCESS
#define STATUS(at, path, require) "\n    # c:" at "\n    <Location " path ">\n        SetHandler wlm-status\n" \
    "        # Whoever has logged in may change the state of members with the next line\n" \
    "        # WLMAdmin On\n" require \
    ACCESS

static const struct {
    const char *conf, *text;       /* what the result ends with */
} host_cases[] = {
    { "Listen 80\nListen 10.0.0.1:6666\n<VirtualHost 10.0.0.1:6666>\nServerName m\nEnableMCPMReceive\n"
      "KeepAliveTimeout 60\n"
      "ServerAdvertise On\n<Directory />\nRequire ip 10.0.0\n</Directory>\n</VirtualHost>\n",
      "\n# c:2\nListen 10.0.0.1:6666\n# c:3\n<VirtualHost 10.0.0.1:6666>\n    ServerName m\n    KeepAliveTimeout 60\n"
      PLACE("        # c:9: Require ip 10.0.0\n") "</VirtualHost>\n" },
    { "<VirtualHost *:6666>\nEnableMCMPReceive\n<Location />\nRequire ip 10\n</Location>\n"
      "<Location /mod_cluster-manager>\n"
      "SetHandler mod_cluster-manager\nRequire ip 127\n</Location>\n</VirtualHost>\n",
      "\n# c:1\n<VirtualHost *:6666>\n" PLACE("        # c:4: Require ip 10\n")
      STATUS("7", "/mod_cluster-manager", "        # c:8: Require ip 127\n") "</VirtualHost>\n" },
    { "EnableMCMPReceive\n",
      "\nListen 127.0.0.1:6666\n# c:1\n<VirtualHost 127.0.0.1:6666>\n" PLACE("") "</VirtualHost>\n" },
    { "<VirtualHost *:6666>\nEnableMCMPReceive\n<RequireAny>\nRequire ip 10\n</RequireAny>\n</VirtualHost>\n",
      PLACE("        # c:4: Require ip 10\n") "</VirtualHost>\n" },
};

START_TEST(a_host_is_written_anew)
{
    import_t *import = import_conf(host_cases[_i].conf);
    size_t len = strlen(import->text), end = strlen(host_cases[_i].text);

    ck_assert(!plugin_cfg_has_errors(import->cfg));
    ck_assert_uint_ge(len, end);
    ck_assert_str_eq(import->text + len - end, host_cases[_i].text);
}
END_TEST

START_TEST(a_host_without_messages_is_told)
{
    ck_assert_str_eq(cfg_findings(import_conf("ServerName x\n")->cfg), "0 warning no-rules");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/import/proxy_cluster");
    TCase *tc = unit_case(s, "files");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, each_directive_has_its_line_or_its_finding, 0, UNIT_COUNT(line_cases));
    tcase_add_loop_test(tc, a_host_is_written_anew, 0, UNIT_COUNT(host_cases));
    tcase_add_test(tc, a_host_without_messages_is_told);
    return s;
}

UNIT_MAIN(suite)
