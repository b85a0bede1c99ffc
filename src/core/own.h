/* own.h -- ownership by scope: heap, descriptors and handles leave with the block that declares
 * them, unless taken.
 *
 *     OWNED(own_free) char *line = NULL;
 *     OWNED(own_close) int fd = open(...);
 *     return own_take_fd(&fd);
 */
#ifndef OWN_H
#define OWN_H

#include <stddef.h>
#include <stdio.h>

#if !defined(__GNUC__)
#error "a compiler with __attribute__((cleanup)) is needed: ownership by scope rests on it"
#endif

#define OWNED(done) __attribute__((cleanup(done)))

/* For OWNED: free(*p), close(*fd) where fd >= 0, fclose(*f) where not NULL. */
void own_free(void *pointer_to_pointer);
void own_close(int *fd);
void own_fclose(FILE **f);

/* For a process just forked: closes every descriptor behind standard error but these, and leaves
 * standard input and output on /dev/null (closed, where that cannot be opened). */
void own_close_inherited(const int *kept, size_t count);

/* The value, leaving the empty one behind, so that the scope's end does nothing. */
int own_take_fd(int *fd);
void *own_take(void *pointer_to_pointer);

#endif
