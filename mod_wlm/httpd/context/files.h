/* httpd/context/files.h: the plugin-cfg.xml files that the configuration names, and their versions in use in this
 * process. The list is filled while httpd reads its configuration, and constant from then on.
 */
#ifndef WLM_HTTPD_CONTEXT_FILES_H
#define WLM_HTTPD_CONTEXT_FILES_H

#include <apr_thread_mutex.h>
#include "balance/snapshot.h"
#include "net/trusted_peers.h"
#include "plugin-cfg/plugin_cfg.h"

struct wlm_file_t;

/* Signatures (wlm_files_signature()) that no file has */
#define WLM_SIGNATURE_GONE 1u      /* it is not there */
#define WLM_SIGNATURE_NONE 2u      /* of the version without anything, where a file was never good */

/** A version of a plugin-cfg.xml in use in this process. */
typedef struct wlm_version_t {
    struct wlm_file_t *file;
    plugin_cfg_t *cfg;
    wlm_snapshot_t *snapshot;
    wlm_trusted_peers_t *trusted;  /* TrustedProxyGroup; NULL: TrustedProxyEnable is false */
    apr_pool_t *pool;              /* holds it and its model */
    uint64_t signature;            /* of the file that it was read from */
    int users;                     /* requests, and the file as long as it is the current one; under file->lock */
    uint32_t generation;           /* of the published version that it is, or is to replace (shared/file_text.h) */
    int *cluster_slots, *member_slots; /* of its records in shared memory, in the order of the snapshot */
    int is_counted;                /* the row of this process has a use of each of these slots */
} wlm_version_t;

/** A plugin-cfg.xml that the configuration names; virtual hosts that name the same file share it. */
typedef struct wlm_file_t {
    const char *path;
    int number;                    /* in wlm_files() */
    int is_registry;               /* the file of WLMRegistry, which members change by registering themselves */
    apr_pool_t *pool;              /* of `cfg`, `bad` and the first version; all of them are NULL when that is gone */
    plugin_cfg_t *cfg;             /* as httpd read it at its start; if that was bad, as before a restart */
    uint64_t signature;            /* of the file that `cfg` was read from */
    plugin_cfg_t *bad;             /* NULL, or what httpd has read and could not use, for its findings */
    uint64_t bad_signature;        /* of that */
    const char *why;               /* NULL, or why it could not be used: its first error */
    apr_thread_mutex_t *lock;      /* of `current` and of the versions' users */
    wlm_version_t *current;        /* NULL until the configuration is complete */
    apr_thread_mutex_t *reload_lock; /* held while this process checks for or loads a change; of the fields below */
    apr_time_t next_check;         /* of the file on disk */
    uint64_t last_signature;       /* at the last check */
    uint32_t cannot_adopt;         /* generation of a published version that this process could not load */
} wlm_file_t;

/** The files that this configuration names, wlm_file_t *, each once. Valid as long as the configuration. */
apr_array_header_t *wlm_files(void);
/** The one that members change by registering themselves. @return NULL: there is none */
wlm_file_t *wlm_files_registry(void);
/** Before the configuration is read (again). */
void wlm_files_reset(apr_pool_t *pconf);

/** A file's state on disk: time, size, inode; also when it is a link. 0 when it is not there. */
uint64_t wlm_files_signature(const char *path, apr_pool_t *ptemp);

#endif
