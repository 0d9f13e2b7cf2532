/* plugin-cfg/keyring.h: which file is read for the keyring of a transport. The answer lies on the machine, so the
 * reader does not ask: the module does when it loads certificates, and wlmcfg where it shows what the module on this
 * machine would do. Any thread.
 */
#ifndef PLUGIN_CFG_KEYRING_H
#define PLUGIN_CFG_KEYRING_H

#include <apr_pools.h>

/** Is it, by its name, a key file of GSKit (.kdb), which OpenSSL cannot read? */
int plugin_cfg_keyring_is_kdb(const char *keyring);

/**
 * The file that is read for a keyring: itself; but for a GSKit key file (.kdb), which OpenSSL cannot read, what it was
 * converted to: the file beside it of the same name with the ending .pem or .p12.
 * @return NULL: it is a .kdb, and there is no such file; otherwise keyring, or in p
 */
const char *plugin_cfg_keyring(const char *keyring, apr_pool_t *p);

#endif
