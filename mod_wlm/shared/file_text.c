/* The published text of a file: two buffers, of which one word names the current one. Any process; the mutex is held
 * while bytes are copied. */
#include <string.h>
#include <apr_strings.h>
#include "shared/robust_mutex.h"
#include "shared/file_text.h"

void wlm_file_text_make(wlm_file_text_t *text, size_t longest, size_t most_slots)
{
    wlm_robust_mutex_make(&text->lock);
    text->longest = longest;
    text->most_slots = most_slots;
}

static const wlm_file_text_side_t *current_of(const wlm_file_text_t *text)
{
    return &text->sides[atomic_load(&text->current)];
}

uint64_t wlm_file_text_signature(const wlm_file_text_t *text)
{
    return atomic_load(&current_of(text)->signature);
}

uint32_t wlm_file_text_generation(const wlm_file_text_t *text)
{
    return atomic_load(&current_of(text)->generation);
}

/* The slots of clusters, followed by those of members */
static int *slots_at(wlm_file_text_t *text, uint32_t side)
{
    return text->slots + side * text->most_slots;
}

static char *bytes_at(wlm_file_text_t *text, uint32_t side)
{
    return (char *)(text->slots + 2 * text->most_slots) + side * text->longest;
}

static void write_side(wlm_file_text_t *text, uint32_t at, const wlm_published_t *version)
{
    wlm_file_text_side_t *side = &text->sides[at];
    int *slots = slots_at(text, at), kind;

    memcpy(bytes_at(text, at), version->text, version->length);
    side->length = version->length;
    for (kind = 0; kind < WLM_SLOT_KINDS; slots += version->nslots[kind++]) {
        side->nslots[kind] = version->nslots[kind];
        if (version->nslots[kind]) {
            memcpy(slots, version->slots[kind], sizeof(*slots) * (size_t)version->nslots[kind]);
        }
    }
    atomic_store(&side->signature, version->signature);
    atomic_store(&side->generation, version->generation + 1);
}

int wlm_file_text_put(wlm_file_text_t *text, wlm_published_t *version)
{
    uint32_t other;
    int is_next;

    wlm_robust_mutex_lock(&text->lock); /* a writer that died has not switched `current`: nothing to repair */
    is_next = wlm_file_text_generation(text) == version->generation;
    if (is_next) {
        other = !atomic_load(&text->current);
        write_side(text, other, version);
        atomic_store(&text->current, other);
        version->generation++;
    }
    wlm_robust_mutex_unlock(&text->lock);
    return is_next;
}

int wlm_file_text_get(wlm_file_text_t *text, wlm_published_t *version, apr_pool_t *p)
{
    const wlm_file_text_side_t *side;
    uint32_t current;
    int kind, *slots;

    memset(version, 0, sizeof(*version));
    wlm_robust_mutex_lock(&text->lock);
    current = atomic_load(&text->current);
    side = &text->sides[current];
    version->generation = atomic_load(&side->generation);
    if (version->generation) {
        version->signature = atomic_load(&side->signature);
        version->length = side->length;
        version->text = apr_pstrmemdup(p, bytes_at(text, current), side->length);
        for (kind = 0, slots = slots_at(text, current); kind < WLM_SLOT_KINDS; slots += side->nslots[kind++]) {
            version->nslots[kind] = side->nslots[kind];
            version->slots[kind] = apr_pmemdup(p, slots, sizeof(*slots) * (size_t)side->nslots[kind]);
        }
    }
    wlm_robust_mutex_unlock(&text->lock);
    return version->generation != 0;
}

void wlm_file_text_mark(wlm_file_text_t *text, wlm_slot_kind_t kind, unsigned char *used)
{
    const wlm_file_text_side_t *side;
    uint32_t current;
    const int *slots;
    int i;

    wlm_robust_mutex_lock(&text->lock);
    current = atomic_load(&text->current);
    side = &text->sides[current];
    slots = slots_at(text, current) + (kind == WLM_SLOT_MEMBERS ? side->nslots[WLM_SLOT_CLUSTERS] : 0);
    for (i = 0; i < side->nslots[kind]; ++i) {
        used[slots[i]] = 1;
    }
    wlm_robust_mutex_unlock(&text->lock);
}
