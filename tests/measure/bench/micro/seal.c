/* A value that WLMAffinity Wrap has wrapped, as there are more members: the member is found, and the seal verified. */
#include <string.h>
#include "tests/measure/bench/micro/micro.h"
#include "route/seal.h"

#define VALUE "0194a1f3-4e5b-7c6d-8e9f-0123456789ab"

typedef struct sealed_t {
    wlm_seals_t *seals;
    const char **wrapped;          /* one of each member */
    unsigned n;
} sealed_t;

static void *make(int size, apr_pool_t *p)
{
    sealed_t *sealed = apr_palloc(p, sizeof(*sealed));
    apr_array_header_t *keys = apr_array_make(p, 1, sizeof(wlm_seal_key_t));
    const char **names = apr_palloc(p, sizeof(*names) * (apr_size_t)size);
    int i;

    memset(apr_array_push(keys), 7, sizeof(wlm_seal_key_t));
    for (i = 0; i < size; ++i) {
        names[i] = apr_psprintf(p, "server%d", i);
    }
    sealed->n = (unsigned)size;
    sealed->seals = wlm_seals_make(keys, "cluster", names, size, p);
    sealed->wrapped = apr_palloc(p, sizeof(*sealed->wrapped) * (apr_size_t)size);
    for (i = 0; i < size; ++i) {
        sealed->wrapped[i] = wlm_seals_wrap(sealed->seals, i, VALUE, sizeof(VALUE) - 1, p);
    }
    return sealed;
}

static void call(void *thing, unsigned seed, long times)
{
    const sealed_t *sealed = thing;
    wlm_seal_found_t found;

    for (; times > 0; --times) {
        if (wlm_seals_unwrap(&found, sealed->seals, sealed->wrapped[seed++ % sealed->n],
                             sizeof(VALUE) + WLM_SEAL_LEN) < 0) {
            micro_fail("a seal is not found");
        }
    }
}

static const int sizes[] = { 2, 100, 1000, 0 };
const micro_t micro_seal = { .name = "seal", .grows = "members", .sizes = sizes, .make = make, .call = call };
