/* elfmachine.h -- words for the numbers in an ELF header: architecture and operating system. */
#ifndef ELFMACHINE_H
#define ELFMACHINE_H

#include "format/elfimage.h"
#include "format/sink.h"

/* Add the fields machine ("amd64", or "em-N" for a number without a word) and os_abi ("sysv",
 * "abi-N") to the record being built. */
void elfmachine_state(const struct elfimage *e, struct sink *out);

#endif
