/* The list of plugin-cfg.xml files. Filled in the parent, while httpd reads its configuration; read by all threads. */
#include <apr_file_info.h>
#include <apr_strings.h>
#include "base/hash.h"
#include "httpd/context/files.h"

/* the files of the configuration that is being read, or is in use; reset for every configuration */
static apr_array_header_t *files;

apr_array_header_t *wlm_files(void)
{
    return files;
}

wlm_file_t *wlm_files_registry(void)
{
    int i;

    for (i = 0; i < files->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(files, i, wlm_file_t *);
        if (file->is_registry) {
            return file;
        }
    }
    return NULL;
}

void wlm_files_reset(apr_pool_t *pconf)
{
    files = apr_array_make(pconf, 4, sizeof(wlm_file_t *));
}

uint64_t wlm_files_signature(const char *path, apr_pool_t *ptemp)
{
    apr_finfo_t info;

    /* of the target of a symbolic link: another target has another inode */
    if (apr_stat(&info, path, APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_IDENT, ptemp) != APR_SUCCESS) {
        return 0;
    }
    return wlm_hash_key(apr_psprintf(ptemp, "%" APR_TIME_T_FMT " %" APR_OFF_T_FMT " %lu %lu", info.mtime, info.size,
                                      (unsigned long)info.inode, (unsigned long)info.device));
}
