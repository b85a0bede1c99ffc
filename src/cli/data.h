/* data.h -- where knowledge/ and policies/ are: the folder named by HALLMARK_DATA; else beside the
 * program or one folder up (a checkout's build/hallmark); else where the build was told to install
 * them. Independent of the working directory. */
#ifndef DATA_H
#define DATA_H

#include "core/arena.h"

/* The folder, in the arena, once its files are found to be those of a proved bundle (pack.h). A
 * fault names the places that were looked at, or the file that is not the bundle's. *warning: what
 * a report must say about files that were taken as they are, or NULL. */
bool data_open(struct arena *a, const char **folder, const char **warning,
               struct fault *f) MUST_CHECK;

#endif
