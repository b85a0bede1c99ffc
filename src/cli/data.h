/* data.h -- where knowledge/ and policies/ are: the folder named by HALLMARK_DATA; else beside the
 * program or one folder up (a checkout's build/hallmark); else where the build was told to install
 * them. Independent of the working directory. */
#ifndef DATA_H
#define DATA_H

#include "core/arena.h"

/* DATA/`name` in the arena. A fault names the places that were looked at. */
bool data_path(struct arena *a, const char *name, const char **out, struct fault *f) MUST_CHECK;

#endif
