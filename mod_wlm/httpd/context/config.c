/* The configuration records of servers and directories, and what holds where a directive was not given. Made while
 * httpd reads its configuration, in the parent; read by all threads. */
#include <apr_strings.h>
#include "httpd/context/config.h"
#include "httpd/context/context.h"

#define SERVER_SETTING(name, directive, kind, value, help) WLM_SETTING(wlm_server_conf_t, name),
#define DIR_SETTING(name, directive, kind, value, help) WLM_SETTING(wlm_dir_conf_t, name),

static const wlm_global_conf_t global_defaults = { WLM_GLOBAL_SETTINGS(WLM_SETTING_DEFAULT) };
static const wlm_server_conf_t server_defaults = { WLM_SERVER_SETTINGS(WLM_SETTING_DEFAULT) };
static const wlm_dir_conf_t dir_defaults = {
    WLM_DIRECTORY_SETTINGS(WLM_SETTING_DEFAULT) WLM_ANYWHERE_SETTINGS(WLM_SETTING_DEFAULT)
};
static const wlm_setting_t server_settings[] = { WLM_SERVER_SETTINGS(SERVER_SETTING) };
static const wlm_setting_t dir_settings[] = { WLM_DIRECTORY_SETTINGS(DIR_SETTING) WLM_ANYWHERE_SETTINGS(DIR_SETTING) };

static wlm_global_conf_t global;

void wlm_config_reset(void)
{
    global = global_defaults;
}

wlm_global_conf_t *wlm_config_global(void)
{
    return &global;
}

void *wlm_config_create_server(apr_pool_t *p, server_rec *s)
{
    (void)s;
    return apr_pmemdup(p, &server_defaults, sizeof(server_defaults));
}

void *wlm_config_merge_server(apr_pool_t *p, void *base_data, void *add_data)
{
    wlm_server_conf_t *conf = apr_pmemdup(p, base_data, sizeof(*conf));

    wlm_settings_merge(conf, add_data, server_settings, sizeof(server_settings) / sizeof(*server_settings));
    return conf;
}

void *wlm_config_create_dir(apr_pool_t *p, char *dir)
{
    (void)dir;
    return apr_pmemdup(p, &dir_defaults, sizeof(dir_defaults));
}

void *wlm_config_merge_dir(apr_pool_t *p, void *base_data, void *add_data)
{
    wlm_dir_conf_t *conf = apr_pmemdup(p, base_data, sizeof(*conf));

    wlm_settings_merge(conf, add_data, dir_settings, sizeof(dir_settings) / sizeof(*dir_settings));
    return conf;
}

wlm_server_conf_t *wlm_config_of(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &wlm_module);
}

const wlm_dir_conf_t *wlm_config_of_request(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &wlm_module);
}
