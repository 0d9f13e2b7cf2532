/* Keyed hashes that only this server can compute. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_escape.h>
#include <apr_siphash.h>
#include <apr_strings.h>
#include "httpd/runtime/segment.h"
#include "httpd/status/signature.h"

const char *wlm_signature_make(const char *purpose, const char *text, apr_pool_t *p)
{
    const char *all = apr_pstrcat(p, purpose, "\n", text, NULL);
    unsigned char hash[APR_SIPHASH_DSIZE];

    apr_siphash24_auth(hash, all, strlen(all), wlm_segment.secret);
    return apr_pescape_hex(p, hash, sizeof(hash), 0);
}

int wlm_signature_is_equal(const char *a, const char *b)
{
    unsigned different = strlen(a) != strlen(b);
    size_t i;

    for (i = 0; a[i] && b[i]; ++i) {
        different |= (unsigned)(a[i] ^ b[i]); /* in constant time, so that the time does not reveal a correct prefix */
    }
    return !different;
}
