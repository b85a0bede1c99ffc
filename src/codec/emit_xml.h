/* emit_xml.h -- XML 1.0 written as it goes, into a buffer: elements, attributes, text; UTF-8, two
 * spaces of indentation, everything escaped. What XML cannot hold (control characters, what is no
 * UTF-8) becomes U+FFFD. Names are our own. Nothing fails at the call: the buffer remembers. */
#ifndef EMIT_XML_H
#define EMIT_XML_H

#include "core/buf.h"

enum { EMIT_XML_DEPTH_MAX = 16 };

struct emit_xml {
    struct buf *out;
    size_t depth;
    const char *names[EMIT_XML_DEPTH_MAX]; /* of the open elements; borrowed */
};

/* With the declaration. */
struct emit_xml emit_xml_to(struct buf *out);

/* Attributes are name, value, name, value, ..., ended by NULL; or NULL for none. */
void emit_xml_open(struct emit_xml *x, const char *name, const char *const *attributes);
void emit_xml_close(struct emit_xml *x);

/* An element with text alone, or with nothing (`text` of no length). */
void emit_xml_text(struct emit_xml *x, const char *name, const char *const *attributes,
                   struct bytes text);

#endif
