/* sink.h -- where a format's facts go: one record at a time, each a list of fields.
 *
 *     sink_begin(out, "package");
 *     sink_text(out, "name", name);
 *     sink_number(out, "size", size);
 *     if (!sink_end(out, f)) return false;     // hands the record on
 *
 * Values are copied or borrowed until sink_end returns. A field may repeat (files, languages): the
 * order stands. Field names are the format's own, documented in its .c file's first paragraph.
 * Adding fields cannot fail at the call; sink_end tells. */
#ifndef SINK_H
#define SINK_H

#include "core/vec.h"

struct field {
    const char *key;   /* a literal of the format */
    struct bytes text; /* raw bytes of input: not validated, may hold anything */
    uint64_t number;   /* where is_number */
    bool is_number;
};

struct record {
    const char *kind;  /* a literal of the format: "package", "signature", ... */
    struct vec fields; /* struct field */
};

/* Who consumes the records. Both return false (with a fault) only when the reader should stop. */
struct sink_consumer {
    bool (*record)(void *ctx, const struct record *r, struct fault *f);
    bool (*fault)(void *ctx, const struct fault *lost, struct fault *f);
};

struct sink {
    const struct sink_consumer *consumer;
    void *ctx;
    struct arena *arena; /* fields of the record being built; released at sink_end */
    struct record record;
    struct arena_mark mark;
    bool open;
    bool failed;
};

struct sink sink_to(const struct sink_consumer *consumer, void *ctx, struct arena *arena);

void sink_begin(struct sink *s, const char *kind);
void sink_text(struct sink *s, const char *key, struct bytes value);
void sink_number(struct sink *s, const char *key, uint64_t value);

/* As sink_text, but the value is copied, for text that the format itself has composed. */
void sink_copy(struct sink *s, const char *key, struct bytes value);
void sink_print(struct sink *s, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Hand the record on. False, with a fault, without memory or when the consumer wants no more. */
bool sink_end(struct sink *s, struct fault *f) MUST_CHECK;

/* Forget the record being built. */
void sink_drop(struct sink *s);

/* One record, or one part, is lost because of `lost`; the reader goes on. Any record being built is
 * dropped. */
bool sink_fault(struct sink *s, const struct fault *lost, struct fault *f) MUST_CHECK;

/* Reading a record: the first field with that key, or NULL; its text, or empty bytes. */
const struct field *record_field(const struct record *r, const char *key);
struct bytes record_text(const struct record *r, const char *key);
uint64_t record_number(const struct record *r, const char *key);

#endif
