/* The call of wlm-discover: options, defaults, and what is wrong with them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/duration.h"
#include "base/whole_file.h"
#include "tools/discover/options.h"

#define POD "/var/run/secrets/kubernetes.io/serviceaccount/" /* what each pod has, unless it is told not to */
#define CONSUL_URL "http://127.0.0.1:8500"
#define MARK_MAX 60                /* bytes: httpd keeps a comment of 77 with the user's name */
#define NAMESPACE_MAX 253

typedef struct words_t {
    const char *source, *token, *cacert, *namespace, *datacenter, *min, *interval, *wait;
    apr_array_header_t *contexts, *aliases; /* const char * */
    int passing;
} words_t;

/* -- values -------------------------------------------------------------------------------------------------------- */

static int is_url(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

/* @return 0: the option is wrong, which is printed */
static int read_time(apr_interval_time_t *ptime, const char *option, const char *text, apr_interval_time_t min,
                     apr_interval_time_t max)
{
    if (text && (!wlm_duration_parse(ptime, text, "s") || *ptime < min || *ptime > max)) {
        tool_misuse(option, "it takes a time from 1s to 10m, such as 30s or 5m");
        return 0;
    }
    return 1;
}

static int read_min(int *pmin, const char *text)
{
    if (text) {
        size_t length = strspn(text, "0123456789");

        if (!length || text[length] || length > 5) {
            tool_misuse("--min", "it takes a number from 0 to 99999");
            return 0;
        }
        *pmin = atoi(text);
    }
    return 1;
}

/* As a registry writes them: without a '/' at the end */
static int read_contexts(const apr_array_header_t *contexts, apr_pool_t *p)
{
    int i;

    for (i = 0; i < contexts->nelts; ++i) {
        const char **pcontext = &APR_ARRAY_IDX(contexts, i, const char *);
        size_t length = strlen(*pcontext);

        if (**pcontext != '/' || strchr(*pcontext, ',')) {
            tool_misuse("--context", "it takes one path that begins with /");
            return 0;
        }
        for (; length > 1 && (*pcontext)[length - 1] == '/'; --length) {
        }
        *pcontext = apr_pstrmemdup(p, *pcontext, length);
    }
    if (!contexts->nelts) {
        tool_misuse("--context", "say which contexts the members have");
    }
    return contexts->nelts > 0;
}

static int is_readable(const char *option, const char *file, apr_pool_t *p)
{
    if (file && access(file, R_OK) != 0) {
        tool_misuse(option, apr_psprintf(p, "%s cannot be read", file));
        return 0;
    }
    return 1;
}

/* -- the source ---------------------------------------------------------------------------------------------------- */

static const char *if_there(const char *file)
{
    return access(file, R_OK) == 0 ? file : NULL;
}

/* As each container has it in its environment. @return NULL: this is none */
static const char *url_of_pod(apr_pool_t *p)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");

    return !host || !*host ? NULL
           : apr_psprintf(p, strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port ? port : "443");
}

static const char *namespace_of_pod(apr_pool_t *p)
{
    const char *text = "";

    wlm_whole_file_read(&text, NULL, POD "namespace", NAMESPACE_MAX, p);
    text = apr_pstrmemdup(p, text, strcspn(text, " \r\n"));
    return *text ? text : "default";
}

static void set_kubernetes(discover_source_t *source, const words_t *words, const char *service, apr_pool_t *p)
{
    source->server.url = words->source ? words->source : url_of_pod(p);
    /* what a pod has is for the API server that its environment names */
    source->server.token_file = words->token ? words->token : words->source ? NULL : POD "token";
    source->server.cacert = words->cacert ? words->cacert : words->source ? NULL : if_there(POD "ca.crt");
    source->server.token_field = "Authorization: Bearer ";
    source->path = apr_psprintf(p, "/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices?labelSelector="
                                "kubernetes.io%%2Fservice-name%%3D%s&",
                                discover_escape(words->namespace ? words->namespace : namespace_of_pod(p), p),
                                discover_escape(service, p));
}

static void set_consul(discover_source_t *source, const words_t *words, const char *service, apr_pool_t *p)
{
    source->server.url = words->source ? words->source : CONSUL_URL;
    source->server.token_file = words->token;
    source->server.cacert = words->cacert;
    source->server.token_field = "X-Consul-Token: ";
    source->path = apr_pstrcat(p, "/v1/health/service/", discover_escape(service, p), "?",
                               words->passing ? "passing=1&" : "", words->datacenter ? "dc=" : "",
                               words->datacenter ? discover_escape(words->datacenter, p) : "",
                               words->datacenter ? "&" : "", NULL);
}

/* @return 0: it is wrong, which is printed */
static int set_source(discover_options_t *options, const words_t *words, const char *service, apr_pool_t *p)
{
    discover_server_t *server = &options->source.server;
    size_t length;

    if (options->is_kubernetes) {
        set_kubernetes(&options->source, words, service, p);
    }
    else {
        set_consul(&options->source, words, service, p);
    }
    if (!server->url || !is_url(server->url)) {
        tool_misuse("--source", server->url ? "it takes a URL with http or https"
                                : "this is no pod of Kubernetes, so say where the API server is");
        return 0;
    }
    for (length = strlen(server->url); server->url[length - 1] == '/'; --length) {
    }
    server->url = apr_pstrmemdup(p, server->url, length);
    options->source.told.subject = server->url;
    options->source.random = (uint64_t)wlm_now();
    return is_readable("--source-cacert", server->cacert, p);
}

