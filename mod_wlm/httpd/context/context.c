/* The configuration records of servers and directories, and what holds where a directive was not given. Made while
 * httpd reads its configuration, in the parent; read by all threads. */
#include "httpd/context/context.h"

void *wlm_config_create_server(apr_pool_t *p, server_rec *s)
{
    wlm_server_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)s;
    conf->stay = -1;
    conf->strict_affinity = conf->via = conf->traceparent = conf->forwarded_headers = -1;
    return conf;
}

void *wlm_config_merge_server(apr_pool_t *p, void *base_data, void *add_data)
{
    const wlm_server_conf_t *base = base_data, *add = add_data;
    wlm_server_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    conf->file = add->file ? add->file : base->file;
    conf->stay = add->stay >= 0 ? add->stay : base->stay;
    conf->strict_affinity = add->strict_affinity >= 0 ? add->strict_affinity : base->strict_affinity;
    conf->via = add->via >= 0 ? add->via : base->via;
    conf->traceparent = add->traceparent >= 0 ? add->traceparent : base->traceparent;
    conf->forwarded_headers = add->forwarded_headers >= 0 ? add->forwarded_headers : base->forwarded_headers;
    conf->trusted = add->trusted ? add->trusted : base->trusted;
    conf->separators = add->separators ? add->separators : base->separators;
    return conf;
}

void *wlm_config_create_dir(apr_pool_t *p, char *dir)
{
    wlm_dir_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)dir;
    conf->enabled = conf->admin = -1;
    return conf;
}

void *wlm_config_merge_dir(apr_pool_t *p, void *base_data, void *add_data)
{
    const wlm_dir_conf_t *base = base_data, *add = add_data;
    wlm_dir_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    conf->enabled = add->enabled >= 0 ? add->enabled : base->enabled;
    conf->admin = add->admin >= 0 ? add->admin : base->admin;
    return conf;
}

wlm_server_conf_t *wlm_config_of(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &wlm_module);
}

int wlm_config_is_enabled(const request_rec *r)
{
    const wlm_dir_conf_t *conf = ap_get_module_config(r->per_dir_config, &wlm_module);

    return conf->enabled != 0;
}

wlm_admin_t wlm_config_admin(const request_rec *r)
{
    const wlm_dir_conf_t *conf = ap_get_module_config(r->per_dir_config, &wlm_module);

    return conf->admin >= 0 ? (wlm_admin_t)conf->admin : WLM_ADMIN_OFF;
}

int wlm_config_strict_affinity(const wlm_server_conf_t *conf)
{
    return conf->strict_affinity > 0;
}

wlm_forwarded_t wlm_config_forwarded_headers(const wlm_server_conf_t *conf)
{
    return conf->forwarded_headers >= 0 ? (wlm_forwarded_t)conf->forwarded_headers : WLM_FORWARDED_ON;
}

wlm_via_t wlm_config_via(const wlm_server_conf_t *conf)
{
    return conf->via >= 0 ? (wlm_via_t)conf->via : WLM_VIA_OFF;
}

wlm_traceparent_t wlm_config_traceparent(const wlm_server_conf_t *conf)
{
    return conf->traceparent >= 0 ? (wlm_traceparent_t)conf->traceparent : WLM_TRACEPARENT_OFF;
}

apr_interval_time_t wlm_config_stay(const wlm_server_conf_t *conf)
{
    return conf->stay >= 0 ? conf->stay : apr_time_from_msec(10);
}
