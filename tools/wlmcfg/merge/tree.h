/* tools/wlmcfg/merge/tree.h: the document of the merged file, and its elements. On main()'s thread. */
#ifndef WLMCFG_MERGE_TREE_H
#define WLMCFG_MERGE_TREE_H

#include "tools/wlmcfg/merge/model.h"

/** Make the document. @return is_complete */
int wlmcfg_merge_tree(merge_t *m);

/** Name the clusters, and write them into an element (clusters.c). */
void wlmcfg_merge_clusters(merge_t *m, xmlNode *into);

/** Write VirtualHostGroups, UriGroups and Routes, each into an element of their own (routes.c). The clusters have
 *  names. */
void wlmcfg_merge_routes(merge_t *m, xmlNode *hosts, xmlNode *uris, xmlNode *routes);

/** Copy an element (nodes.c). @param model  whose element  @param is_deep  with what is in it
 *  @return the copy; NULL when memory ran out, then is_complete is 0 */
xmlNode *wlmcfg_merge_copy(merge_t *m, xmlNode *into, const merge_input_t *input, const void *model, int is_deep);
/** Set an attribute (nodes.c). @return node */
xmlNode *wlmcfg_merge_set(merge_t *m, xmlNode *node, const char *name, const char *value);

#endif
