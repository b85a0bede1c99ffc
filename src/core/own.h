/* own.h -- ownership by scope: heap, descriptors and handles leave with the block that declares
 * them, unless taken.
 *
 *     OWNED(own_free) char *line = NULL;
 *     OWNED(own_close) int fd = open(...);
 *     return own_take_fd(&fd);
 */
#ifndef OWN_H
#define OWN_H

#include <stdio.h>

#if !defined(__GNUC__)
#error "a compiler with __attribute__((cleanup)) is needed: ownership by scope rests on it"
#endif

#define OWNED(done) __attribute__((cleanup(done)))

/* For OWNED: free(*p), close(*fd) where fd >= 0, fclose(*f) where not NULL. */
void own_free(void *pointer_to_pointer);
void own_close(int *fd);
void own_fclose(FILE **f);

/* The value, leaving the empty one behind, so that the scope's end does nothing. */
int own_take_fd(int *fd);
void *own_take(void *pointer_to_pointer);

#endif
