/* elfnote.h -- the notes of an ELF file: the build id, and who packaged it.
 *
 * The package note is what "Package Metadata for Executable Files" of the UAPI group defines: owner
 * "FDO", type 0xcafe1a7e, a JSON object of strings. Found notes are windows on the file. */
#ifndef ELFNOTE_H
#define ELFNOTE_H

#include "core/vec.h"
#include "format/elfimage.h"
#include "format/sink.h"

struct elfnote_found {
    struct bytes build_id; /* the first; empty where there is none */
    struct vec packages;   /* struct bytes: the JSON text of each package note, in order */
    unsigned seen;         /* notes of any kind, over all parts: LIMIT_FIELDS */
};

/* Nothing found yet; `arena` holds the list. */
struct elfnote_found elfnote_none(struct arena *arena);

/* Read the notes of one segment or section. On false `f` says which note is malformed: those before
 * it stand, those behind it in this part cannot be found. */
bool elfnote_read(struct elfnote_found *found, const struct elfimage *e,
                  const struct elfimage_part *part, struct fault *f) MUST_CHECK;

/* State one record "note" with the keys of a package note that are strings: type, name, version,
 * architecture, os, osVersion, osCpe, appCpe, debugInfoUrl. What is wrong with it goes to
 * sink_fault; false as for sink_end. */
bool elfnote_state(struct bytes json, uint64_t offset, struct sink *out,
                   struct fault *f) MUST_CHECK;

#endif
