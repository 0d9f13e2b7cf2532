/* tools/wlmcfg/import/common/earlier.h: the rules that a source tries before a rule, of which there may be many: those
 * that match the same paths are found without a comparison with all. On main()'s thread.
 *
 * The patterns are kept in tries of their characters, one for each group of hosts, and a search goes only where the
 * pattern that it is for can go, too. It takes time in proportion to the pattern and to what it meets. */
#ifndef WLMCFG_IMPORT_COMMON_EARLIER_H
#define WLMCFG_IMPORT_COMMON_EARLIER_H

#include "tools/wlmcfg/import/common/model.h"

typedef struct import_earlier_t import_earlier_t;

/** @param p  holds it, and what is added */
import_earlier_t *wlmcfg_import_earlier_make(apr_pool_t *p);

/** Add a rule behind those that are there; it must live as long. */
void wlmcfg_import_earlier_add(import_earlier_t *earlier, const import_rule_t *rule);

/** The first rule that wins in the source wherever this one matches: its hosts are the same or all, and its pattern
 *  matches everything that this one's does. (Not found for all that do: /app/ and a star for /app.)
 *  @return NULL: none */
const import_rule_t *wlmcfg_import_earlier_cover(const import_earlier_t *earlier, const import_rule_t *rule);

/** So many are enough: of n rules each can take paths away from all others. */
#define IMPORT_OVERTAKEN_MOST 3

/** Rules that match a path which this one matches, too, for some host, and would lose it to the cluster of this one,
 *  since the module takes the longer URI.
 *  @param p  of the result  @return const import_rule_t *, in their order, at most IMPORT_OVERTAKEN_MOST of them */
apr_array_header_t *wlmcfg_import_earlier_overtaken(const import_earlier_t *earlier, const import_rule_t *rule,
                                                    apr_pool_t *p);

#endif
