/* Keeps the state of members over a restart of the configuration, graceful or not. mod_slotmem_shm gives each
 * configuration cleared memory, and the module itself is loaded anew, perhaps as another version; so the records are
 * kept as text (shared/saved_state.h) in memory that httpd retains for the life of its parent process. The texts of the
 * plugin-cfg.xml files in use are kept, too, for a restart that finds an invalid one. Runs in the parent.
 *
 * The memory is from malloc(), not from a pool: at a restart a cleanup of a pool would run after the module's code has
 * been unloaded.
 */
#include <http_core.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "httpd/context/files.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "shared/close_orders.h"

/* the number is the version of the types below: another version of the module may have left the data */
#define RETAINED_KEY "mod_wlm: state 5"

typedef struct text_t {
    char *path, *bytes;
    apr_size_t length;
    uint64_t signature;
} text_t;

typedef struct retained_t {
    char *state;                   /* NULL: this is no restart */
    text_t *texts;
    int ntexts;
    wlm_close_orders_t *close_orders; /* shared with processes of earlier configurations, too; NULL: not yet */
    wlm_earlier_loads_t *earlier_loads; /* ... */
    wlm_seal_key_t seal_key;
    int has_seal_key;
    wlm_learned_t *learned;        /* of processes of earlier configurations, too; NULL: not yet */
} retained_t;

static retained_t *retain(void)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);

    return retained ? retained : ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
}

/* malloc'ed, with a NUL at the end */
static char *duplicate(const char *bytes, apr_size_t length)
{
    char *copy = malloc(length + 1);

    if (copy) {
        memcpy(copy, bytes, length);
        copy[length] = '\0';
    }
    return copy;
}

/* -- keeping ------------------------------------------------------------------------------------- */

static void free_texts(retained_t *retained)
{
    int i;

    for (i = 0; i < retained->ntexts; ++i) {
        free(retained->texts[i].path);
        free(retained->texts[i].bytes);
    }
    free(retained->texts);
    retained->texts = NULL;
    retained->ntexts = 0;
}

static void save_text(text_t *text, const wlm_file_t *file, apr_pool_t *p)
{
    wlm_published_t published;
    int is_there = wlm_file_text_get(wlm_segment_text(file), &published, p);

    text->path = duplicate(file->path, strlen(file->path));
    text->signature = published.signature;
    text->length = published.length;
    text->bytes = is_there && text->signature != WLM_SIGNATURE_NONE ? duplicate(published.text, text->length) : NULL;
}

static void save_texts(retained_t *retained, apr_pool_t *p)
{
    const apr_array_header_t *files = wlm_files();

    free_texts(retained);
    retained->texts = calloc((size_t)files->nelts, sizeof(*retained->texts));
    for (; retained->texts && retained->ntexts < files->nelts; ++retained->ntexts) {
        save_text(&retained->texts[retained->ntexts], APR_ARRAY_IDX(files, retained->ntexts, wlm_file_t *), p);
    }
}

void wlm_retained_save(const char *state, apr_size_t length, apr_pool_t *ptemp)
{
    retained_t *retained = retain();

    free(retained->state);
    retained->state = duplicate(state, length);
    save_texts(retained, ptemp);
}

void wlm_retained_end(void)
{
    retained_t *retained = retain();

    free_texts(retained);
    free(retained->state);
    retained->state = NULL;
}

/* -- reading ----------------------------------------------------------------------------------- */

const char *wlm_retained_state(void)
{
    return retain()->state;
}

const char *wlm_retained_text(const char *path, uint64_t *psignature, apr_size_t *plength)
{
    const retained_t *retained = retain();
    int i;

    for (i = 0; i < retained->ntexts; ++i) {
        const text_t *text = &retained->texts[i];
        if (text->bytes && text->path && strcmp(text->path, path) == 0) {
            *psignature = text->signature;
            *plength = text->length;
            return text->bytes;
        }
    }
    return NULL;
}

/* -- what processes of several configurations share ------------------------------------------------- */

/* @return NULL: there is no memory */
static void *share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

/* An upgraded connection may outlive its configuration, and its process must receive orders of later ones */
wlm_close_orders_t *wlm_retained_close_orders(void)
{
    retained_t *retained = retain();

    if (!retained->close_orders) {
        retained->close_orders = share(sizeof(*retained->close_orders));
    }
    return retained->close_orders;
}

wlm_earlier_loads_t *wlm_retained_earlier_loads(void)
{
    retained_t *retained = retain();

    if (!retained->earlier_loads) {
        retained->earlier_loads = share(sizeof(*retained->earlier_loads));
    }
    return retained->earlier_loads;
}

const wlm_seal_key_t *wlm_retained_seal_key(void)
{
    retained_t *retained = retain();

    if (!retained->has_seal_key) {
        apr_generate_random_bytes(retained->seal_key.bytes, sizeof(retained->seal_key.bytes));
        retained->has_seal_key = 1;
    }
    return &retained->seal_key;
}

wlm_learned_t *wlm_retained_learned(apr_size_t bytes, int *pis_new)
{
    retained_t *retained = retain();
    unsigned char secret[16];

    *pis_new = !retained->learned || wlm_learned_bytes(retained->learned) != bytes;
    if (*pis_new) {
        if (retained->learned) { /* processes of before still have it */
            munmap(retained->learned, wlm_learned_size(wlm_learned_bytes(retained->learned)));
        }
        retained->learned = share(wlm_learned_size(bytes));
        if (retained->learned) {
            apr_generate_random_bytes(secret, sizeof(secret));
            wlm_learned_make(retained->learned, bytes, secret);
        }
    }
    return retained->learned;
}
