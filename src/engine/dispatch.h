/* dispatch.h -- which files are wanted, and by whom: hash tables on the file's name, its extension
 * and its folder, built once from the catalogers' tables and the marks of the knowledge base. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "inventory/cataloger.h"
#include "knowledge/knowledge.h"

/* One party that wants a file: a cataloger that reads it, or a mark that its path or its first
 * bytes may bear out. */
struct interest {
    const struct cataloger *cataloger; /* or NULL */
    const struct wanted *wanted;       /* the line of its table that hit */
    const struct mark *mark;           /* or NULL */
    struct bytes root;                 /* for a database: the part of the path before the tail */
};

enum { DISPATCH_INTERESTS_MAX = 16 };

struct interests {
    struct interest at[DISPATCH_INTERESTS_MAX];
    size_t count;
};

struct dispatch;

/* The tables live in `a` and are constant afterwards: workers share them across fork. */
bool dispatch_new(const struct knowledge *k, struct arena *a, struct dispatch **out,
                  struct fault *f) MUST_CHECK;

/* What is known of a folder before its files are looked at. Borrowed bytes of `path`. */
struct folder_interest {
    struct bytes path;              /* "" or "/a/b" */
    struct interests of_every_file; /* FOLDER patterns that hit */
    bool holds_services;            /* units or init scripts live here */
};

void dispatch_folder(const struct dispatch *d, struct bytes path, struct folder_interest *out);

/* Everybody who wants `name` in that folder, by name alone. */
void dispatch_file(const struct dispatch *d, const struct folder_interest *folder,
                   struct bytes name, struct interests *out);

/* True where `name` in that folder is a part of the way to a database ("lib" in "/var"): as a link
 * it is worth following inside its root, `root`, which is what stands before the pattern. */
bool dispatch_way(const struct dispatch *d, const struct folder_interest *folder, struct bytes name,
                  struct bytes *root);

/* Catalogers that take programs by their execute bit. */
const struct interests *dispatch_programs(const struct dispatch *d);

/* True for "libx.so" and "libx.so.1.2": a program by name. */
bool dispatch_is_library_name(struct bytes name);

#endif
