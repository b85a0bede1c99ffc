/* token.h -- the token rule: A-Z to a-z; [a-z0-9] and all bytes >= 0x80 stay; any run of others
 * parts two tokens. No Unicode tables: other scripts are covered by alias entries. */
#ifndef TOKEN_H
#define TOKEN_H

#include "core/vec.h"

/* The next token of `rest`, lower-cased, in the arena. *found is false at the end. */
bool token_next(struct bytes *rest, struct arena *a, struct bytes *token, bool *found,
                struct fault *f) MUST_CHECK;

/* The same without the arena, for who lowers it into room of his own: the token as it stands in
 * the text; false at the end. */
bool token_cut(struct bytes *rest, struct bytes *raw);
void token_lower(struct bytes raw, uint8_t *out); /* raw.len bytes */

/* Not empty, and as the rule leaves it. */
bool token_is_one(struct bytes text);

#endif
