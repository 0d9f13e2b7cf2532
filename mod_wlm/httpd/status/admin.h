/* httpd/status/admin.h: what the files of steering share. */
#ifndef WLM_HTTPD_STATUS_ADMIN_H
#define WLM_HTTPD_STATUS_ADMIN_H

#include "httpd/mod_wlm.h"

/** A request that steers, and its answer. */
typedef struct wlm_admin_call_t {
    request_rec *r;
    apr_table_t *form;
    apr_array_header_t *lines;     /* const char *: what has happened, or what is wrong */
    apr_array_header_t *details;   /* const char *: more of it, which has been logged; not for the page */
    int status;                    /* HTTP */
} wlm_admin_call_t;

/** One more line of the answer. */
void wlm_admin_tell(wlm_admin_call_t *call, const char *line);
/** What is wrong, and with which status: nothing has been done. */
void wlm_admin_fail(wlm_admin_call_t *call, int status, const char *why);

/** Who asks, for the log: "alice from 192.0.2.1". In r->pool. */
const char *wlm_admin_who(const request_rec *r);

/** Carry out what the form asks for. */
void wlm_admin_act(wlm_admin_call_t *call);

#endif
