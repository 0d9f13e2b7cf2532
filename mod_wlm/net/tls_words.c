/* OpenSSL's errors as text, and its dates as times of APR. Any thread. */
#include <time.h>
#include <openssl/err.h>
#include "net/tls_private.h"

const char *wlm_tls_reason(char *text, apr_size_t size)
{
    unsigned long error = ERR_get_error();
    const char *reason = ERR_reason_error_string(error);

    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(error)) {
        return apr_strerror(ERR_GET_REASON(error), text, size);
    }
    if (reason) {
        return reason;
    }
    ERR_error_string_n(error, text, size);
    return error ? text : "no reason is given";
}

apr_time_t wlm_tls_time_of(const ASN1_TIME *time)
{
    struct tm tm;

    return ASN1_TIME_to_tm(time, &tm) ? apr_time_from_sec(timegm(&tm)) : 0;
}
