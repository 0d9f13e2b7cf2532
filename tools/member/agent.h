/* tools/member/agent.h: says how the member is on a port of its own, in a line as HAProxy's agent-check has it. */
#ifndef TOOL_MEMBER_AGENT_H
#define TOOL_MEMBER_AGENT_H

/** Listen on member_options.agent_port, and answer there on a thread of its own. On main()'s thread; ends the process
 *  with a message when that cannot be done. */
void agent_start(void);

#endif
