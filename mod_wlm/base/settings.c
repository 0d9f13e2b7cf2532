/* Merges records that directives have set. In the parent, while httpd reads its configuration, and in each process that
 * loads a version of a file. */
#include <string.h>
#include "base/settings.h"

void wlm_settings_merge(void *to, const void *from, const wlm_setting_t *settings, int n)
{
    const wlm_setting_t *setting;

    for (setting = settings; setting < settings + n; ++setting) {
        if (((const unsigned char *)from)[setting->is_set]) {
            memcpy((char *)to + setting->value, (const char *)from + setting->value, setting->size);
            ((unsigned char *)to)[setting->is_set] = 1;
        }
    }
}
