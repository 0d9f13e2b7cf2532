/* A certificate as a field's value. Pure; on the thread that has the request. */
#include "http/client_cert.h"
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "http/fields.h"

const char *const wlm_http_client_cert_names[] = {
    "Client-Cert", "Client_Cert", "Client-Cert-Chain", "Client_Cert_Chain", "Client-Cert_Chain", "Client_Cert-Chain",
    NULL
};

int wlm_http_client_cert_is_name(const char *name)
{
    int i;

    for (i = 0; wlm_http_client_cert_names[i]; ++i) {
        if (wlm_http_field_is(name, wlm_http_client_cert_names[i])) {
            return 1;
        }
    }
    return 0;
}

const char *wlm_http_client_cert_base64(const char *pem, apr_pool_t *p)
{
    const char *from = strchr(pem, '\n'), *end = from ? strstr(from, "-----END") : NULL;
    char *body, *to;

    if (!end) {
        return NULL;
    }
    body = to = apr_palloc(p, (apr_size_t)(end - from) + 1);
    for (; from < end; ++from) {
        if (!apr_isspace(*from)) {
            *to++ = *from;
        }
    }
    *to = '\0';
    return body;
}

const char *wlm_http_client_cert_item(const char *base64, apr_pool_t *p)
{
    return apr_pstrcat(p, ":", base64, ":", NULL);
}
