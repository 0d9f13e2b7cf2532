/* wlmcfg: prints what a plugin-cfg.xml means and what is wrong with it, with the reader that the module uses.
 * On main()'s thread.
 *
 * This file has the commands' names and the usage; tools/common/call.c parses the options. Each command has a folder,
 * which begins with the file of its name: check/ prints findings, show/ the meaning as a tree, explain/ what becomes
 * of a request; merge/ makes one file of several, import/ one out of the configuration of another balancer; diff/
 * prints how two differ, graph/ draws one, simulate/ plays traffic; fmt/ lays one out; schema/ prints what is known of
 * the format. common/ is what several of them use.
 */
#include <stdlib.h>
#include <string.h>
#include <apr_general.h>
#include "tools/wlmcfg/wlmcfg.h"

#ifndef WLM_VERSION
#define WLM_VERSION "unknown"
#endif

char tool_name[] = "wlmcfg";

static const char usage[] =
    "Usage: wlmcfg check [--strict] FILE...\n"
    "       wlmcfg check --explain ID\n"
    "       wlmcfg show [--json] [--directive LINE]... [--httpd-conf CONF]... FILE\n"
    "       wlmcfg explain [--json] [--header FIELD]... [--down MEMBER]... [--directive LINE]...\n"
    "                      [--httpd-conf CONF]... FILE [METHOD] URL\n"
    "       wlmcfg merge [--backup FILE]... [--first] [--sort] [--app] [--numbered] [--output OUT] FILE...\n"
    "       wlmcfg import [-o OUT] [--port AJP=HTTP]... [--define NAME=VALUE]... mod_jk WORKERS [URIWORKERMAP]\n"
    "       wlmcfg import [-o OUT] [--port AJP=HTTP]... [--define NAME=VALUE]... mod_proxy_balancer CONF...\n"
    "       wlmcfg import [-o OUT] [--define NAME=VALUE]... mod_proxy_cluster CONF...\n"
    "       wlmcfg import [-o OUT] [--port AJP=HTTP]... [--define NAME=VALUE]... [--uri URI]... [--cluster NAME]\n"
    "                     tomcat [HOST=]SERVER_XML...\n"
    "       wlmcfg diff [--json] [--exit-code] [--directive LINE]... [--httpd-conf CONF]... FROM TO\n"
    "       wlmcfg graph [--output OUT] [--format svg|dot] FILE\n"
    "       wlmcfg simulate [--cluster NAME] [--policy POLICY] [--sessions N] [--requests-per-session M]\n"
    "                       [--duration TIME] [--think-time TIME] [--response-time TIME] [--slow-start TIME]\n"
    "                       [--poisson] [--seed N] [--web-servers N] [--affinity 'KIND WORDS']\n"
    "                       [--kill MEMBER@TIME]... [--revive MEMBER@TIME]...\n"
    "                       [--drain MEMBER@TIME]... [--weight MEMBER=WEIGHT@TIME]...\n"
    "                       [--slow MEMBER=FACTOR@TIME]... [--fail MEMBER@TIME]...\n"
    "                       [--workers N] [--workers MEMBER=N@TIME]... [--random-times] [--patience TIME]\n"
    "                       [--concurrency 'Adaptive MIN MAX'] [--queue 'LENGTH TIME']\n"
    "                       [--class 'NAME share=PERCENT goal=TIME priority=N']... [--json] [--svg OUT] FILE\n"
    "       wlmcfg fmt [--write | --check] FILE...\n"
    "       wlmcfg schema [--xsd | --rng]\n"
    "       wlmcfg help\n"
    "Tells what a plugin-cfg.xml means and what is wrong with it.\n"
    "\n"
    "  check       print the findings, one a line: FILE:LINE: error|warning|note: TEXT [ID]\n"
    "  show        print hosts, URIs, clusters, members and their shares\n"
    "  explain     print what becomes of a request: route, session, member, and why\n"
    "  merge       make one file of several: hosts and URIs that they share lead to the servers of all\n"
    "  import      make a plugin-cfg.xml out of the configuration of another balancer; out of that of\n"
    "              mod_proxy_cluster lines of httpd's configuration\n"
    "  diff        print what a reload from one file to another would change\n"
    "  graph       draw hosts, URIs, clusters and members\n"
    "  simulate    play traffic in simulated time: shares, moved sessions and imbalance over time\n"
    "  fmt         print the file in one layout: indentation, order of attributes, long tags on several lines\n"
    "  schema      print all elements and attributes that are known, as Markdown or for editors\n"
    "  help        show this\n"
    "\n"
    "FILE may be -, which is standard input, except for merge and import.\n"
    "\n"
    "  --strict    check: warnings are errors\n"
    "  --explain   check: what this finding means and what to do; all: every finding\n"
    "  --json      show, explain, diff, simulate: one JSON object, for programs\n"
    "  --header    explain: a field of the request, such as 'Cookie: JSESSIONID=0000a:c1'\n"
    "  --down      explain: as if a fault had marked this member down\n"
    "  --directive  show, explain, diff: a line of httpd's configuration, such as 'WLMAffinity Cookie WLM';\n"
    "              WLMPolicy, WLMAffinity, WLMAffinityKey, WLMAffinityOwner, WLMConcurrency, WLMClass, WLMHedge and\n"
    "              <WLMCluster NAME> count\n"
    "  --httpd-conf  show, explain, diff: a file with such lines; others are passed over\n"
    "  --backup    merge: one more file, whose servers are backups where it shares\n"
    "  --first     merge: what several files share leads to the servers of the first only\n"
    "  --sort      merge: only VirtualHostGroups of the same name share\n"
    "  --app       merge: only UriGroups of the same application share\n"
    "  --numbered  merge: the names that pluginCfgMerge gives\n"
    "  --output    merge, import, graph: where to write, also -o; without it, or with -, to standard output\n"
    "  --port      import: the HTTP port of members that had this AJP port; HOST:AJP=HTTP: of this host\n"
    "  --define    import: the value of a variable that the files do not define\n"
    "  --uri       import: a URI of the applications of tomcat, such as '/shop/*'; absent: '/*'\n"
    "  --cluster   import, simulate: the cluster's name: what tomcat's shall be, which one of the file\n"
    "  --exit-code  diff: the exit status is 1 when something would change\n"
    "  --format    graph: svg (needs Graphviz), or dot, which is text for Graphviz\n"
    "  --policy    simulate: RoundRobin, Random, LeastBusy or PeakEWMA, as by WLMPolicy\n"
    "  --sessions  simulate: how many, 1000 without this option; up to 1000000\n"
    "  --requests-per-session  simulate: 10 without this option; up to 100000000 requests in all\n"
    "  --duration  simulate: how long, such as 90s, 10m or 1h; 10m without this option\n"
    "  --think-time  simulate: from a response to the session's next request\n"
    "  --response-time  simulate: how long a member takes for a request; 50ms without this option\n"
    "  --slow-start  simulate: a member that is back has its full share after this time, as by WLMSlowStart; 30s\n"
    "                without this option, 0s: at once\n"
    "  --poisson   simulate: sessions begin at random, not at equal distances\n"
    "  --seed      simulate: a number for other random choices; 1 without this option\n"
    "  --web-servers  simulate: so many web servers before the members; 1 without this option\n"
    "  --kill      simulate: the member is dead from a time on, such as s1@120s\n"
    "  --revive    simulate: it answers again\n"
    "  --drain     simulate: it gets no new sessions from a time on\n"
    "  --weight    simulate: another weight from a time on, such as s1=4@120s\n"
    "  --slow      simulate: it takes so many times as long for a request from a time on, such as s1=10@120s\n"
    "  --fail      simulate: it answers each request with an error at once, until --revive\n"
    "  --report    simulate: it reports so many percent of utilisation from a time on, such as s1=80@120s\n"
    "  --workers   simulate: a member works on so many requests at a time, others wait in it; s1=2@120s: one member\n"
    "  --random-times  simulate: response times are random, --response-time is their mean\n"
    "  --patience  simulate: clients give up after this time\n"
    "  --concurrency  simulate: limits are found, as by WLMConcurrency, such as 'Adaptive 4 1000'\n"
    "  --queue     simulate: so many requests wait so long while members are full, as by WLMQueue, such as '100 2s'\n"
    "  --class     simulate: a class of requests, as by WLMClass, such as 'vip share=20 goal=1s priority=9'\n"
    "  --affinity  simulate: sessions are kept by WLMAffinity, such as 'Cookie WLMID'\n"
    "  --hedge     simulate: slow requests go to a second member, too, as by WLMHedge, such as 'p95 budget=10'\n"
    "  --svg       simulate: also draw a plot into this file; -: the plot alone, to standard output\n"
    "  --write     fmt: put the result in the file's place, also -w\n"
    "  --check     fmt: only name the files that have another layout; the exit status is 1 then\n"
    "  --xsd       schema: as XML Schema 1.0, for editors\n"
    "  --rng       schema: as RELAX NG\n"
    "  --help      show this\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0 without errors, 1 when a file has errors (diff: 2), 2 when the call is\n"
    "wrong or the output cannot be written.\n";

