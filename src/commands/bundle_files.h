/* bundle_files.h -- the files that a bundle of knowledge and policies is made of, each with its
 * digest: every *.yaml below knowledge/ and policies/ of a folder. */
#ifndef BUNDLE_FILES_H
#define BUNDLE_FILES_H

#include "codec/yaml.h"
#include "core/sha256.h"

struct bundle_file {
    const char *path; /* "policies/us-far-52.204-23.yaml" */
    struct sha256 digest;
    struct yaml_file file; /* what was digested */
};

/* Appended to a vec of struct bundle_file, by path. Names that begin with a dot are passed over, as
 * they are in folders that are loaded as they stand. */
bool bundle_files(const char *folder, struct arena *a, struct vec *files,
                  struct fault *f) MUST_CHECK;

#endif
