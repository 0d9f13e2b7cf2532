/* The hash table of the literal pieces of patterns. Filled while a version is made; read by all threads. */
#include <string.h>
#include <apr_strings.h>
#include "route/literals.h"

#define SIZE_AT_FIRST 2            /* many tables have one literal only */

/* @return that of the literal, or the free one where it belongs */
static apr_uint32_t *slot_of(const wlm_route_literals_t *literals, apr_uint64_t hash,
                             const char *literal, apr_size_t len)
{
    apr_size_t mask = literals->size - 1, i = (apr_size_t)(hash ^ hash >> 32) & mask;

    while (literals->slots[i]) {
        const wlm_route_node_t *node = &literals->nodes[literals->slots[i] - 1];

        if (node->hash == hash && node->len == len && memcmp(node->literal, literal, len) == 0) {
            break;
        }
        i = (i + 1) & mask;
    }
    return &literals->slots[i];
}

static void resize(wlm_route_literals_t *literals, apr_size_t size, apr_pool_t *ptemp)
{
    wlm_route_literals_t larger = *literals;
    apr_size_t i;

    larger.size = size;
    larger.slots = apr_pcalloc(ptemp, sizeof(*larger.slots) * size);
    larger.nodes = apr_palloc(ptemp, sizeof(*larger.nodes) * (size / 2)); /* at most half full */
    for (i = 0; i < literals->used; ++i) {
        const wlm_route_node_t *node = &literals->nodes[i];

        larger.nodes[i] = *node;
        *slot_of(&larger, node->hash, node->literal, node->len) = (apr_uint32_t)i + 1;
    }
    *literals = larger;
}

wlm_route_node_t *wlm_route_literals_add(wlm_route_literals_t *literals, apr_uint64_t hash,
                                         const char *literal, apr_size_t len, apr_pool_t *ptemp)
{
    apr_uint32_t *slot;

    if (literals->used * 2 >= literals->size) {
        resize(literals, literals->size ? literals->size * 2 : SIZE_AT_FIRST, ptemp);
    }
    slot = slot_of(literals, hash, literal, len);
    if (!*slot) {
        literals->nodes[literals->used++] = (wlm_route_node_t){ .literal = literal, .len = len, .hash = hash };
        *slot = (apr_uint32_t)literals->used;
        if (len > literals->max_len) {
            literals->max_len = len;
        }
    }
    return &literals->nodes[*slot - 1];
}

static void add_first(wlm_route_literals_t *literals, const wlm_route_node_t *node)
{
    if (node->len) {
        unsigned char first = (unsigned char)*node->literal;

        literals->has_first[first / 32] |= 1u << (first % 32);
    }
}

/* The bit of a hash, by other bits than those that choose the slot */
static unsigned char *filter_byte(const wlm_route_literals_t *literals, apr_uint64_t hash)
{
    return &literals->has_hash[(apr_size_t)(hash >> 8) & (literals->size - 1)];
}

static unsigned char filter_bit(apr_uint64_t hash)
{
    return (unsigned char)(1u << (hash >> 40 & 7));
}

void wlm_route_literals_finish(wlm_route_literals_t *literals, apr_pool_t *p)
{
    apr_size_t i;

    if (literals->used) {          /* an empty one has none */
        literals->nodes = apr_pmemdup(p, literals->nodes, sizeof(*literals->nodes) * literals->used);
        literals->slots = apr_pmemdup(p, literals->slots, sizeof(*literals->slots) * literals->size);
    }
    literals->has_len = apr_pcalloc(p, literals->max_len + 1);
    literals->has_hash = apr_pcalloc(p, literals->size);
    for (i = 0; i < literals->used; ++i) {
        const wlm_route_node_t *node = &literals->nodes[i];

        literals->has_len[node->len] = 1;
        add_first(literals, node);
        *filter_byte(literals, node->hash) |= filter_bit(node->hash);
        if (node->after) {
            wlm_route_literals_finish(&node->after->inner, p); /* as deep as WLM_ROUTE_MOST_STARS allow */
            wlm_route_literals_finish(&node->after->ends, p);
        }
    }
}

const wlm_route_node_t *wlm_route_literals_find(const wlm_route_literals_t *literals, apr_uint64_t hash,
                                                const char *literal, apr_size_t len)
{
    apr_uint32_t slot;

    if (!(*filter_byte(literals, hash) & filter_bit(hash))) {
        return NULL;
    }
    slot = *slot_of(literals, hash, literal, len);
    return slot ? &literals->nodes[slot - 1] : NULL;
}
