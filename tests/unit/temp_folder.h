/* temp_folder.h: files that a test writes, in a new folder that is the current one meanwhile. Needs unit.h before it.
 *
 *     tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
 *     temp_folder_write("a.xml", text);
 */
#ifndef TEMP_FOLDER_H
#define TEMP_FOLDER_H

#include <stdio.h>
#include <unistd.h>

/** Its path, while there is one. */
extern char temp_folder[64];

void temp_folder_setup(void);
void temp_folder_teardown(void);
void temp_folder_write(const char *name, const char *text);

#endif
