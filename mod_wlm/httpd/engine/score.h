/* httpd/engine/score.h: slots of httpd's scoreboard for the engine's threads, so that mod_status counts and shows what
 * they do. A child has ThreadLimit slots, and its MPM uses the first ThreadsPerChild of them; the rest is taken here, a
 * slot by each thread that runs a connection at the moment. In between a slot is one without a thread (SERVER_DEAD), so
 * it counts neither as idle nor as busy.
 */
#ifndef WLM_HTTPD_ENGINE_SCORE_H
#define WLM_HTTPD_ENGINE_SCORE_H

#include <httpd.h>
#include <scoreboard.h>

/** How many slots there are for the engine's threads of a child. */
int wlm_score_count(void);
/** In a child process, before its first connection. */
void wlm_score_child_init(apr_pool_t *pchild);

/**
 * Any thread.
 * @param c    a connection that the calling thread runs from now on: its c->sbh is set
 * @param sbh  the connection's own handle, for c->sbh
 * @param child  the number of this process in the scoreboard
 * @return the slot, for wlm_score_release(); -1: all are in use, and nothing is shown and counted
 */
int wlm_score_acquire(conn_rec *c, ap_sb_handle_t *sbh, int child);
/** The thread does not run that connection any more, which may be gone. @param slot  -1: nothing happens */
void wlm_score_release(int slot, int child);

/** A thread goes on with a request that another one has begun. */
void wlm_score_show(request_rec *r);
/** The calling thread leaves a request that another one will go on with. */
void wlm_score_leave(const request_rec *r);

/** In the parent, when a child has ended, however: no thread runs in its slots. */
void wlm_score_child_ended(int child);

#endif
