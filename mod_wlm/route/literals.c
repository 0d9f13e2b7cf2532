/* The hash table of the literal beginnings or ends of patterns. Filled while a version is made; read by all threads. */
#include <string.h>
#include "route/literals.h"

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

void wlm_route_literals_init(wlm_route_literals_t *literals, apr_pool_t *p)
{
    memset(literals, 0, sizeof(*literals));
    resize(literals, 64, p);
}

wlm_route_node_t *wlm_route_literals_add(wlm_route_literals_t *literals, apr_uint64_t hash,
                                         const char *literal, apr_size_t len, apr_pool_t *p)
{
    wlm_route_node_t *node;

    if (literals->used * 2 >= literals->size) {
        resize(literals, literals->size * 2, p);
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

void wlm_route_literals_finish(wlm_route_literals_t *literals, apr_pool_t *p)
{
    apr_size_t i;

    literals->has_len = apr_pcalloc(p, literals->max_len + 1);
    for (i = 0; i < literals->size; ++i) {
        if (literals->nodes[i].literal) {
            literals->has_len[literals->nodes[i].len] = 1;
        }
    }
}

const wlm_route_node_t *wlm_route_literals_find(const wlm_route_literals_t *literals, apr_uint64_t hash,
                                                const char *literal, apr_size_t len)
{
    const wlm_route_node_t *node = slot_of(literals, hash, literal, len);

    return node->literal ? node : NULL;
}
