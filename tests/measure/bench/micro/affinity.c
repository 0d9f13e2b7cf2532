/* The clone ids of a session, as the Cookie header becomes longer. The session's cookie is the last. */
#include <string.h>
#include "tests/measure/bench/micro/micro.h"
#include "route/affinity.h"

#define SESSION "JSESSIONID=0000A2MB4IJozU_VM8IffsMNfdR:clone0001"

static void *make(int size, apr_pool_t *p)
{
    const char *cookies = "";
    apr_size_t left = (apr_size_t)size - (sizeof(SESSION) - 1);
    char *last;
    int i;

    for (i = 0; left - strlen(cookies) > 80; ++i) {
        cookies = apr_psprintf(p, "%stracking_%d=GA1.2.%d.17%08d; ", cookies, i, 100000000 + i * 7919, i);
    }
    left -= strlen(cookies);       /* for one of the length that is wanted */
    last = apr_palloc(p, left + 1);
    memset(last, 'x', left);
    memcpy(last, "p=", 2);
    memcpy(last + left - 2, "; ", 3);
    return apr_pstrcat(p, cookies, last, SESSION, NULL);
}

static void call(void *thing, unsigned seed, long times)
{
    const char *cookies = thing;
    const wlm_affinity_rule_t rule = { "JSESSIONID", "jsessionid", ":+." };
    wlm_affinity_t affinity;

    (void)seed;
    for (; times > 0; --times) {
        affinity = (wlm_affinity_t){ WLM_AFFINITY_NO_SESSION };
        wlm_affinity_read(&affinity, &rule, &cookies, 1, "/app/page", NULL);
        if (affinity.nids != 1) {
            micro_fail("no clone id");
        }
    }
}

static const int sizes[] = { 64, 256, 1024, 4096, 0 };
const micro_t micro_affinity = {
    .name = "affinity", .grows = "bytes of Cookie", .sizes = sizes, .make = make, .call = call
};
