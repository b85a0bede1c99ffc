/* rpmheader.h -- the rpm header: what every rpm database and archive keeps of a package.
 *
 * A header is an index of entries (tag, type, offset, count) and a store of their data, all
 * big-endian ("RPM package format", Header; LSB Core, Package File Format, Header Structure). In a
 * database it stands bare; in an archive 8 bytes of magic come first. It is not a format of its
 * own: rpmarchive, rpmbdb, rpmndb and rpmsqlite find headers and hand them in.
 *
 * Each header becomes one record "package" with the fields
 *
 *     name version release arch vendor packager url sourcerpm license
 *                    as written; absent where the header has none
 *     epoch          a number, absent where the header has none
 *     sigmd5         MD5 of header and payload, lower-case hex, where the header has it
 *     file           repeated: absolute path of each file (relative in a source package)
 *
 * A header without a sound name, version and release is lost. Of another broken entry only that
 * field is lost; the fault is reported after the record. An entry that comes later wins over an
 * earlier one of the same tag: rpm appends what it adds at installation behind the immutable
 * region, and lets it win. */
#ifndef RPMHEADER_H
#define RPMHEADER_H

#include "format/format.h"
#include "format/losses.h"

struct rpmheader {
    struct bytes index;
    struct bytes store;
};

/* One reading of an artefact: where its packages go and what they have used of its limits. */
struct rpmheader_run {
    struct arena *arena;
    struct sink *out;
    struct losses losses;
    uint64_t packages; /* stated so far */
    uint64_t files;
    uint64_t path_bytes;
};

/* Where a header was found, for fault texts: "slot 12", at an offset in the artefact. */
struct rpmheader_place {
    const char *what;
    uint64_t number;
    uint64_t offset;
    bool has_offset;
    bool scattered; /* what is found there does not lie there in one piece: offsets do not add up */
};

struct rpmheader_run rpmheader_begin(const struct reading *in, struct sink *out);

/* The header at the front of `from`, borrowed from it, and the bytes it takes. */
bool rpmheader_open(struct bytes from, struct rpmheader *h, size_t *size,
                    struct fault *f) MUST_CHECK;

/* The bytes of a binary entry; empty where the header has no sound one. */
struct bytes rpmheader_binary(const struct rpmheader *h, uint32_t tag);

/* State a package; `md5` empty: as the header says. False only when the reading must stop. */
bool rpmheader_package(const struct rpmheader *h, struct bytes md5, struct rpmheader_run *run,
                       const struct rpmheader_place *place, struct fault *f) MUST_CHECK;

/* Open and state a database's blob, which must be one header and nothing else. False only when
 * the reading must stop. */
bool rpmheader_blob(struct bytes blob, struct rpmheader_run *run,
                    const struct rpmheader_place *place, struct fault *f) MUST_CHECK;

/* Report that what stands at `place` is lost because of `lost`. False only when the reading must
 * stop. At the end, losses_end(&run->losses) tells how many more there were. */
bool rpmheader_lost(struct rpmheader_run *run, const struct rpmheader_place *place,
                    struct fault *lost, struct fault *f) MUST_CHECK;

#endif
