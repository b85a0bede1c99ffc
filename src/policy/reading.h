/* reading.h -- reading an instrument's file to its end and keeping everything that is wrong in it.
 *
 * Whoever edits a file wants all its faults at once, each with its place. So the readers of this
 * folder do not stop: they add a complaint, "file:line:column: what", and go on with an empty
 * value. At the end somebody asks for `wrong`. Only a lack of memory ends the reading (`broken`).
 */
#ifndef READING_H
#define READING_H

#include "codec/yaml.h"
#include "knowledge/knowledge.h"
#include "knowledge/words.h"

struct reading {
    struct arena *arena;
    const struct words *words;
    const struct knowledge *knowledge;
    struct vec *wrong; /* const char * */
    struct fault *f;   /* set where `broken` */
    bool broken;
};

/* Complain of the node's value, or of its key. */
void reading_wrong(struct reading *r, const struct yaml_node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void reading_wrong_key(struct reading *r, const struct yaml_node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Complain of every key of the MAP that is not in `allowed` (NULL-ended); of anything but a MAP.
 * True where it is a MAP. */
bool reading_keys(struct reading *r, const struct yaml_node *n, const char *const *allowed);

/* The SCALAR under `key`; NULL where it is absent or wrong. Absent is wrong where `must`. */
const char *reading_text(struct reading *r, const struct yaml_node *n, const char *key, bool must);
int32_t reading_date(struct reading *r, const struct yaml_node *n, const char *key);
bool reading_flag(struct reading *r, const struct yaml_node *n, const char *key, bool otherwise);

/* As reading_flag, where the key must stand. */
bool reading_flag_must(struct reading *r, const struct yaml_node *n, const char *key);

/* The place of a text among `names` (NULL-ended); -1 where it is absent or none of them. */
int reading_choice(struct reading *r, const struct yaml_node *n, const char *key, bool must,
                   const char *const *names);

/* "P30D": 30; 0 where it is no such duration. */
int32_t reading_duration(const char *text);

/* One text or a list of them, as const char *. */
struct vec reading_texts(struct reading *r, const struct yaml_node *n, const char *key, bool must);

/* A new element, or NULL and `broken`. */
void *reading_push(struct reading *r, struct vec *v);

/* A vec of the arena, for a list that a person writes. */
struct vec reading_vec(const struct reading *r, size_t size);

/* One scalar or a list: complain where it is a MAP, a list within a list, or empty. */
bool reading_is_list(struct reading *r, const struct yaml_node *n);

#endif
