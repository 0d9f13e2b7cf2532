/* The look-up of a host name as a call that blocks. */
#include "net/lookup.h"
#include <stdlib.h>
#include <string.h>
#include "net/shortage.h"

typedef struct lookup_t {
    char *host;
    int error;
    wlm_address_t address;
} lookup_t;

static void resolve(void *data)
{
    lookup_t *lookup = data;

    lookup->error = wlm_address_ask(&lookup->address, lookup->host);
    if (lookup->error && wlm_shortage_now() != APR_SUCCESS) {
        lookup->error = WLM_LOOKUP_SHORTAGE;
    }
}

static void clear(void *data)
{
    free(((lookup_t *)data)->host);
}

static const wlm_blocking_call_t call = { sizeof(lookup_t), resolve, clear };

wlm_lookup_t *wlm_lookup_begin(const char *host)
{
    lookup_t lookup = { .host = strdup(host) };

    return lookup.host ? wlm_blocking_begin(&call, &lookup) : NULL;
}

int wlm_lookup_is_over(wlm_lookup_t *lookup, wlm_address_t *address, int *perror)
{
    const lookup_t *result = wlm_blocking_result(lookup);

    if (!result) {
        return 0;
    }
    *address = result->address;
    *perror = result->error;
    return 1;
}

void wlm_lookup_end(wlm_lookup_t *lookup)
{
    wlm_blocking_end(lookup);
}
