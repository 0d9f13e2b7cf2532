/* WLMAffinityStore by a socache provider of httpd. The provider's connections belong to the child process that makes
 * them, and are never closed by it: a thread that hangs in one of them may have it when the process ends, and then
 * apr-util's list of connections ends the process by an assertion. So they live in a pool that is not destroyed. */
#include "httpd/runtime/remote_table.h"
#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_allocator.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <dlfcn.h>
#include <http_log.h>
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/context/options.h"
#include "shared/learned.h"

#define NAMESPACE "mod_wlm"        /* at most 14 characters: a provider adds to it */
#define CHECK_LEN 8                /* bytes of the key in what is stored */
#define DRAIN_LIMIT apr_time_from_msec(200)

wlm_remote_t *wlm_remote_table;

/* Set before there are threads */
static struct {
    const ap_socache_provider_t *provider;
    ap_socache_instance_t *instance;
    server_rec *s;
} use;

static const wlm_affinity_store_setting_t *setting(void)
{
    return &wlm_config_global()->affinity_store;
}

/* -- the provider -------------------------------------------------------------------------------------------- */

static const char *make_instance(ap_socache_instance_t **instance, const ap_socache_provider_t *provider,
                                 server_rec *s, apr_pool_t *p)
{
    static const struct ap_socache_hints hints = { WLM_REMOTE_KEY_SIZE, 40, 0 };
    const char *wrong = provider->create(instance, setting()->argument, p, p);
    apr_status_t rv;

    if (wrong) {
        return wrong;
    }
    rv = provider->init(*instance, NAMESPACE, &hints, s, p);
    return rv == APR_SUCCESS ? NULL : "the provider cannot be used; it has logged the reason";
}

static const ap_socache_provider_t *find_provider(void)
{
    return ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, setting()->provider, AP_SOCACHE_PROVIDER_VERSION);
}

apr_status_t wlm_remote_table_check(server_rec *s, apr_pool_t *ptemp)
{
    const ap_socache_provider_t *provider;
    ap_socache_instance_t *instance;
    const char *wrong;

    if (!setting()->provider || !wlm_options_has_learning(wlm_options())) {
        return APR_SUCCESS;
    }
    provider = find_provider();
    wrong = !provider ? apr_psprintf(ptemp, "there is no such provider; load mod_socache_%s", setting()->provider)
          : strcmp(provider->name, "redis") != 0 && strcmp(provider->name, "memcache") != 0
            ? "web servers cannot share what this provider stores; use redis or memcache"
          : make_instance(&instance, provider, s, ptemp);
    if (wrong) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, WLMNO(0271) "WLMAffinityStore %s:%s: %s", setting()->provider,
                     setting()->argument, wrong);
    }
    return wrong ? APR_EGENERAL : APR_SUCCESS;
}

/* -- its calls, on threads of the remote table ---------------------------------------------------------------- */

#define VALUE_SIZE (2 * CHECK_LEN + 1 + WLM_REMOTE_NAME_SIZE)

/* "CHECK NAME": an answer that a provider takes for that to another question is none, then.
 * @return its length, without a NUL */
static unsigned make_value(char value[VALUE_SIZE + 1], const unsigned char *key, const char *name)
{
    char check[2 * CHECK_LEN + 1];

    ap_bin2hex(key, CHECK_LEN, check);
    return (unsigned)apr_snprintf(value, VALUE_SIZE + 1, "%s %s", check, name);
}

/* @return 0: it is nothing that was stored for this key */
static int read_value(char name[WLM_REMOTE_NAME_SIZE], const unsigned char *key, const char *value, unsigned len)
{
    char expected[VALUE_SIZE + 1];
    unsigned skip = make_value(expected, key, "");

    if (len <= skip || len - skip >= WLM_REMOTE_NAME_SIZE || memcmp(value, expected, skip) != 0) {
        return 0;
    }
    memcpy(name, value + skip, len - skip);
    name[len - skip] = '\0';
    return 1;
}

