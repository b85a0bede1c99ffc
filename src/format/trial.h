/* trial.h -- what every format's test does: test code, linked into the unit tests alone.
 *
 * trial_format reads the good bytes, then every truncation of them, every one-bit flip, and with
 * every allocation failing in turn; each on a copy of exact size, so that a sanitizer sees one byte
 * too many. It asserts: the good bytes read without a fault, a false return carries a fault and a
 * true return none, and two readings of the same bytes give the same records. */
#ifndef TRIAL_H
#define TRIAL_H

#include "format/format.h"

struct trial {
    const struct format *format;
    const char *name; /* of the fixture, for seeds: [a-z0-9-] */
    struct bytes good;
    struct bytes beside; /* companion, or empty */
    const struct trust *trust;
    size_t flips_step; /* 0 or 1: every bit; n: every n-th bit, for a large fixture */
};

/* The trial above. Where the environment has HALLMARK_SEEDS=DIR, also writes the good bytes to
 * DIR/FORMAT/NAME as a seed for the fuzzer; with HALLMARK_SEEDS_ONLY too, it does no more. */
void trial_format(const struct trial *t);

/* The records and faults of one reading as text, one "kind: key=value ..." line each, for golden
 * comparison. Bytes outside printable ASCII are escaped as \xNN. Caller frees. */
char *trial_records(const struct format *format, const struct reading *in);

/* Whole file into memory; NULL where it cannot be read. Caller frees `*at`. */
struct bytes trial_file(const char *path);

/* The path of a shared fixture ("inventory/pe/putty.exe") or NULL, saying on standard error that
 * the test is skipped because ../shared/fixtures is absent. Caller frees. */
char *trial_fixture(const char *path);

#endif
