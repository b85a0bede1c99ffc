/* record_trial.h -- what the tests of this room share: test code, linked into unit tests alone. */
#ifndef RECORD_TRIAL_H
#define RECORD_TRIAL_H

#include "core/bytes.h"

/* Asserts that docs/NAME of the source tree is this text, byte for byte. With HALLMARK_RENDER=DIR
 * in the environment it is written to DIR/NAME instead: so the documents are made. */
void record_trial_document(const char *name, struct bytes text);

/* With HALLMARK_SEEDS=DIR in the environment, writes DIR/TARGET/NAME: a seed of that fuzz target.
 */
void record_trial_seed(const char *target, const char *name, struct bytes seed);

#endif
