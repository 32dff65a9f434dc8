/* A library for LD_PRELOAD: the K-th call that changes something under a folder fails, or ends the process.
 *
 * FAULTS_UNDER  the folder (a prefix of paths)
 * FAULTS_AT     K, from 1 on; 0: none
 * FAULTS_HOW    an errno, or -1: SIGKILL
 * FAULTS_COUNT  a file to which the number of calls is written at the end
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int calls;

static int is_under(const char* path) {
    const char* folder = getenv("FAULTS_UNDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int descriptor_is_under(int descriptor) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return is_under(path);
}

/* Whether this call fails, errno being set. */
static int fails(int concerns) {
    if (!concerns) return 0;
    const char *at = getenv("FAULTS_AT"), *how = getenv("FAULTS_HOW");
    const int call = __sync_add_and_fetch(&calls, 1);
    if (!at || !how || call != atoi(at)) return 0;
    if (atoi(how) < 0) kill(getpid(), SIGKILL);
    errno = atoi(how);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (fails((flags & O_CREAT) && is_under(path))) return -1;
    return REAL(open)(path, flags, mode);
}
ssize_t write(int descriptor, const void* data, size_t size) {
    if (fails(descriptor_is_under(descriptor))) return -1;
    return REAL(write)(descriptor, data, size);
}
int fsync(int descriptor) {
    if (fails(descriptor_is_under(descriptor))) return -1;
    return REAL(fsync)(descriptor);
}
int close(int descriptor) {
    if (fails(descriptor_is_under(descriptor))) {
        const int why = errno;
        REAL(close)(descriptor);
        errno = why;
        return -1;
    }
    return REAL(close)(descriptor);
}
int rename(const char* from, const char* to) {
    if (fails(is_under(to))) return -1;
    return REAL(rename)(from, to);
}
int unlink(const char* path) {
    if (fails(is_under(path))) return -1;
    return REAL(unlink)(path);
}
int remove(const char* path) {
    if (fails(is_under(path))) return -1;
    return REAL(remove)(path);
}
int mkdir(const char* path, mode_t mode) {
    if (fails(is_under(path))) return -1;
    return REAL(mkdir)(path, mode);
}

__attribute__((destructor)) static void tell(void) {
    const char* file = getenv("FAULTS_COUNT");
    FILE* out = file ? fopen(file, "w") : NULL;
    if (!out) return;
    fprintf(out, "%d\n", calls);
    fclose(out);
}
