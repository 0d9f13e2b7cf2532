/* Steering by POST on the handler wlm-status: who may do it, and what is done. Nothing is ever changed by another method.
 *
 * Whoever may must have passed httpd's own authentication and authorisation, the place must say WLMAdmin, and a browser must
 * not have been tricked into it by another site: that cannot set a field of its own in a request to here.
 */
#include <apr_strings.h>
#include "mod_wlm.h"

#define FORM_MAX 8192              /* bytes of a request's body */
#define OWN_FIELD "X-WLM-Admin"

typedef struct admin_t {
    request_rec *r;
    apr_table_t *form;
    apr_array_header_t *lines;     /* const char *: what has happened, for the client */
    int status;
} admin_t;

static const char *who(const request_rec *r)
{
    return apr_psprintf(r->pool, "%s from %s", r->user ? r->user : "nobody", r->useragent_ip);
}

static void tell(admin_t *admin, const char *line)
{
    APR_ARRAY_PUSH(admin->lines, const char *) = line;
}

/* -- what can be done ------------------------------------------------------------------------ */

static void reload(admin_t *admin)
{
    request_rec *r = admin->r;
    const char *what;
    int f;

    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *);
        if (wlm_live_reload(file, r->server, &what, r->pool) == WLM_RELOAD_REFUSED) {
            admin->status = HTTP_CONFLICT;
        }
        tell(admin, apr_psprintf(r->pool, "%s: %s", file->path, what));
    }
}

static const struct {
    const char *name;
    void (*run)(admin_t *admin);
} actions[] = {
    { "reload", reload },
};

static void run_action(admin_t *admin)
{
    const char *name = apr_table_get(admin->form, "action");
    size_t i;

    for (i = 0; name && i < sizeof(actions) / sizeof(actions[0]); ++i) {
        if (strcmp(name, actions[i].name) == 0) {
            actions[i].run(admin);
            return;
        }
    }
    admin->status = HTTP_BAD_REQUEST;
    tell(admin, name ? apr_psprintf(admin->r->pool, "there is no action \"%s\"", name) : "the form has no field \"action\"");
}

/* -- the request ---------------------------------------------------------------------------------- */

/* @return NULL, or why not */
static const char *find_objection(const request_rec *r)
{
    wlm_admin_t admin = wlm_config_admin(r);
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");

    if (admin == WLM_ADMIN_OFF) {
        return "WLMAdmin is off here";
    }
    if (admin == WLM_ADMIN_ON && !r->user) {
        return "WLMAdmin On needs an authenticated user: there are no AuthType and Require here, or they did not ask for one";
    }
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return "the request comes from another site";
    }
    if (!apr_table_get(r->headers_in, OWN_FIELD)) {
        return "the request has no field " OWN_FIELD ", so a browser could have been tricked into it by another site";
    }
    return NULL;
}

/* @return OK, or an HTTP status */
static int read_form(admin_t *admin)
{
    request_rec *r = admin->r;
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    apr_array_header_t *pairs = NULL;
    int i, status;

    if (!type || ap_cstr_casecmpn(type, "application/x-www-form-urlencoded", 33) != 0) {
        return HTTP_UNSUPPORTED_MEDIA_TYPE;
    }
    status = ap_parse_form_data(r, NULL, &pairs, -1, FORM_MAX);
    admin->form = apr_table_make(r->pool, 8);
    for (i = 0; status == OK && i < pairs->nelts; ++i) {
        ap_form_pair_t *pair = &APR_ARRAY_IDX(pairs, i, ap_form_pair_t);
        apr_off_t length = 0;
        apr_size_t size;
        char *value;

        apr_brigade_length(pair->value, 1, &length);
        size = (apr_size_t)length;
        value = apr_pcalloc(r->pool, size + 1);
        apr_brigade_flatten(pair->value, value, &size);
        apr_table_set(admin->form, pair->name, value);
    }
    return status;
}

/* With a field by which a client knows that it has met the right handler */
static void begin_answer(request_rec *r, int status)
{
    r->status = status;
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, OWN_FIELD, WLM_VERSION);
    ap_set_content_type(r, "text/plain; charset=utf-8");
}

static void answer(const admin_t *admin)
{
    request_rec *r = admin->r;
    int i;

    begin_answer(r, admin->status);
    for (i = 0; i < admin->lines->nelts; ++i) {
        const char *line = APR_ARRAY_IDX(admin->lines, i, const char *);
        ap_rprintf(r, "%s\n", line);
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, r, WLMNO(0055) "admin: %s: %s: %s", who(r),
                      apr_table_get(admin->form, "action"), line);
    }
}

int wlm_admin_post(request_rec *r)
{
    admin_t admin = { .r = r, .lines = apr_array_make(r->pool, 4, sizeof(const char *)), .status = HTTP_OK };
    const char *objection = find_objection(r);
    int status;

    if (objection) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0056) "admin: %s: refused: %s", who(r), objection);
        ap_discard_request_body(r);
        begin_answer(r, HTTP_FORBIDDEN);
        ap_rprintf(r, "refused: %s\n", objection);
        return OK;
    }
    status = read_form(&admin);
    if (status != OK) {
        return status;
    }
    run_action(&admin);
    answer(&admin);
    return OK;
}
