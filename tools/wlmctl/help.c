/* The text of wlmctl --help, and its part about one command. Its form counts: a call begins with "wlmctl" and the
 * command's name, a command's line with two blanks and its name, an option's with two blanks and hyphens; the option's
 * text begins with the commands that have it ("drain, wait: ..."), if it is not for all. Pure functions. */
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/expiry.h"
#include "tools/wlmctl/help.h"
#include "tools/wlmctl/wlmctl.h"

const char wlmctl_help[] =
    "Usage: wlmctl [--url URL] [--socket PATH] [--netrc FILE] [--cacert FILE] COMMAND ...\n"
    "       wlmctl status [--json] [--check] [CLUSTER]\n"
    "       wlmctl drain [--for TIME] [--comment TEXT] [--force] [--wait [--idle TIME] [--timeout TIME]] TARGET\n"
    "       wlmctl disable [--for TIME] [--comment TEXT] [--force] [--wait [--timeout TIME]] TARGET\n"
    "       wlmctl wait [--idle TIME] [--timeout TIME] TARGET\n"
    "       wlmctl enable [--comment TEXT] TARGET\n"
    "       wlmctl weight [--for TIME] [--comment TEXT] WEIGHT TARGET\n"
    "       wlmctl up TARGET\n"
    "       wlmctl down TARGET\n"
    "       wlmctl reset TARGET\n"
    "       wlmctl reload\n"
    "       wlmctl registry [--json] [--xml]\n"
    "       wlmctl add [--alias HOST]... [--balancer NAME] [--https] [--until TIME] [--comment TEXT] "
    "NODE HOST:PORT CONTEXT...\n"
    "       wlmctl remove [--comment TEXT] NODE [CONTEXT...]\n"
    "       wlmctl events [--since TIME] [--json] [--follow] [TARGET]\n"
    "       wlmctl top [--interval TIME] [CLUSTER]\n"
    "       wlmctl help [COMMAND]\n"
    "TARGET: MEMBER..., or --all; with [--cluster NAME] [--host HOST[:PORT]]\n"
    "Shows and steers a running httpd with mod_wlm.\n"
    "\n"
    "  status      print clusters and members: states, shares, requests, failures\n"
    "  drain       no new sessions; those it has go on\n"
    "  disable     no requests; its sessions move to other members\n"
    "  wait        only look, until no request is with members that are drained or disabled\n"
    "  enable      as configured again, after drain, disable or weight\n"
    "  weight      another weight than the configured one\n"
    "  up          mark up now, whatever is known of it\n"
    "  down        mark down now, as a fault would, until RetryInterval is over\n"
    "  reset       counters begin anew\n"
    "  reload      load changed plugin-cfg.xml files now\n"
    "  registry    print what has registered (WLMRegistry): nodes and their contexts\n"
    "  add         add a node, or contexts of it, to the registry by hand\n"
    "  remove      remove a node, or contexts of it, from the registry\n"
    "  events      print what has happened to members, the newest last\n"
    "  top         show requests and failures per second, again and again; q ends it\n"
    "  help        show this, or what is about one command\n"
    "\n"
    "  --url       where the handler wlm-status is; otherwise the environment variable\n"
    "              WLMCTL_URL, otherwise " WLMCTL_DEFAULT_URL "\n"
    "  --socket    connect to this unix socket instead of to the URL's host\n"
    "  --netrc     file with credentials; otherwise ~/.netrc, if there is one\n"
    "  --cacert    file with the certificates that an https server's must lead to; otherwise\n"
    "              those of the system\n"
    "  --all       drain, disable, wait, enable, weight, up, down, reset: all of --cluster, --host\n"
    "  --cluster   drain, disable, wait, enable, weight, up, down, reset, events: of this cluster\n"
    "  --host      drain, disable, wait, enable, weight, up, down, reset, events: on this host\n"
    "  --for       drain, disable, weight: for so long, such as 90s, 30m, 8h, 2d, or for ever\n"
    "  --comment   drain, disable, enable, weight, add, remove: words that the status page, the\n"
    "              registry or the log shows\n"
    "  --force     drain, disable: close WebSockets and other upgraded connections, too\n"
    "  --wait      drain, disable: wait until no request is with the members\n"
    "  --idle      drain, wait: ... and none of a session has come for so long\n"
    "  --timeout   drain, disable, wait: wait no longer than this\n"
    "  --json      status, events, registry: for programs: as the server sends it, an object for\n"
    "              each event\n"
    "  --xml       registry: as a plugin-cfg.xml\n"
    "  --alias     add: a host for which the contexts are, where WLMRegistryAliases lets it\n"
    "  --balancer  add: the node's balancer; mycluster\n"
    "  --https     add: the node speaks https\n"
    "  --until     add: then it is removed: after 8h or 2d, for example, or at 2026-12-24T18:00\n"
    "  --since     events: only those of the last 30m, 8h or 2d, for example\n"
    "  --check     status: for monitoring, in a line before the rest and the exit status: 1 when\n"
    "              a member needs attention, a cluster is on backup or full, a file is\n"
    "              refused, or a certificate expires within " WLM_EXPIRES_SOON_TEXT ", 2 when a cluster\n"
    "              has no member for new sessions, 3 when nothing is known\n"
    "  --follow    events: go on\n"
    "  --interval  top: how often; 2s\n"
    "  --help      show this\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0 when it was done, 1 when the server did not do it or it has not come\n"
    "about, 2 when the call is wrong, 3 when no server answers as expected.\n";

