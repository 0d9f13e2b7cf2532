/* Keeps the state of members, and the events of clusters and files, over a stop and start of httpd, in the file of
 * WLMStateFile. (Over a restart it is kept in memory: httpd/runtime/retained.c.) The parent writes it at the end and
 * each 10 seconds, which is what a crash can lose.
 */
#include <apr_strings.h>
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_file.h"
#include "httpd/runtime/state_text.h"
#include "shared/saved_state.h"

#define LARGEST (64 * 1024 * 1024) /* more than the largest number of members needs */

/* the state that the configuration starts with */
static wlm_saved_t *earlier;
static int nearlier;
static int is_from_file;

/* -- writing ------------------------------------------------------------------------------- */

void wlm_state_file_write(server_rec *s)
{
    static int reported;               /* once, until it works again */
    const char *path = wlm_config_global()->state_file, *text;
    apr_size_t length;
    apr_status_t rv;
    apr_pool_t *p;

    if (!path || !wlm_segment.work) {
        return;
    }
    apr_pool_create(&p, NULL);
    text = wlm_state_text(&length, p);
    rv = wlm_whole_file_write(path, text, length, &(wlm_whole_file_t){ .mode = 0600 }, p);
    if (rv != APR_SUCCESS && !reported) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0052) "the state of members cannot be written to %s; that is "
                     "tried again", path);
    }
    reported = rv != APR_SUCCESS;
    apr_pool_destroy(p);
}

/* -- reading ---------------------------------------------------------------------------------- */

void wlm_state_file_begin(const char *retained, apr_pool_t *pconf, server_rec *s)
{
    const char *path = wlm_config_global()->state_file, *text = retained, *wrong;
    wlm_saved_clock_t clock = wlm_state_text_clock();
    apr_status_t rv;

    earlier = NULL;
    nearlier = 0;
    is_from_file = !text;
    if (text || !path) {
        path = "memory";
    }
    else if ((rv = wlm_whole_file_read(&text, NULL, path, LARGEST, pconf)) != APR_SUCCESS
             && !APR_STATUS_IS_ENOENT(rv)) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0053) "the state of members in %s cannot be read; all of "
                     "them begin as new ones", path);
    }
    wrong = text ? wlm_saved_parse(&earlier, &nearlier, text, strlen(text), &clock, pconf) : NULL;
    if (wrong) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0054) "the state of members in %s is ignored: %s; all of them "
                     "begin as new ones", path, wrong);
    }
}

void wlm_state_file_restore_events(uint64_t key, wlm_event_ring_t *events)
{
    int i;

    for (i = 0; i < nearlier; ++i) {
        if (earlier[i].key == key) {
            wlm_saved_restore_events(events, &earlier[i]);
            return;
        }
    }
}

int wlm_state_file_restore(uint64_t key, wlm_shared_member_t *member)
{
    int i;

    for (i = 0; i < nearlier; ++i) {
        if (earlier[i].key == key) {
            wlm_saved_restore(member, &earlier[i]);
            if (is_from_file) { /* it may be old: the names may have other addresses by now */
                wlm_resolved_clear(&member->resolved[0]);
                wlm_resolved_clear(&member->resolved[1]);
            }
            return 1;
        }
    }
    return !nearlier;
}
