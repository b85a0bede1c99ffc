/* knowledge.h -- who makes what, who owns whom: the shipped knowledge base, loaded and indexed.
 *
 * Loaded from the *.yaml files of DIR/vendors (docs/knowledge.md describes the files) into an
 * arena; constant afterwards, so that workers share it across fork. Every fact has its source. */
#ifndef KNOWLEDGE_H
#define KNOWLEDGE_H

#include "core/date.h"
#include "core/map.h"
#include "model/product.h"
#include "model/scan.h"

enum mark_kind {
    MARK_PACKAGE, /* a package's name; `ecosystem` says where ("deb", "rpm", "apk", NULL: all); one
                     '*' at either end stands for any text */
    MARK_PATH, /* the path's last parts: "opt/kaspersky/kesl/bin/kesl-control"; a '*' stands for one
                  part */
    MARK_SERVICE,     /* a systemd unit, an init script or a Windows service by its whole name,
                         without ".service" */
    MARK_FIRST_BYTES, /* bytes that a file begins with; `extension` says which files are asked */
    MARK_SIGNER, /* an Authenticode leaf certificate (SHA-256), an EV serialNumber, or a subject's O
                  */
};

struct mark {
    enum mark_kind kind;
    const char *pattern;
    struct bytes first;     /* FIRST_BYTES: the bytes */
    const char *extension;  /* FIRST_BYTES: "avc", NULL: any wanted file */
    const char *ecosystem;  /* PACKAGE */
    const char *signer_key; /* SIGNER: "certificate", "registry-number", "organisation" */
    enum strength strength;
    enum presence presence; /* what a hit means: installed, or embedded for an engine's parts */
    bool confirm_maker;     /* PACKAGE, SIGNER: counts only where another claim names the vendor */
    const struct vendor *vendor;
    const struct vendor_product *product; /* or NULL */
    const char *source;                   /* who says so */
    uint32_t index;                       /* among knowledge->marks: what a worker sends */
};

/* A fact that held for a time: a name, an owner. Dates DATE_NONE where open. */
struct vendor_name {
    const char *name;
    int32_t from;
    int32_t until;
    bool legal; /* a legal entity's name; else an alias or brand */
    const char *source;
};

struct vendor_owner {
    const char *vendor; /* id of the owner, or of whom it succeeded */
    int32_t from;
    int32_t until;
    bool succeeds; /* took over from `vendor`, rather than belonging to it */
    const char *source;
};

struct vendor_product {
    const char *id; /* "kaspersky/kesl" */
    const char *name;
    struct vec names;      /* const char *: what else it is called, a ProductName for instance */
    struct vec categories; /* const char * */
    bool service;          /* a service, not software: threat intelligence, training */
    const char *source;
};

struct vendor_note {
    const char *text; /* a warning for the reader ("a certificate was abused ...") */
    const char *source;
};

struct vendor {
    const char *id;
    const char *name;
    struct vec names;         /* struct vendor_name */
    struct vec owners;        /* struct vendor_owner */
    struct vec jurisdictions; /* const char *: ISO 3166-1 alpha-2, lower case */
    struct vec laws;          /* const char *: "cn-national-intelligence-law", ... */
    struct vec categories;    /* const char *: the main one first */
    struct vec products;      /* struct vendor_product */
    struct vec domains;       /* const char *: of mail addresses and home pages */
    struct vec hosts;         /* const char *: below `domains`, but pages of others: no claim */
    bool pages_only;          /* domains are of home pages: an address there may be any member's */
    struct vec attesters;     /* const char *: subject CNs that sign others' work and name them in
                               * programName (Microsoft's hardware compatibility publisher) */
    struct vec notes;         /* struct vendor_note */
    bool distributor;         /* packages the work of others (a distribution) */
    const char *source;       /* of the facts above that have none of their own */
    const char *domains_source;
    const char *laws_source;
    const char *file; /* where it was read from */
};

struct knowledge {
    struct arena *arena;
    struct vec vendors;     /* struct vendor, by id */
    struct vec marks;       /* struct mark */
    struct map by_id;       /* id -> struct vendor */
    struct map by_name;     /* text_name_key of every name, alias and id -> struct vendor */
    struct map by_domain;   /* "kaspersky.com" -> struct vendor */
    struct map by_attester; /* text_name_key of a subject's CN -> struct vendor */
    struct map hosts;       /* "salsa.debian.org" -> struct vendor */
    struct map by_signer; /* "certificate:SHA256", "registry-number:N", "organisation:KEY" -> struct
                             mark */
    struct map by_package;   /* "deb:kesl", ":kesl" -> struct mark */
    struct vec package_ends; /* const struct mark *: those with a '*' */
    struct vec warnings;     /* const char *: marks that can never match, names claimed twice */
};

/* Of files that have been read (struct yaml_file): the vendors/ of a knowledge base. What they
 * break is told as "file:line:column: what". */
bool knowledge_read(const struct vec *files, struct arena *a, struct knowledge **out,
                    struct fault *f) MUST_CHECK;

/* The same of DIR/vendors as it is now. */
bool knowledge_open(const char *dir, struct arena *a, struct knowledge **out,
                    struct fault *f) MUST_CHECK;

/* NULL where there is none. */
const struct vendor *knowledge_vendor(const struct knowledge *k, struct bytes id);

/* By id, name or alias, compared as names (text_name_key); NULL when none has it. */
const struct vendor *knowledge_named(const struct knowledge *k, struct bytes name);

/* The product of `v` that `name` is, or begins with as whole words ("Kaspersky Endpoint Security 11
 * for Windows"): the longest such name wins; NULL when there is none. */
const struct vendor_product *knowledge_product_named(const struct vendor *v, struct bytes name);

#endif
