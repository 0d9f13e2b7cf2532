/* The hash table of the literal pieces of patterns. Filled while a version is made; read by all threads. */
#include <string.h>
#include "route/literals.h"

#define SIZE_AT_FIRST 2            /* many tables have one literal only */

static wlm_route_node_t *slot_of(const wlm_route_literals_t *literals, apr_uint64_t hash,
                                  const char *literal, apr_size_t len)
{
    apr_size_t mask = literals->size - 1, i = (apr_size_t)(hash ^ hash >> 32) & mask;
    wlm_route_node_t *node = &literals->nodes[i];

    while (node->literal
           && !(node->hash == hash && node->len == len && memcmp(node->literal, literal, len) == 0)) {
        i = (i + 1) & mask;
        node = &literals->nodes[i];
    }
    return node;
}

static void resize(wlm_route_literals_t *literals, apr_size_t size, apr_pool_t *p)
{
    wlm_route_literals_t larger = *literals;
    apr_size_t i;

    larger.size = size;
    larger.nodes = apr_pcalloc(p, sizeof(*larger.nodes) * size);
    for (i = 0; i < literals->size; ++i) {
        const wlm_route_node_t *node = &literals->nodes[i];

        if (node->literal) {
            *slot_of(&larger, node->hash, node->literal, node->len) = *node;
        }
    }
    *literals = larger;
}

wlm_route_node_t *wlm_route_literals_add(wlm_route_literals_t *literals, apr_uint64_t hash,
                                         const char *literal, apr_size_t len, apr_pool_t *p)
{
    wlm_route_node_t *node;

    if (literals->used * 2 >= literals->size) {
        resize(literals, literals->size ? literals->size * 2 : SIZE_AT_FIRST, p);
    }
    node = slot_of(literals, hash, literal, len);
    if (!node->literal) {
        node->literal = literal;
        node->len = len;
        node->hash = hash;
        literals->used++;
        if (len > literals->max_len) {
            literals->max_len = len;
        }
    }
    return node;
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

    literals->has_len = apr_pcalloc(p, literals->max_len + 1);
    literals->has_hash = apr_pcalloc(p, literals->size);
    for (i = 0; i < literals->size; ++i) {
        const wlm_route_node_t *node = &literals->nodes[i];

        if (!node->literal) {
            continue;
        }
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
    const wlm_route_node_t *node;

    if (!(*filter_byte(literals, hash) & filter_bit(hash))) {
        return NULL;
    }
    node = slot_of(literals, hash, literal, len);
    return node->literal ? node : NULL;
}
