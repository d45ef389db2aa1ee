#pragma once
#include <spawn.h>

// glibc has these (since 2.29 and 2.34) and shows them only to GNU programs, which Swift's import of
// the C library is not.
#if defined(__linux__)
int posix_spawn_file_actions_addchdir_np(
    posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(
    posix_spawn_file_actions_t *actions, int from);
#endif
