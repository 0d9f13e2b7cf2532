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
#define RETAINED_KEY "mod_wlm: state 2"

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
    const char *bytes = wlm_file_text_get(wlm_segment_text(file), &text->signature, &text->length, p);

    text->path = duplicate(file->path, strlen(file->path));
    text->bytes = bytes && text->signature != WLM_SIGNATURE_NONE ? duplicate(bytes, text->length) : NULL;
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

/* An upgraded connection may outlive its configuration, and its process must receive orders of later ones */
wlm_close_orders_t *wlm_retained_close_orders(void)
{
    retained_t *retained = retain();
    void *memory;

    if (!retained->close_orders) {
        memory = mmap(NULL, sizeof(*retained->close_orders), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        retained->close_orders = memory == MAP_FAILED ? NULL : memory;
    }
    return retained->close_orders;
}
