/* json_value.h -- values of a JSON document that a stranger may have written, by jansson.
 *
 * The first thing that is wrong is recorded with its place and the reader fails for good: later
 * calls yield NULL, 0, false or an empty value, so that what reads a report can list its fields and
 * ask once. Texts are copied clean (core/text.h) into the arena. */
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include "core/arena.h"

enum { JSON_PLACE_MAX = 96 };

struct json_reader {
    struct arena *arena;
    struct fault *fault;
    void *document; /* jansson's, owned */
    bool failed;    /* may be read outside */
};

struct json_value {
    struct json_reader *reader;
    const void *at;             /* jansson's, borrowed; NULL where there is none */
    char place[JSON_PLACE_MAX]; /* "products[3].answers" */
};

/* Parse; json_value_close frees the document, also after a failure of a value. */
bool json_value_open(struct bytes text, struct arena *a, struct json_reader *out,
                     struct fault *f) MUST_CHECK;
void json_value_close(struct json_reader *r);

struct json_value json_value_top(struct json_reader *r);
bool json_value_ok(struct json_value v);

/* Fail: a fault for this place, or (stop) the fault is set already. */
void json_value_refuse(struct json_value v, const char *key, const char *what);
void json_value_stop(struct json_value v);

/* The value under `key` of a map: must be a map, a list; or a map or null (or absent). */
struct json_value json_value_map(struct json_value v, const char *key);
struct json_value json_value_list(struct json_value v, const char *key);
struct json_value json_value_map_or_null(struct json_value v, const char *key);
bool json_value_is_map(struct json_value v);
bool json_value_is_null(struct json_value v, const char *key);

/* Members of a list, or values of a map in the document's order; 0 once the reader failed. */
size_t json_value_count(struct json_value v);
struct json_value json_value_at(struct json_value v, size_t i);
const char *json_value_own_text(struct json_value v);
const char *json_value_own_key(struct json_value v, size_t i);

/* Under `key` of a map: NULL where null or absent; need_text refuses that. */
const char *json_value_text(struct json_value v, const char *key);
const char *json_value_need_text(struct json_value v, const char *key);
struct bytes json_value_word(struct json_value v, const char *key);
int32_t json_value_date(struct json_value v, const char *key); /* DATE_NONE where null */
int64_t json_value_number(struct json_value v, const char *key, int64_t least, int64_t most);
double json_value_real(struct json_value v, const char *key);
bool json_value_bool(struct json_value v, const char *key);

#endif
