/* import_text.h -- words and days as lists of others write them. */
#ifndef IMPORT_TEXT_H
#define IMPORT_TEXT_H

#include "core/arena.h"

/* Clean text: every run of blanks of any width and of line ends one space, none at the ends; soft
 * hyphens and what else takes no room gone; control characters and what is no UTF-8 escaped. */
const char *import_text_clean(struct arena *a, struct bytes text, struct fault *f) MUST_CHECK;

/* A column's or member's name as an id: "vendorProject", "Vendor Project" -> "vendor-project". */
const char *import_text_name(struct arena *a, struct bytes name, struct fault *f) MUST_CHECK;

enum import_text_order {
    IMPORT_TEXT_ISO, /* YYYY-MM-DD, and a time after it */
    IMPORT_TEXT_US,  /* M/D/YYYY */
    IMPORT_TEXT_EU,  /* D/M/YYYY or D.M.YYYY */
};

/* An id as import_text_name makes them, and a day as the functions below take one. */
bool import_text_is_name(const char *name);
bool import_text_is_day(int32_t day);

/* A day that exists, in this order and nothing else; quotes around it are taken off. */
bool import_text_date(const char *text, enum import_text_order order, int32_t *date);

/* The days of a cell into which several run together ("05/07/202010/05/2022"), one after the
 * other: false at the end, and at the first place that is no M/D/YYYY, which `rest` then shows. */
bool import_text_next_date(const char **rest, int32_t *date);

/* The first 16 hexadecimal digits of SHA-256 over the parts, joined by "|". */
const char *import_text_key(struct arena *a, const char *const *parts, size_t count,
                            struct fault *f) MUST_CHECK;

#endif
