/* A file that is written as a whole: what it is then, and what is left when it cannot be written. What can be read. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <signal.h>
#include "unit.h"
#include "temp_folder.h"
#include "base/whole_file.h"

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0644);

    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static const char *get(const char *path)
{
    char *text = apr_pcalloc(unit_pool, 100);
    int fd = open(path, O_RDONLY);

    if (fd < 0 || read(fd, text, 99) < 0) {
        text = NULL;
    }
    close(fd);
    return text;
}

static int count_files(void)
{
    DIR *dir = opendir(".");
    int n = 0;

    while (readdir(dir)) {
        ++n;
    }
    closedir(dir);
    return n - 2;                  /* "." and ".." */
}

static int write_text(const char *path, const char *text, mode_t mode)
{
    return wlm_whole_file_write(path, text, strlen(text), &(wlm_whole_file_t){ .mode = mode }, unit_pool);
}

static const struct {
    const char *path;
    mode_t mode, mask;
    int is_there;
} files[] = {
    { "f", 0644, 022, 0 }, { "f", 0644, 022, 1 }, { "f", 0600, 0, 1 }, { "f", 0666, 077, 0 }, { "f", 0755, 022, 1 },
    { "./f", 0640, 022, 0 }, { temp_folder, 0640, 022, 1 },
};

START_TEST(a_file_is_written)
{
    const char *path = files[_i].path == temp_folder ? apr_pstrcat(unit_pool, temp_folder, "/f", NULL) : files[_i].path;
    mode_t mask = umask(files[_i].mask);
    struct stat before = { 0 }, after;

    if (files[_i].is_there) {
        put("f", "old and longer");
        ck_assert_int_eq(stat("f", &before), 0);
    }
    ck_assert_int_eq(write_text(path, "new", files[_i].mode), 0);
    umask(mask);
    ck_assert_str_eq(get("f"), "new");
    ck_assert_int_eq(stat("f", &after), 0);
    ck_assert_int_eq(after.st_mode & 07777, files[_i].mode);
    ck_assert(after.st_ino != before.st_ino); /* who has the old one open reads on in that */
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(nothing_is_a_file_too)
{
    ck_assert_int_eq(write_text("f", "", 0600), 0);
    ck_assert_str_eq(get("f"), "");
}
END_TEST

START_TEST(a_link_is_replaced)
{
    put("target", "of another");
    ck_assert_int_eq(symlink("target", "f"), 0);
    ck_assert_int_eq(write_text("f", "new", 0600), 0);
    ck_assert_str_eq(get("target"), "of another");
    ck_assert_str_eq(get("f"), "new");
}
END_TEST

START_TEST(what_cannot_be_written_leaves_nothing)
{
    ck_assert_int_eq(write_text("missing/f", "new", 0600), ENOENT);
    ck_assert_int_eq(mkdir("d", 0700), 0);
    ck_assert_int_eq(write_text("d", "new", 0600), EISDIR);
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

/* In the process of the test alone: Check forks for each */
START_TEST(a_full_disk_leaves_the_old_file)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    put("f", "old");
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 2, limit.rlim_max });
    ck_assert_int_eq(write_text("f", "new", 0600), EFBIG);
    setrlimit(RLIMIT_FSIZE, &limit);
    ck_assert_str_eq(get("f"), "old");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(an_owner_who_cannot_have_it_is_no_fault)
{
    wlm_whole_file_t file = { .mode = 0640, .has_owner = 1, .uid = geteuid() ? 0 : 1, .gid = getegid() };
    struct stat info;

    ck_assert_int_eq(wlm_whole_file_write("f", "new", 3, &file, unit_pool), 0);
    ck_assert_int_eq(stat("f", &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0640);
    ck_assert_uint_eq(info.st_uid, geteuid() ? geteuid() : 1);
}
END_TEST

/* -- reading -------------------------------------------------------------------------------------- */

static const struct {
    const char *path, *has;        /* NULL: it is not made */
    size_t most;
    int error;
} readings[] = {
    { "f", "text", 4, 0 }, { "f", "text", 5, 0 }, { "f", "", 0, 0 }, { "f", "", 100, 0 }, { "f", "text", 3, EFBIG },
    { "f", NULL, 100, ENOENT }, { "missing/f", NULL, 100, ENOENT }, { "fifo", NULL, 100, EINVAL },
    { "directory", NULL, 100, EINVAL }, { "/dev/zero", NULL, 100, EINVAL }, { "link", "text", 100, 0 },
};

START_TEST(a_regular_file_is_read)
{
    const char *bytes = "unchanged";
    size_t len = 77;

    ck_assert(mkfifo("fifo", 0600) == 0 && mkdir("directory", 0700) == 0 && symlink("f", "link") == 0);
    if (readings[_i].has) {
        put("f", readings[_i].has);
    }
    ck_assert_int_eq(wlm_whole_file_read(&bytes, &len, readings[_i].path, readings[_i].most, unit_pool),
                     readings[_i].error);
    ck_assert_str_eq(bytes, readings[_i].error ? "unchanged" : readings[_i].has);
    ck_assert_uint_eq(len, readings[_i].error ? 77 : strlen(readings[_i].has));
    ck_assert_int_eq(wlm_whole_file_read(&bytes, NULL, readings[_i].path, readings[_i].most, unit_pool),
                     readings[_i].error);
}
END_TEST

START_TEST(parts_follow_each_other)
{
    char text[] = "onetwothree";
    const struct iovec parts[] = { { text, 3 }, { text, 0 }, { text + 3, 8 } };

    ck_assert_int_eq(wlm_whole_file_write_parts("f", parts, 3, &(wlm_whole_file_t){ .mode = 0600 }, unit_pool), 0);
    ck_assert_str_eq(get("f"), "onetwothree");
    ck_assert_int_eq(wlm_whole_file_write_parts("f", parts, 0, &(wlm_whole_file_t){ .mode = 0600 }, unit_pool), 0);
    ck_assert_str_eq(get("f"), "");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/whole_file");
    TCase *tc = unit_case(s, "whole_file");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, a_file_is_written, 0, UNIT_COUNT(files));
    tcase_add_test(tc, parts_follow_each_other);
    tcase_add_test(tc, nothing_is_a_file_too);
    tcase_add_loop_test(tc, a_regular_file_is_read, 0, UNIT_COUNT(readings));
    tcase_add_test(tc, a_link_is_replaced);
    tcase_add_test(tc, what_cannot_be_written_leaves_nothing);
    tcase_add_test(tc, a_full_disk_leaves_the_old_file);
    tcase_add_test(tc, an_owner_who_cannot_have_it_is_no_fault);
    return s;
}

UNIT_MAIN(suite)