#define CALL  "       wlmctl "     /* of a command */
#define TEXT  14                   /* columns before an option's text */

static int has_word(const char *text, size_t length, const char *word)
{
    const char *end = text + length;

    while (text < end) {
        size_t n = strcspn(text, ",: ");
        if (n == strlen(word) && strncmp(text, word, n) == 0) {
            return 1;
        }
        text += n + strspn(text + n, ", ");
        if (*text == ':') {
            break;
        }
    }
    return 0;
}

static int is_option_of(const char *line, const char *command)
{
    const char *text = line + TEXT;
    size_t owners = strspn(text, "abcdefghijklmnopqrstuvwxyz, ");

    return text[owners] != ':' || has_word(text, owners, command);
}

static int begins_with(const char *line, const char *before, const char *word)
{
    size_t n = strlen(before), length = strlen(word);

    return strncmp(line, before, n) == 0 && strncmp(line + n, word, length) == 0
           && (line[n + length] == ' ' || !line[n + length]);
}

/* @param was_wanted  was the line before, which this one may go on with? */
static int is_wanted(const char *line, const char *command, int has_target, int was_wanted)
{
    if (strncmp(line, "  --", 4) == 0) {
        return is_option_of(line, command);
    }
    if ((strncmp(line, "   ", 3) == 0 && strncmp(line, CALL, strlen(CALL)) != 0) || apr_islower(*line)) {
        return was_wanted;
    }
    return !*line || begins_with(line, CALL, command) || begins_with(line, "  ", command)
           || (has_target && strncmp(line, "TARGET", 6) == 0) || strncmp(line, "Exit", 4) == 0;
}

const char *wlmctl_help_of(const char *command, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, wlmctl_help), *line = copy, *end;
    const char *help = "";
    int has_target = 0, wanted = 0;

    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        wanted = is_wanted(line, command, has_target, wanted);
        if (wanted && begins_with(line, CALL, command)) {
            has_target = strstr(line, "TARGET") != NULL;
            line += strlen(CALL) - strlen("wlmctl ");
            help = apr_pstrcat(p, help, "Usage: ", NULL);
        }
        help = wanted ? apr_pstrcat(p, help, line, "\n", NULL) : help;
    }
    return help;
}
