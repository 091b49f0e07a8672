#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>

int clinux_stop_signal(int status) { return WIFSTOPPED(status) ? WSTOPSIG(status) : 0; }

int clinux_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, 0, &action) == 0 && action.sa_handler == SIG_IGN;
}

int clinux_spawn_program(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                         const sigset_t *mask, int terminal) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  if (terminal >= 0) error = posix_spawn_file_actions_addtcsetpgrp_np(&actions, terminal);
  if (!error) error = posix_spawnattr_setsigmask(&attributes, mask);
  if (!error) error = posix_spawnattr_setpgroup(&attributes, 0);
  if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  if (!error) error = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}
