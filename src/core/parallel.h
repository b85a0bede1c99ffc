/* parallel.h -- one pure computation over many things, on as many threads as this process may run
 * on: digests and signatures, nothing else.
 *
 * The work reads what is const and writes its own slot alone; it has no faults and takes no lock.
 * The answer is the same on one processor and on many. */
#ifndef PARALLEL_H
#define PARALLEL_H

#include <stddef.h>

/* work(with, i) for every i below `count`, in no order, each once; all are done on return. Where
 * threads cannot be had the caller's does it all. */
void parallel_each(size_t count, void (*work)(void *with, size_t i), void *with);

#endif
