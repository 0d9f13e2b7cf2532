/* wlmctl add, remove: members in the registry by hand. A form is sent; the server decides, and answers with text for
 * people. On main()'s thread. */
#include <string.h>
#include <time.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/duration.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/wlmctl.h"

typedef struct call_t {
    const char *balancer, *until, *comment;
    apr_array_header_t *aliases;   /* const char * */
    int https;
} call_t;

/* "2026-12-24T18:00", of this machine's time zone, or with "Z" of UTC. @return 0: it is none */
static time_t read_moment(const char *text)
{
    struct tm moment = { .tm_isdst = -1 };
    const char *end = strptime(text, "%Y-%m-%dT%H:%M", &moment);

    if (end && *end == ':') {
        end = strptime(end, ":%S", &moment);
    }
    return end && strcmp(end, "Z") == 0 ? timegm(&moment) : end && !*end ? mktime(&moment) : 0;
}

/* @return the time in s since 1970, as text; NULL: it is none, or is over */
static const char *read_until(const char *text, apr_pool_t *p)
{
    apr_interval_time_t length = 0;
    apr_int64_t now = (apr_int64_t)(wlm_clock_today() / 1000), until;

    until = wlm_duration_parse(&length, text, "s") ? now + apr_time_sec(length) : (apr_int64_t)read_moment(text);
    return until > now ? apr_psprintf(p, "%" APR_INT64_T_FMT, until) : NULL;
}

static const char *join(char *const *words, int n, apr_pool_t *p)
{
    const char *text = "";
    int i;

    for (i = 0; i < n; ++i) {
        text = apr_pstrcat(p, text, i ? "," : "", words[i], NULL);
    }
    return text;
}

static int send_call(const call_t *call, const char *action, char *const *words, int n,
                     const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    int adds = strcmp(action, "add") == 0, first = adds ? 2 : 1;
    apr_table_t *form = apr_table_make(p, 8);

    apr_table_setn(form, "action", action);
    apr_table_setn(form, "node", words[0]);
    apr_table_setn(form, "context", join(words + first, n - first, p));
    apr_table_setn(form, "address", adds ? words[1] : "");
    apr_table_setn(form, "alias", apr_array_pstrcat(p, call->aliases, ','));
    apr_table_setn(form, "balancer", call->balancer ? call->balancer : "");
    apr_table_setn(form, "https", call->https ? "1" : "");
    apr_table_setn(form, "until", call->until ? call->until : "");
    apr_table_setn(form, "comment", call->comment ? call->comment : "");
    return wlmctl_post_and_report(endpoint, form, p);
}

int wlmctl_run_by_hand(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    call_t call = { .aliases = apr_array_make(p, 2, sizeof(const char *)) };
    const tool_option_t of_remove[] = {
        { .name = "comment", .value = &call.comment }, WLMCTL_ENDPOINT_OPTIONS(endpoint), { .name = NULL }
    };
    const tool_option_t of_add[] = {
        { .name = "alias", .values = call.aliases }, { .name = "balancer", .value = &call.balancer },
        { .name = "https", .flag = &call.https }, { .name = "until", .value = &call.until },
        { .name = "comment", .value = &call.comment }, WLMCTL_ENDPOINT_OPTIONS(endpoint), { .name = NULL }
    };
    int adds = strcmp(argv[0], "add") == 0, n;
    const char *action = apr_pstrdup(p, argv[0]);
    char **words;

    n = tool_read_call(argc, argv, adds ? of_add : of_remove, &words);
    if (n < (adds ? 3 : 1)) {
        return n < 0 ? WLMCTL_MISUSE
               : tool_misuse(action, adds ? "say the node's name, HOST:PORT, and its contexts" : "name a node");
    }
    if (call.until && !(call.until = read_until(call.until, p))) {
        return tool_misuse("--until", "it takes a time to come, such as 8h, 2d or 2026-12-24T18:00");
    }
    return send_call(&call, action, words, n, endpoint, p);
}
