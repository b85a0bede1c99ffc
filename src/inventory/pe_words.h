/* pe_words.h -- which of a version resource's words name the product and its version. */
#ifndef PE_WORDS_H
#define PE_WORDS_H

#include "format/sink.h"

/* The first of each over all language blocks; NULL where none has it. */
struct pe_words {
    const char *product_name;
    const char *description;
    const char *internal_name;
    const char *original_name;
    const char *product_version;
    const char *file_version;
    const char *fixed_version;
};

/* A string without blanks around it; NULL in `*text` where it is absent or blank. */
bool pe_words_field(const struct record *r, const char *key, struct arena *keep, const char **text,
                    struct fault *f) MUST_CHECK;

/* Take from a record "version" what is not known yet. */
bool pe_words_keep(struct pe_words *w, const struct record *r, struct arena *keep,
                   struct fault *f) MUST_CHECK;

/* "block 040904b0: ProductName "X", CompanyName "Y", ..." */
bool pe_words_sentence(const struct record *r, struct arena *keep, const char **text,
                       struct fault *f) MUST_CHECK;

/* ProductName, else FileDescription, InternalName, OriginalFilename; NULL where there is none. */
const char *pe_words_name(const struct pe_words *w);

/* ProductVersion, else FileVersion, else the fixed one, reduced to the number in it: "Release 0.73
 * (with help)" is 0.73, "1, 2, 0, 4" is 1.2.0.4. NULL where there is none. */
bool pe_words_version(const struct pe_words *w, struct arena *keep, const char **version,
                      struct fault *f) MUST_CHECK;

#endif
