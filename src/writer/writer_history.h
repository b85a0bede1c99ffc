/* writer_history.h -- the entries that a writer has, staged ones included, as a history. */
#ifndef WRITER_HISTORY_H
#define WRITER_HISTORY_H

#include "writer/writer_inside.h"

struct history writer_history_of(struct writer *w);

#endif
