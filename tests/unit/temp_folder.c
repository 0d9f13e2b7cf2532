/* A folder for the files of a test. On the thread of the test. */
#include "unit.h"
#include "temp_folder.h"

char temp_folder[64];

void temp_folder_setup(void)
{
    strcpy(temp_folder, "/tmp/unit.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(temp_folder));
    ck_assert_int_eq(chdir(temp_folder), 0);
}

void temp_folder_teardown(void)
{
    char command[sizeof("rm -r ") + sizeof(temp_folder)];

    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof(command), "rm -r %s", temp_folder);
    ck_assert_int_eq(system(command), 0);
}

void temp_folder_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}
