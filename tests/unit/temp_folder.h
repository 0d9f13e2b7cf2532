/* temp_folder.h: files that a test writes, in a new folder that is the current one meanwhile. Needs unit.h before it.
 *
 *     tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
 *     temp_folder_write("a.xml", text);
 */
#ifndef TEMP_FOLDER_H
#define TEMP_FOLDER_H

#include <stdio.h>
#include <unistd.h>

static char temp_folder[64];

static inline void temp_folder_setup(void)
{
    strcpy(temp_folder, "/tmp/unit.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(temp_folder));
    ck_assert_int_eq(chdir(temp_folder), 0);
}

static inline void temp_folder_teardown(void)
{
    char command[sizeof("rm -r ") + sizeof(temp_folder)];

    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof(command), "rm -r %s", temp_folder);
    ck_assert_int_eq(system(command), 0);
}

static inline void temp_folder_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

#endif
