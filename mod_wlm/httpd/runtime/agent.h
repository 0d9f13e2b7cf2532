/* httpd/runtime/agent.h: questions to members' agents (WLMLoadReport Agent): a connection to its port, on which it says
 * one line (health/reported.h) as HAProxy's agent-check has it; nothing is sent. */
#ifndef WLM_HTTPD_RUNTIME_AGENT_H
#define WLM_HTTPD_RUNTIME_AGENT_H

#include "httpd/runtime/asking.h"

/** The members have transports; their clusters have agents. What an agent says is recorded for all processes; that it
 *  has not answered is logged once. */
extern const wlm_asking_kind_t wlm_agent;

#endif
