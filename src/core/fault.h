/* fault.h -- why a call failed, and how far the damage reaches.
 *
 * What can fail returns bool, is marked MUST_CHECK, and takes a caller's `struct fault *` last.
 * FORMAT, LIMIT and UNSUPPORTED are results about the input: they reach the report under
 * "not read"; IO and DENIED are about the machine. */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAULT_TEXT_MAX 256
#define MUST_CHECK __attribute__((warn_unused_result))

enum fault_kind {
    FAULT_NONE,
    FAULT_FORMAT,      /* the input breaks its own format */
    FAULT_LIMIT,       /* the input asks for more than we allow (memory included) */
    FAULT_UNSUPPORTED, /* a well-formed variant we do not read */
    FAULT_IO,          /* the host failed us */
    FAULT_DENIED,      /* the host refused us */
    FAULT_KIND_MAX,
};

enum fault_reach {
    FAULT_ENTRY,     /* this record is lost; the next one may be read */
    FAULT_CONTAINER, /* this artefact is lost; the scan goes on */
    FAULT_RUN,       /* nothing more can be done */
};

struct fault {
    enum fault_kind kind;
    enum fault_reach reach; /* CONTAINER unless said otherwise */
    uint64_t offset;        /* where in the input */
    bool has_offset;
    bool truncated; /* the text lost its tail */
    char text[FAULT_TEXT_MAX];
};

/* Record a fault and return false, so that a caller can write
 * `return fault_set(...)`. A null `f` is allowed: the caller did not ask. */
bool fault_set(struct fault *f, enum fault_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As fault_set, with the place in the input. */
bool fault_at(struct fault *f, enum fault_kind kind, uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Put context in front of the text: "reading var/lib/dpkg/status: ...". Returns false. */
bool fault_wrap(struct fault *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "format", "limit", "unsupported", "io", "denied": the words of the report. */
const char *fault_kind_name(enum fault_kind kind);

#endif
