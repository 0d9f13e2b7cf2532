/* tools/wlmctl/http.h: requests to the handler wlm-status, and its answers. Each on the thread that calls, which waits.
 * wlm-discover uses it, too. */
#ifndef WLMCTL_HTTP_H
#define WLMCTL_HTTP_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>
#include "tools/wlmctl/wlmctl.h"

typedef struct wlmctl_answer_t {
    long status;                   /* HTTP */
    char *body;                    /* with a NUL behind it; to be freed */
} wlmctl_answer_t;

/**
 * Send a form by POST.
 * @param form  its fields; those with an empty value are left out
 * @return WLMCTL_OK when the handler has answered, with any status; otherwise the reason is printed
 */
int wlmctl_post(wlmctl_answer_t *answer, const wlmctl_endpoint_t *endpoint, const apr_table_t *form, apr_pool_t *p);

/** The same, but nothing is printed. @param pwhy  out: why there is no answer; in p */
int wlmctl_try_post(wlmctl_answer_t *answer, const wlmctl_endpoint_t *endpoint, const apr_table_t *form,
                    const char **pwhy, apr_pool_t *p);

/** Send it, and print the answer, which is text for people: on stderr when it is a refusal. @return exit code */
int wlmctl_post_and_report(const wlmctl_endpoint_t *endpoint, const apr_table_t *form, apr_pool_t *p);

/** Get the state. @param pview  for json_decref() @return likewise */
int wlmctl_get(json_t **pview, const wlmctl_endpoint_t *endpoint, apr_pool_t *p);
/** The same, but nothing is printed. @param pwhy  out: why there is no answer; in p */
int wlmctl_try_get(json_t **pview, const char **pwhy, const wlmctl_endpoint_t *endpoint, apr_pool_t *p);

/** Print something as the server sends it: "json", "registry" or "plugin-cfg". @return exit code */
int wlmctl_print(const char *format, const wlmctl_endpoint_t *endpoint, apr_pool_t *p);
/** Get what is registered. @param pregistry  for json_decref() @return exit code */
int wlmctl_get_registry(json_t **pregistry, const wlmctl_endpoint_t *endpoint, apr_pool_t *p);
/** The same, but nothing is printed. @param pwhy  out: why there is no answer; in p */
int wlmctl_try_get_registry(json_t **pregistry, const char **pwhy, const wlmctl_endpoint_t *endpoint, apr_pool_t *p);

#endif
