/* The names and addresses of this machine, for WLMPreferLocal. In the parent, while httpd reads its
 * configuration. */
#include "net/local_names.h"
#include "base/host.h"
#include <ifaddrs.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <apr_strings.h>

static void add(apr_array_header_t *patterns, const char *pattern)
{
    APR_ARRAY_PUSH(patterns, const char *) = apr_pstrdup(patterns->pool, pattern);
}

/* also the short form of a qualified name */
static void add_names(apr_array_header_t *patterns)
{
    char name[256];

    add(patterns, "localhost");
    add(patterns, WLM_HOST_SOCKET "/*");
    if (gethostname(name, sizeof(name)) == 0) {
        name[sizeof(name) - 1] = '\0';
        add(patterns, name);
        if (strchr(name, '.')) {
            *strchr(name, '.') = '\0';
            add(patterns, name);
        }
    }
}

static const char *add_addresses(apr_array_header_t *patterns)
{
    struct ifaddrs *list, *one;
    char text[128];

    if (getifaddrs(&list) != 0) {
        return "the addresses of this machine cannot be found";
    }
    for (one = list; one; one = one->ifa_next) {
        int family = one->ifa_addr ? one->ifa_addr->sa_family : AF_UNSPEC;
        socklen_t len = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

        if ((family == AF_INET || family == AF_INET6)
            && getnameinfo(one->ifa_addr, len, text, sizeof(text), NULL, 0, NI_NUMERICHOST) == 0) {
            text[strcspn(text, "%")] = '\0'; /* the zone of a link-local address */
            add(patterns, text);
        }
    }
    freeifaddrs(list);
    return NULL;
}

const char *wlm_local_names_patterns(const apr_array_header_t **ppatterns, int n, char *const *words, apr_pool_t *p)
{
    apr_array_header_t *patterns = apr_array_make(p, 8, sizeof(const char *));
    const char *wrong = NULL;
    int i;

    *ppatterns = NULL;
    if (n == 1 && strcasecmp(words[0], "Off") == 0) {
        return NULL;
    }
    for (i = 0; i < n && !wrong; ++i) {
        if (strcasecmp(words[i], "Host") == 0) {
            add_names(patterns);
            wrong = add_addresses(patterns);
        }
        else {
            add(patterns, words[i]);
        }
    }
    *ppatterns = patterns;
    return wrong;
}
