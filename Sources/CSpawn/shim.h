#pragma once

// glibc has these two (since 2.29 and 2.34) and shows them only to GNU programs, which Swift's
// import of the C library is not. They have other names here, and <spawn.h> is not included: the
// types of a header that two modules include, such as sigset_t, belong to either. `actions` is a
// posix_spawn_file_actions_t.
#if defined(__linux__)
int spawn_in_folder(void *actions, const char *path)
    __asm__("posix_spawn_file_actions_addchdir_np");
int spawn_closing_from(void *actions, int first)
    __asm__("posix_spawn_file_actions_addclosefrom_np");
#endif
