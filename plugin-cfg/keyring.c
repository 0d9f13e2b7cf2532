/* The file that is read for a keyring. It asks the file system, so the reader does not call it, only what loads keys or
 * shows what is loaded. On the thread that reads the file. */
#include <string.h>
#include <strings.h>
#include <apr_file_info.h>
#include <apr_strings.h>
#include "plugin-cfg/keyring.h"

#define KDB ".kdb"

int plugin_cfg_keyring_is_kdb(const char *keyring)
{
    apr_size_t len = strlen(keyring);

    return len > sizeof(KDB) - 1 && strcasecmp(keyring + len - (sizeof(KDB) - 1), KDB) == 0;
}

const char *plugin_cfg_keyring(const char *keyring, apr_pool_t *p)
{
    static const char *const endings[] = { ".pem", ".p12" };
    const char *stem, *beside;
    apr_size_t i;
    apr_finfo_t info;

    if (!plugin_cfg_keyring_is_kdb(keyring)) {
        return keyring;
    }
    stem = apr_pstrmemdup(p, keyring, strlen(keyring) - (sizeof(KDB) - 1));
    for (i = 0; i < sizeof(endings) / sizeof(endings[0]); ++i) {
        beside = apr_pstrcat(p, stem, endings[i], NULL);
        if (apr_stat(&info, beside, APR_FINFO_TYPE, p) == APR_SUCCESS) {
            return beside;
        }
    }
    return NULL;
}
