// What Swift's Glibc module does not import: newer system calls, GNU macros and variadic functions. Each function is a
// thin call of the system function it is named after, whose man page is its documentation: the result is 0 or more, or
// -1 with errno. _GNU_SOURCE stays in clinux.c, because it changes types that the Glibc module has imported already.
#pragma once

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

int clinux_open(const char *path, int flags, mode_t mode);
int clinux_openat(int folder, const char *path, int flags, mode_t mode);
/// open(2) with O_PATH and O_CLOEXEC: names a file without the right to read it.
int clinux_open_path(const char *path);
int clinux_fcntl(int descriptor, int command, long argument);
int clinux_pipe(int ends[2]);

/// memfd_create(2) with MFD_CLOEXEC and MFD_ALLOW_SEALING.
int clinux_memfd_create(const char *name);
/// Seals a memory file for good: no write, no other size, no other seal (fcntl(2), F_ADD_SEALS).
int clinux_seal(int descriptor);

int clinux_pidfd_open(pid_t pid);
/// PR_SET_CHILD_SUBREAPER: orphans of our children become ours (prctl(2)).
int clinux_become_subreaper(void);
/// PR_SET_DUMPABLE 0: no core dump, no ptrace(2) by others.
int clinux_forbid_dumps(void);
/// PR_SET_NAME: the name that ps(1) shows.
int clinux_set_name(const char *name);

/// timerfd_create(2) on CLOCK_REALTIME, non-blocking, closed at exec.
int clinux_timer(void);
/// One absolute CLOCK_REALTIME expiry that a set clock cancels (timerfd_settime(2), TFD_TIMER_CANCEL_ON_SET).
int clinux_timer_set(int descriptor, int64_t seconds, long nanoseconds);
/// Blocks the signals (sigprocmask(2)).
int clinux_block_signals(const int signals[], int count);
/// signalfd(2) for the signals, which are blocked; non-blocking, closed at exec.
int clinux_signals(const int signals[], int count);
/// The number of the next signal of a signalfd(2), or -1.
int clinux_next_signal(int descriptor);

int clinux_wifexited(int status);
int clinux_wexitstatus(int status);
int clinux_wtermsig(int status);

/// The terminal's width in columns, or 0 where the descriptor is no terminal (ioctl_tty(2), TIOCGWINSZ).
int clinux_terminal_columns(int descriptor);
/// An AF_UNIX socket of SOCK_SEQPACKET, or of SOCK_STREAM, closed at exec (unix(7)).
int clinux_local_socket(int is_stream, int non_blocking);
/// accept4(2) with SOCK_NONBLOCK and SOCK_CLOEXEC.
int clinux_accept(int listener);
/// The user and the process at the other end of a Unix socket (unix(7), SO_PEERCRED).
int clinux_peer(int descriptor, uid_t *uid, pid_t *pid);
/// 1 if the process at the other end of a Unix socket is in the group, by its own or its supplementary ones
/// (SO_PEERGROUPS), else 0.
int clinux_peer_in_group(int descriptor, gid_t group);
/// A child that has ended, left unreaped (waitid(2), WNOWAIT), or 0.
pid_t clinux_ended_child(void);
/// Unmaps the pages of code and constants of this process and its libraries (dl_iterate_phdr(3), madvise(2)
/// MADV_DONTNEED): what is used again comes back from the page cache. Writable segments are left alone.
void clinux_release_code_pages(void);
/// Room on the disk for so many bytes of an empty file, which stays empty (fallocate(2), FALLOC_FL_KEEP_SIZE).
int clinux_reserve(int descriptor, off_t length);
/// environ(7).
char **clinux_environment(void);

/// posix_spawn(3) with the attributes that every child gets: a process group of its own, no blocked signals, default
/// dispositions, and only the descriptors below `close_from`. Returns 0 or an errno.
int clinux_spawn(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                 const int descriptors[], int descriptor_count, int close_from, const char *folder);

/// The signal that stopped a child, by the status of waitpid(2) with WUNTRACED; 0 where it was not stopped.
int clinux_stop_signal(int status);
/// 1 where this process ignores a signal (sigaction(2)).
int clinux_is_ignored(int signal);
/// posix_spawn(3) of a program that inherits everything but the variables and the signal mask that are given and the
/// process group, which is its own. Where `terminal` is not -1, that group is in the terminal's foreground before the
/// program begins. Returns 0 or an errno.
int clinux_spawn_program(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                         const sigset_t *mask, int terminal);
