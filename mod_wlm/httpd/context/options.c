/* The options of clusters. Set in the parent, while httpd reads its configuration; read by all threads. */
#include "httpd/context/options.h"

static const wlm_options_set_t *options;

void wlm_options_install(const wlm_options_set_t *set)
{
    options = set;
}

const wlm_options_set_t *wlm_options(void)
{
    return options;
}
