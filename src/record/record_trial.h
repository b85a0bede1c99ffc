/* record_trial.h -- what the tests of this room share: test code, linked into unit tests alone. */
#ifndef RECORD_TRIAL_H
#define RECORD_TRIAL_H

#include "core/bytes.h"

/* Asserts that docs/NAME of the source tree is this text, byte for byte. With HALLMARK_RENDER=DIR
 * in the environment it is written to DIR/NAME instead: so the documents are made. */
void record_trial_document(const char *name, struct bytes text);

#endif
