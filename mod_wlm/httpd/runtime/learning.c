/* The table of learned sessions over the starts of httpd: in memory, and in a file beside that of WLMStateFile. In the
 * parent. */
#include "httpd/runtime/learning.h"
#include <apr_strings.h>
#include "base/clock.h"
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/retained.h"

#define SAVE_INTERVAL apr_time_from_sec(60)

wlm_learned_t *wlm_learning_table;
static apr_time_t next_save;
static int is_saved;               /* the file has what there is, but for what the table knows to have changed */
static int is_reported;            /* that it could not be written: once, until it can be */

/* The beginning of the file; the table follows */
typedef struct head_t {
    wlm_moment_t moment;
    char boot[WLM_CLOCK_BOOT_SIZE];
} head_t;

static head_t head_now(void)
{
    head_t head = { .moment = wlm_moment() };

    wlm_clock_boot(head.boot);
    return head;
}

static const char *path_of(apr_pool_t *p)
{
    const char *state = wlm_config_global()->state_file;

    return state ? apr_pstrcat(p, state, ".sessions", NULL) : NULL;
}

/* -- writing --------------------------------------------------------------------------------------------- */

/* Out of the shared memory, without a copy: each word is whole; what changes meanwhile is saved the next time */
static apr_status_t write_file(const char *path, apr_pool_t *p)
{
    head_t head = head_now();
    const struct iovec parts[] = {
        { &head, sizeof(head) },
        { wlm_learning_table, wlm_learned_size(wlm_learned_bytes(wlm_learning_table)) }
    };

    return wlm_whole_file_write_parts(path, parts, 2, &(wlm_whole_file_t){ .mode = 0600 }, p);
}

static void save(server_rec *s)
{
    const char *path;
    apr_status_t rv;
    apr_pool_t *p;

    if (!wlm_learning_table || !wlm_config_global()->state_file
        || (!wlm_learned_take_changed(wlm_learning_table) && is_saved)) {
        return;
    }
    apr_pool_create(&p, NULL);
    path = path_of(p);
    rv = write_file(path, p);
    if (rv != APR_SUCCESS && !is_reported) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0214) "learned sessions cannot be written to %s; that is "
                     "tried again", path);
    }
    is_saved = rv == APR_SUCCESS;
    is_reported = !is_saved;
    apr_pool_destroy(p);
}

/* -- reading --------------------------------------------------------------------------------------------- */

/* Within one start of the machine times keep their values; after another one the time of day says how old they are */
static apr_interval_time_t age_of(const head_t *then, const head_t *now)
{
    apr_interval_time_t age = now->moment.day - then->moment.day;

    return now->boot[0] && memcmp(now->boot, then->boot, sizeof(now->boot)) == 0
           ? now->moment.now - then->moment.now : age > 0 ? age : 0;
}

/* In a file that is too old all sessions have expired; the times of the table do not reach that far back */
static void take_over(const char *file, apr_size_t size)
{
    head_t then, now = head_now();
    apr_interval_time_t age;

    memcpy(&then, file, sizeof(then));
    age = age_of(&then, &now);
    if (age <= WLM_LEARNED_EXPIRY_MAX) {
        memcpy(wlm_learning_table, file + sizeof(then), size);
        wlm_learned_shift(wlm_learning_table, now.moment.now - then.moment.now - age);
    }
}

static void load(server_rec *s, apr_pool_t *ptemp)
{
    apr_size_t bytes = wlm_learned_bytes(wlm_learning_table), size = wlm_learned_size(bytes);
    const char *path = path_of(ptemp);
    apr_size_t len;
    apr_status_t rv;
    const char *all;

    if (!path) {
        return;
    }
    rv = wlm_whole_file_read(&all, &len, path, sizeof(head_t) + size, ptemp);
    if (rv == APR_SUCCESS && len == sizeof(head_t) + size
        && wlm_learned_is_valid(all + sizeof(head_t), size, bytes)) {
        take_over(all, size);
    }
    else if (!APR_STATUS_IS_ENOENT(rv)) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, rv, s, WLMNO(0215) "the learned sessions in %s are not used: they "
                     "cannot be read, or were written with another size of WLMAffinityTable; all sessions begin anew",
                     path);
    }
}

/* -- exported -------------------------------------------------------------------------------------------- */

apr_status_t wlm_learning_begin(server_rec *s, apr_pool_t *ptemp)
{
    int is_new;

    wlm_learning_table = NULL;
    if (!wlm_options_has_learning(wlm_options())) {
        return APR_SUCCESS;
    }
    wlm_learning_table = wlm_retained_learned((apr_size_t)wlm_config_global()->affinity_table.size, &is_new);
    if (!wlm_learning_table) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, APR_ENOMEM, s, WLMNO(0216) "no memory for WLMAffinityTable");
        return APR_ENOMEM;
    }
    if (is_new) {
        load(s, ptemp);
    }
    next_save = wlm_now() + SAVE_INTERVAL;
    is_saved = 0;
    return APR_SUCCESS;
}

void wlm_learning_monitor(server_rec *s)
{
    apr_time_t now = wlm_now();

    if (wlm_learning_table) {
        wlm_learned_sweep(wlm_learning_table, now, wlm_config_global()->affinity_table.expiry);
        if (now >= next_save) {
            save(s);
            next_save = now + SAVE_INTERVAL;
        }
    }
}

void wlm_learning_end(server_rec *s)
{
    save(s);
    wlm_learning_table = NULL;
}
