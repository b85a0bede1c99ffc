/* pack.h -- whether the knowledge and the policies that are here are those of a bundle whose
 * inclusion in a log is proved.
 *
 * A pack is a folder with two files: policy.txt, the log and witnesses that are trusted, and
 * bundle.tlog-proof, a proof about bundle:shipped with its entries. It stands in the data folder or
 * beside the program. HALLMARK_TRUST names another file of trusted keys, which an administrator has
 * put where the pack's owner cannot write; it then must be met. Every file that a bundle names must
 * be there with its SHA-256, and no other. */
#ifndef PACK_H
#define PACK_H

#include "core/vec.h"

struct pack_place {
    const char *data;    /* folder of knowledge/ and policies/ */
    const char *program; /* folder of the program, or NULL */
    bool named;          /* somebody said where the data is (HALLMARK_DATA) */
};

/* Whether the files of the data (struct bundle_file) are the bundle's; or it was named, has no
 * pack, and no trusted keys are demanded: *warning then says so (else NULL). The fault names the
 * file and the rule. */
bool pack_check(const struct pack_place *p, const struct vec *files, struct arena *a,
                const char **warning, struct fault *f) MUST_CHECK;

#endif
