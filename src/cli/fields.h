/* fields.h -- what a command's FIELD=VALUE words may be, for its help and its manual page: told
 * from the table of types, so that nobody needs to read the formats to act. */
#ifndef FIELDS_H
#define FIELDS_H

struct fields_row {
    const char *label; /* the field, or with "*" the type */
    const char *text;
};

/* One type of a command's `records`: a heading for it, and a row for each of its fields; with "*"
 * one heading, and a row for each type. `tell` is called for each, the heading with a NULL label;
 * what it gets lives until it returns. */
typedef void fields_tell(void *with, const struct fields_row *row);
void fields_of(const char *records, fields_tell *tell, void *with);

#endif
