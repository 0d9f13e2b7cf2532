/* diff_unit.h: two texts as files, and their comparison, for the tests of `wlmcfg diff`. Needs unit.h before it. */
#ifndef DIFF_UNIT_H
#define DIFF_UNIT_H

#include "tools/wlmcfg/config_xml.h"
#include "tools/wlmcfg/diff/compare.h"

#define TWO(a, b) CLUSTER("a", "", SERVER("s", a, "h") SERVER("t", b, "i"))
#define TRANSPORT(more) CLUSTER("a", "", "<Server Name='s'><Transport Hostname='h' Port='80' " more "/></Server>")
#define TIERS(backups) CLUSTER("a", "", SERVER("s", "", "h") SERVER("t", "", "i") SERVER("u", "", "j") \
    "<PrimaryServers><Server Name='s'/></PrimaryServers><BackupServers>" backups "</BackupServers>")
#define AB CLUSTER("a", "", SERVER("s", "CloneID='c'", "h")) CLUSTER("b", "", SERVER("t", "CloneID='d'", "i"))
#define ONE(more, inside) CLUSTER("a", more, inside) ROUTE("a", "u2", URI("/x"))

/** Compare two files. @param from, to  what stands inside of <Config>; fails when it has errors */
const diff_t *compare(const char *from, const char *to);

/** The same with a directive of httpd's configuration. */
const diff_t *compare_with(const char *directive, const char *from, const char *to);

#endif