/* -- the httpds ---------------------------------------------------------------------------------------------------- */

static int check_urls(discover_options_t *options)
{
    const char *url = getenv("WLMCTL_URL");
    int i;

    if (!options->urls->nelts) {
        APR_ARRAY_PUSH(options->urls, const char *) = url && *url ? url : WLMCTL_DEFAULT_URL;
    }
    for (i = 0; i < options->urls->nelts; ++i) {
        if (!is_url(APR_ARRAY_IDX(options->urls, i, const char *))) {
            tool_misuse("--to", "it takes a URL with http or https");
            return 0;
        }
    }
    return 1;
}

static int set_target(discover_options_t *options, const words_t *words, const char *service, apr_pool_t *p)
{
    discover_target_t *target = &options->target;

    target->site.contexts = words->contexts;
    target->site.balancer = target->site.balancer ? target->site.balancer : "mycluster";
    target->site.min = 1;
    target->interval = apr_time_from_sec(10);
    options->source.wait = apr_time_from_sec(300);
    target->aliases = apr_array_pstrcat(p, words->aliases, ',');
    target->mark = target->mark ? target->mark : apr_pstrcat(p, "wlm-discover ", service, NULL);
    if (!*target->mark || strlen(target->mark) > MARK_MAX) {
        tool_misuse("--owner", apr_psprintf(p, "the comment has 1 to %d bytes; \"%s\" has %d", MARK_MAX, target->mark,
                                            (int)strlen(target->mark)));
        return 0;
    }
    return read_contexts(words->contexts, p) && read_min(&target->site.min, words->min)
           && read_time(&target->interval, "--interval", words->interval, apr_time_from_sec(1), apr_time_from_sec(600))
           && read_time(&options->source.wait, "--wait", words->wait, apr_time_from_sec(1), apr_time_from_sec(600))
           && is_readable("--netrc", target->endpoint.netrc, p)
           && is_readable("--cacert", target->endpoint.cacert, p)
           && check_urls(options);
}

/* -- the call ------------------------------------------------------------------------------------------------------ */

/* What belongs to the other source would have no effect. @return 0: there is such an option, which is printed */
static int check_kind(const discover_options_t *options, const words_t *words)
{
    const char *of_consul = words->datacenter ? "--datacenter" : words->passing ? "--passing" : NULL;
    const char *of_kubernetes = words->namespace ? "--namespace" : options->source.port ? "--port" : NULL;
    const char *other = options->is_kubernetes ? of_consul : of_kubernetes;

    if (other) {
        tool_misuse(other, options->is_kubernetes ? "it is for consul" : "it is for kubernetes");
    }
    return !other;
}

int discover_options_read(discover_options_t *options, int argc, char **argv, apr_pool_t *p)
{
    words_t words = { .contexts = apr_array_make(p, 2, sizeof(const char *)),
                      .aliases = apr_array_make(p, 2, sizeof(const char *)) };
    discover_target_t *target = &options->target;
    const tool_option_t table[] = {
        { .name = "to", .values = options->urls = apr_array_make(p, 2, sizeof(const char *)) },
        { .name = "netrc", .value = &target->endpoint.netrc }, { .name = "cacert", .value = &target->endpoint.cacert },
        { .name = "context", .values = words.contexts },       { .name = "alias", .values = words.aliases },
        { .name = "balancer", .value = &target->site.balancer }, { .name = "https", .flag = &target->site.is_https },
        { .name = "source", .value = &words.source },          { .name = "token", .value = &words.token },
        { .name = "source-cacert", .value = &words.cacert },   { .name = "namespace", .value = &words.namespace },
        { .name = "port", .value = &options->source.port },    { .name = "datacenter", .value = &words.datacenter },
        { .name = "by-address", .flag = &options->source.by_address }, { .name = "passing", .flag = &words.passing },
        { .name = "min", .value = &words.min },                { .name = "owner", .value = &target->mark },
        { .name = "interval", .value = &words.interval },      { .name = "wait", .value = &words.wait },
        { .name = NULL }
    };
    const char *kind = apr_pstrdup(p, argv[0]);
    char **rest;
    int n;

    options->is_kubernetes = strcmp(kind, "kubernetes") == 0;
    if (!options->is_kubernetes && strcmp(kind, "consul") != 0) {
        tool_misuse(kind, "the first word is consul or kubernetes");
        return 0;
    }
    n = tool_read_call(argc, argv, table, &rest);
    if (n != 1 || !**rest) {
        return n < 0 ? 0 : (tool_misuse(kind, n > 1 ? "it takes one service" : "which service?"), 0);
    }
    return check_kind(options, &words) && set_target(options, &words, *rest, p)
           && set_source(options, &words, *rest, p);
}
