/* words.h -- the words that people may use: context keys and their words, the order of markings,
 * categories. One data file, knowledge/words.yaml; a word that is not in it is an error.
 *
 * Lists keep the file's order. A word that only spells another differently ("uk" is "gb") stands
 * for it: whoever takes a word from a person keeps words_canonical of it. */
#ifndef WORDS_H
#define WORDS_H

#include "codec/yaml.h"
#include "core/vec.h"

/* One key of the context ("organisation") with its words. */
struct word_key {
    const char *key;
    const char *text;   /* one line for `hallmark policies words` */
    bool is_date;       /* `acquired`: any YYYY-MM-DD */
    bool is_instrument; /* `bound-by`: any instrument id */
    bool is_free;       /* any word */
    struct vec words;   /* struct word, in the file's order */
};

struct word {
    const char *word;
    const char *text;
    const char *same_as; /* "uk" is "gb": the word that it stands for, or NULL */
    struct vec implies;  /* const char *: broader words of the same key that hold too */
};

/* A marking's place in a jurisdiction's order (or the common one, jurisdiction NULL). */
struct marking {
    const char *word;
    const char *jurisdiction;
    int level; /* comparable across jurisdictions */
};

struct words {
    struct vec keys;       /* struct word_key */
    struct vec markings;   /* struct marking */
    struct vec categories; /* struct word */
};

/* Read and check the file. What it breaks is told as "file:line:column: what". */
bool words_read(const struct yaml_file *file, struct arena *a, struct words *out,
                struct fault *f) MUST_CHECK;
bool words_open(const char *path, struct arena *a, struct words *out, struct fault *f) MUST_CHECK;

/* NULL where there is none. */
const struct word_key *words_key(const struct words *w, struct bytes key);
const struct word *words_find(const struct vec *words, struct bytes word);

/* The word itself, or the one that it stands for; NULL where there is none. */
const struct word *words_canonical(const struct vec *words, struct bytes word);

/* True where `given` is `wanted`, stands for it, or implies it over any number of steps:
 * "federal-civilian" holds for "public-sector", "at" for "eu". False for words that are none. */
bool words_hold(const struct vec *words, struct bytes given, struct bytes wanted);

bool words_marking_level(const struct words *w, struct bytes marking, int *level);

#endif
