/* tools/wlmcfg/explain/request.h: the request that is explained. On main()'s thread. */
#ifndef WLMCFG_EXPLAIN_REQUEST_H
#define WLMCFG_EXPLAIN_REQUEST_H

#include "plugin-cfg/plugin_cfg.h"
#include "tools/wlmcfg/common/directives.h"

/** The words of the command line. */
typedef struct call_t {
    const char *file, *method, *url;
    apr_array_header_t *headers;   /* const char *: "Name: value" */
    apr_array_header_t *down;      /* const char *: names of members */
    wlmcfg_directives_t directives;
    int json;
} call_t;

/** A request as httpd hands it to the module. */
typedef struct request_t {
    const char *method;
    const char *scheme;
    const char *host;              /* NULL: the client names none */
    int port;
    const char *sent;              /* the path, as the client sends it */
    const char *encoded;           /* normalised; NULL: httpd refuses such a path */
    int has_encoded_slash;
    const char *query;             /* NULL: none */
    apr_table_t *fields;
    apr_array_header_t *cookies;   /* const char *: values of the Cookie fields */
} request_t;

/** Parse the words of the command line. @return 0 when a word makes no sense; the reason is on standard error */
int wlmcfg_explain_request(request_t *request, const call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p);

#endif
