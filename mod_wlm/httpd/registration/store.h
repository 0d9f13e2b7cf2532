/* httpd/registration/store.h: the file of WLMRegistry, which all processes read and write. On the thread that serves a
 * request; it waits for the disk, and for other processes that write.
 */
#ifndef WLM_HTTPD_REGISTRATION_STORE_H
#define WLM_HTTPD_REGISTRATION_STORE_H

#include <httpd.h>
#include "httpd/context/files.h"
#include "registry/registry.h"

/** What a message has found and done. Texts in the pool of the call. */
typedef struct wlm_store_result_t {
    wlm_registry_change_t change;
    const char *info;              /* of INFO: what is registered */
    const char *dump;              /* of DUMP: the same as messages */
    apr_array_header_t *clusters;  /* const char *: those that the message is about, before it */
    int is_known;                  /* the node is registered */
} wlm_store_result_t;

/** Before the first request, in a child process. */
void wlm_store_child_init(apr_pool_t *pchild);

/** In the parent, behind wlm_periodic_register(). */
apr_status_t wlm_store_register(apr_pool_t *pconf, server_rec *s);

/** Is called with the registry as it is now, which other threads wait for: so it copies what it wants. */
typedef void wlm_store_reader_t(const wlm_registry_t *registry, void *data, apr_pool_t *p);
/** Read the registry. @return NULL; or why it cannot be read, in p */
const wlm_mcmp_error_t *wlm_store_read(wlm_file_t *file, wlm_store_reader_t *reader, void *data, server_rec *s,
                                       apr_pool_t *p);
/** Has anything been registered at all? Without a lock. */
int wlm_store_is_used(const wlm_file_t *file, apr_pool_t *p);

/**
 * Process a message. When this returns all processes know of a change, a process that is killed does not lose it, and
 * within about a second it is on the disk. What takes something back is in use then, and other processes follow within
 * a fifth of a second; what adds something is in use soon: at once, unless the file has been written just now.
 * @param file  that of WLMRegistry
 * @return NULL; or why it is refused, in p
 */
const wlm_mcmp_error_t *wlm_store_process(wlm_store_result_t *result, wlm_file_t *file,
                                          const wlm_mcmp_message_t *message, server_rec *s, apr_pool_t *p);

/** Is called with the registry as it is now, which nobody changes meanwhile: says what is to be done.
 *  @param messages  wlm_mcmp_message_t *: added, in p @return NULL; or why nothing is to be done, in p */
typedef const wlm_mcmp_error_t *wlm_store_author_t(apr_array_header_t *messages, const wlm_registry_t *registry,
                                                   void *data, apr_pool_t *p);
/**
 * Process several messages as one: all of them, or, when one is refused or a part of one would be left out, none.
 * Otherwise as wlm_store_process().
 * @param done  const char *: lines that say what has changed are added
 */
const wlm_mcmp_error_t *wlm_store_process_all(apr_array_header_t *done, wlm_file_t *file, wlm_store_author_t *author,
                                              void *data, server_rec *s, apr_pool_t *p);

#endif
