/* product.h -- a named, versioned thing present in a target, with the evidence for it and the
 * claims about its maker. Structs only: nothing here decides.
 *
 * Texts are NUL-terminated clean UTF-8 (core/text.h) in the arena of the run, borrowed by the
 * product; NULL where the source does not say. */
#ifndef PRODUCT_H
#define PRODUCT_H

#include "core/vec.h"

enum presence {
    PRESENCE_INSTALLED,
    PRESENCE_RESIDUE,
    PRESENCE_PAST_USE,
    PRESENCE_EMBEDDED,
    PRESENCE_MAX
};

/* Who a claim is about: who made it, who packaged or distributes it, who signed it. Kept apart. */
enum maker_role { MAKER_ORIGINATOR, MAKER_SUPPLIER, MAKER_SIGNER, MAKER_ROLE_MAX };

enum strength {
    STRENGTH_NONE,
    STRENGTH_WEAK,
    STRENGTH_MEDIUM,
    STRENGTH_STRONG,
    STRENGTH_PROOF,
    STRENGTH_MAX
};

/* Where a signer's certificate chain ends; NONE where the claim is not a signature. */
enum chain {
    CHAIN_NONE,
    CHAIN_VERIFIED,
    CHAIN_NO_ROOT,
    CHAIN_UNTRUSTED,
    CHAIN_SELF_SIGNED,
    CHAIN_MAX
};

/* One claim about the maker. The fields after `evidence` are keys by which knowledge recognises the
 * vendor; a source fills those it has. */
struct claim {
    const char *name;   /* as stated: "AO Kaspersky Lab", "Debian GCC Maintainers" */
    const char *vendor; /* knowledge id; filled by knowledge/recognise */
    enum maker_role role;
    enum strength strength;
    enum chain chain;
    const char *evidence;        /* a sentence: what states it, and where */
    const char *domain;          /* of a mail address or home page: "kaspersky.com" */
    const char *registry_number; /* EV subject serialNumber */
    const char *certificate;     /* SHA-256 of the leaf certificate, lower-case hex */
    const char *subject;         /* the signer's distinguished name, RFC 4514 order as printed */
    const char *program_name;    /* SpcSpOpusInfo programName */
    bool digest_matches;         /* signer: the signed digest is the artefact's own */
};

/* One reason to believe that the product is there. */
struct evidence {
    const char
        *kind; /* a word: "package-database", "path", "first-bytes", "version-resource", ... */
    const char *place; /* path in the target */
    const char *text;  /* a sentence */
    enum strength strength;
};

struct product {
    const char
        *id; /* stable: from type, root, name, version, arch, presence; set by inventory/merge */
    const char
        *type; /* "deb", "rpm", "apk", "program", "library", "driver", "signature", "engine" */
    const char *name;
    const char *version;
    const char *epoch; /* rpm only */
    const char *arch;
    const char *source; /* source package, where it differs from the name */
    const char *source_version;
    const char *homepage;
    const char *root;   /* "/" or the nested root's path, without a slash at the end */
    const char *purl;   /* set by inventory/purl where the type has one */
    const char *digest; /* "sha256:..." where the product is one file */
    enum presence presence;

    struct vec paths;    /* const char *: below the target, "/" first; LIMIT_PATHS */
    size_t more_paths;   /* counted, not kept */
    struct vec claims;   /* struct claim */
    struct vec evidence; /* struct evidence; LIMIT_EVIDENCE */
    size_t more_evidence;
    struct vec conflicts; /* const char *: sentences, "CompanyName says X, the signature Y" */

    /* Set by knowledge/recognise. */
    const char *vendor;    /* knowledge id, or NULL: the maker is not in the knowledge base */
    const char *title;     /* the product's name in the knowledge base */
    struct vec categories; /* const char *: words of knowledge/words.yaml */
    bool maker_known;      /* some claim is strong enough, known vendor or not */
};

/* A product with its vectors ready in `arena`; all else zero. */
struct product product_in(struct arena *arena);

/* An entry of a package database: "deb", "rpm", "apk". */
bool product_is_package(const struct product *p);

/* Add to the vectors, up to their limits; past them only the count grows. False only without
 * memory. */
bool product_add_path(struct product *p, const char *path, struct fault *f) MUST_CHECK;
bool product_add_claim(struct product *p, const struct claim *claim, struct fault *f) MUST_CHECK;
bool product_add_evidence(struct product *p, const struct evidence *e, struct fault *f) MUST_CHECK;
bool product_add_conflict(struct product *p, const char *sentence, struct fault *f) MUST_CHECK;

/* The words of the report: "installed", "past-use", "originator", "no-root", ... */
const char *presence_name(enum presence p);
const char *maker_role_name(enum maker_role r);
const char *strength_name(enum strength s);
const char *chain_name(enum chain c);

/* The reverse; false for a word that is none. */
bool presence_read(struct bytes word, enum presence *p);
bool maker_role_read(struct bytes word, enum maker_role *r);
bool strength_read(struct bytes word, enum strength *s);
bool chain_read(struct bytes word, enum chain *c);

#endif
