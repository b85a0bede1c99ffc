/* data.h -- where knowledge/ and policies/ are: the folder named by HALLMARK_DATA; else beside the
 * program or one folder up (a checkout's build/hallmark); else where the build was told to install
 * them. Independent of the working directory. */
#ifndef DATA_H
#define DATA_H

#include "core/vec.h"

struct data {
    const char *folder;
    const char *warning; /* what a report must say of files that were taken as they are, or NULL */
    struct vec files;    /* struct bundle_file: read once; what was proved is what is used */
};

/* All in the arena, once the files are found to be those of a proved bundle (pack.h). A fault names
 * the places that were looked at, or the file that is not the bundle's. */
bool data_open(struct arena *a, struct data *out, struct fault *f) MUST_CHECK;

/* The files right below a part of the folder ("policies/"), as a vec of struct yaml_file. */
bool data_files(const struct data *d, const char *part, struct vec *files,
                struct fault *f) MUST_CHECK;

#endif
