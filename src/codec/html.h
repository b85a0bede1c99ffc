/* html.h -- pages as browsers are sent them, read by libxml2's HTML parser as a row of events: no
 * tree is built, nothing is fetched, broken markup is mended as well as it can be. */
#ifndef HTML_H
#define HTML_H

#include "core/arena.h"

/* Each may be NULL; false ends the reading, with the fault that it set. Names are in lower case,
 * of tags as of attributes; the texts are borrowed for the call. */
struct html_consumer {
    /* attributes: name and value in turn (a value may be NULL), ended by NULL; NULL for none. */
    bool (*open)(void *ctx, const char *tag, const char *const *attributes, struct fault *f);
    bool (*close)(void *ctx, const char *tag, struct fault *f);  /* also of <br> and its like */
    bool (*text)(void *ctx, struct bytes text, struct fault *f); /* in pieces; entities decoded */
};

/* Brings in the library, which the first call of those below does otherwise. */
bool html_prepare(struct fault *f) MUST_CHECK;

/* `page` is UTF-8 (codec/cp1252.h), whatever it says of itself. LIMIT for what is larger or deeper
 * than core/limits.h allows. */
bool html_read(struct bytes page, const struct html_consumer *to, void *ctx,
               struct fault *f) MUST_CHECK;

/* The value of an attribute, or NULL; whether a word stands in it, parted by blanks. */
const char *html_attribute(const char *const *attributes, const char *name);
bool html_has_word(const char *value, const char *word);

/* One round of character references (&amp; &#x2f; &#47; and the names of HTML 4) decoded; what is
 * none stays. `text` itself where there is nothing to do. */
bool html_unescape(struct bytes text, struct arena *a, struct bytes *out,
                   struct fault *f) MUST_CHECK;

#endif