/* Of no other pool, so that it is not destroyed under a thread when the process ends */
static apr_pool_t *make_pool(void)
{
    apr_pool_t *p = NULL;

    apr_pool_create_unmanaged_ex(&p, NULL, NULL);
    return p;
}

static wlm_remote_answer_t get(void *data, const unsigned char key[WLM_REMOTE_KEY_SIZE],
                               char name[WLM_REMOTE_NAME_SIZE])
{
    char value[VALUE_SIZE];
    unsigned len = sizeof(value);
    apr_pool_t *p = make_pool();
    apr_status_t rv;

    (void)data;
    rv = p ? use.provider->retrieve(use.instance, use.s, key, WLM_REMOTE_KEY_SIZE, (unsigned char *)value, &len, p)
           : APR_ENOMEM;
    if (p) {
        apr_pool_destroy(p);
    }
    return APR_STATUS_IS_NOTFOUND(rv) ? WLM_REMOTE_UNKNOWN
         : rv == APR_SUCCESS && read_value(name, key, value, len) ? WLM_REMOTE_FOUND : WLM_REMOTE_FAILED;
}

static int put(void *data, const unsigned char key[WLM_REMOTE_KEY_SIZE], const char *name, apr_interval_time_t expiry)
{
    char value[VALUE_SIZE + 1];
    unsigned len = make_value(value, key, name);
    apr_pool_t *p = make_pool();
    apr_status_t rv;

    (void)data;
    rv = p ? use.provider->store(use.instance, use.s, key, WLM_REMOTE_KEY_SIZE, wlm_moment().day + expiry,
                                 (unsigned char *)value, len, p) : APR_ENOMEM;
    if (p) {
        apr_pool_destroy(p);
    }
    return rv == APR_SUCCESS;
}

static void log_change(void *data, int is_open)
{
    (void)data;
    if (is_open) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, use.s, WLMNO(0272) "%s:%s (WLMAffinityStore) fails or does not "
                     "answer in time: no request asks it until it answers again; sessions that only other web servers "
                     "know go to any member", setting()->provider, setting()->argument);
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, use.s, WLMNO(0273) "%s:%s (WLMAffinityStore) answers again",
                     setting()->provider, setting()->argument);
    }
}

/* -- a child --------------------------------------------------------------------------------------------------- */

/* A thread may hang in the code of the provider when the process ends and httpd unloads its modules */
static void keep_code(const void *function)
{
    Dl_info info;

    if (dladdr(function, &info) && info.dli_fname) {
        dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

/* For the provider: several threads make connections in it at a time */
static apr_pool_t *make_common_pool(void)
{
    apr_pool_t *p = make_pool();
    apr_thread_mutex_t *mutex;

    if (!p || apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS) {
        return NULL;
    }
    apr_allocator_mutex_set(apr_pool_allocator_get(p), mutex);
    return p;
}

static apr_status_t drain(void *data)
{
    (void)data;
    wlm_remote_end_process(wlm_remote_table, DRAIN_LIMIT);
    return APR_SUCCESS;
}

void wlm_remote_table_child_init(wlm_remote_record_t *record, apr_pool_t *pchild, server_rec *s)
{
    static const wlm_remote_calls_t calls = { get, put, log_change };
    apr_interval_time_t expiry = wlm_config_global()->affinity_table.expiry + WLM_LEARNED_REFRESH;
    apr_pool_t *p;

    if (!setting()->provider || !wlm_options_has_learning(wlm_options()) || !(p = make_common_pool())) {
        return;
    }
    use.provider = find_provider();
    use.s = s;
    if (!use.provider || make_instance(&use.instance, use.provider, s, p)) {
        return;                    /* it was possible in the parent; the provider has said why it is not now */
    }
    keep_code((const void *)(uintptr_t)use.provider->retrieve);
    wlm_remote_table = wlm_remote_make(record, &calls, NULL, setting()->timeout, expiry);
    if (wlm_remote_table) {
        apr_pool_pre_cleanup_register(pchild, NULL, drain);
    }
}