static int run_help(int argc, char **argv, apr_pool_t *p)
{
    (void)argc;
    (void)argv;
    (void)p;
    fputs(usage, stdout);
    return WLMCFG_FINE;
}

static int run_version(int argc, char **argv, apr_pool_t *p)
{
    (void)argc;
    (void)argv;
    (void)p;
    puts("wlmcfg " WLM_VERSION);
    return WLMCFG_FINE;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv, apr_pool_t *p);
} commands[] = {
    { "check", wlmcfg_run_check },
    { "show", wlmcfg_run_show },
    { "explain", wlmcfg_run_explain },
    { "merge", wlmcfg_run_merge },
    { "import", wlmcfg_run_import },
    { "diff", wlmcfg_run_diff },
    { "graph", wlmcfg_run_graph },
    { "simulate", wlmcfg_run_simulate },
    { "fmt", wlmcfg_run_fmt },
    { "schema", wlmcfg_run_schema },
    { "help", run_help },
    { "--help", run_help },
    { "--version", run_version },
};

static int run_command(int argc, char **argv, apr_pool_t *p)
{
    size_t i;

    if (argc < 1) {
        fputs(usage, stderr);
        return WLMCFG_MISUSE;
    }
    /* as the list in the usage has it, for all commands */
    for (i = 1; i < (size_t)argc; ++i) {
        if (strcmp(argv[i], "--help") == 0) {
            return run_help(argc, argv, p);
        }
    }
    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i) {
        if (strcmp(argv[0], commands[i].name) == 0) {
            return commands[i].run(argc, argv, p);
        }
    }
    return tool_misuse(argv[0], "no such command");
}

/* A full disk or a closed pipe must not look like a good result */
static int end_output(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return tool_failure("the output cannot be written");
    }
    return code;
}

int main(int argc, char **argv)
{
    apr_pool_t *p;

    apr_initialize();              /* without apr_terminate() at the end: the system takes all memory back at once */
    apr_pool_create(&p, NULL);
    return end_output(run_command(argc - 1, argv + 1, p));
}
