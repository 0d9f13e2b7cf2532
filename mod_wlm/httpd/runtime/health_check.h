/* httpd/runtime/health_check.h: active health checks (WLMHealthCheck), a kind of questions. */
#ifndef WLM_HTTPD_RUNTIME_HEALTH_CHECK_H
#define WLM_HTTPD_RUNTIME_HEALTH_CHECK_H

#include "httpd/runtime/asking.h"

/** The members have transports; their clusters have checks. */
extern const wlm_asking_kind_t wlm_health_check;

#endif
