#include "commands/keeping.h"

#include "core/instant.h"
#include "fetch/round.h"
#include "tlog/note.h"

const char *const keeping_exits[4] = {
    [EXIT_CLEAN] = "all was written and published",
    [EXIT_FOUND] = "an entry was refused; one line on standard error names the rule",
    [EXIT_REFUSED] = "the command could not be carried out; one line on standard error says why",
    [EXIT_INCOMPLETE] = "all was written, but the witnesses have not signed: it is published later",
};

static bool add_line(struct buf *text, const char *name, const char *value, struct fault *f)
{
    if (value == NULL)
        return true;
    if (bytes_index(bytes_of_text(value), '\n') < bytes_of_text(value).len)
        return fault_set(f, FAULT_FORMAT, "%s: one line, please", name);
    buf_print(text, "%s %s\n", name, value);
    return true;
}

bool keeping_party_text(const struct keeping_party *p, int64_t now, struct buf *text,
                        struct fault *f)
{
    char vkey[KEY_VKEY_MAX];
    char date[INSTANT_TEXT_MAX];
    struct key key;

    if (!key_load(p->key, &key, f))
        return false;
    (void)instant_write(now, date);
    buf_add_text(text, "hallmark/party/v1\n");
    if (!add_line(text, "id", p->id == NULL ? key.name : p->id, f) ||
        !add_line(text, "name", p->name, f) ||
        !add_line(text, "kind", p->kind == NULL ? "any" : p->kind, f))
        return false;
    buf_print(text, "key %s\ndate %.10s\n", key_write(&key, vkey), date);
    return buf_ok(text) || fault_set(f, FAULT_LIMIT, "out of memory");
}

bool keeping_admit(struct writer *w, struct bytes text, uint64_t *index, struct fault *f)
{
    struct buf entry = buf_with_limit(NOTE_MAX);
    const bool ok = writer_sign(w, text, &entry, f) &&
                    writer_submit(w, buf_bytes(&entry), writer_key(w), index, f);

    buf_done(&entry);
    return ok;
}

bool keeping_entry(const struct key_signer *signer, struct bytes text, struct buf *entry,
                   struct fault *f)
{
    buf_add(entry, text);
    buf_add_byte(entry, '\n');
    return note_sign(signer, text, entry, f) &&
           (buf_ok(entry) ||
            fault_set(f, FAULT_LIMIT, "an entry of more than %zu bytes", entry->limit));
}

bool keeping_submit(struct writer *w, const struct key_signer *signer, struct bytes text,
                    uint64_t *index, struct fault *f)
{
    struct buf entry = buf_with_limit(NOTE_MAX);
    const bool ok = keeping_entry(signer, text, &entry, f) &&
                    writer_submit(w, buf_bytes(&entry), key_of(signer), index, f);

    buf_done(&entry);
    return ok;
}

bool keeping_hands_load(struct keeping_hands *h, const struct vec *paths, struct fault *f)
{
    *h = (struct keeping_hands){ 0 };
    for (size_t i = 0; i < paths->count; i++) {
        const char *const *path = vec_at(paths, i);
        if (h->count == NOTE_SIGNATURES_MAX)
            return fault_set(f, FAULT_LIMIT, "an entry has at most %d signatures",
                             NOTE_SIGNATURES_MAX);
        if (!key_signer_load(*path, &h->signers[h->count], f))
            return false;
        h->count++;
    }
    return true;
}

void keeping_hands_done(struct keeping_hands *h)
{
    for (size_t i = 0; i < h->count; i++)
        key_signer_free(&h->signers[i]);
    h->count = 0;
}

/* Whose signature this process has just made need not be verified again: where it is the only one.
 */
bool keeping_submit_by(struct writer *w, const struct keeping_hands *h, struct bytes text,
                       uint64_t *index, struct fault *f)
{
    struct buf entry = buf_with_limit(NOTE_MAX);
    bool ok = keeping_entry(h->signers[0], text, &entry, f);

    for (size_t i = 1; ok && i < h->count; i++)
        ok = note_sign(h->signers[i], text, &entry, f);
    ok = ok && (buf_ok(&entry) ||
                fault_set(f, FAULT_LIMIT, "an entry of more than %zu bytes", entry.limit));
    ok = ok && writer_submit(w, buf_bytes(&entry), h->count == 1 ? key_of(h->signers[0]) : NULL,
                             index, f);
    buf_done(&entry);
    return ok;
}

int keeping_publish(struct writer *w)
{
    const struct writer_round round = round_of(w);
    struct fault f = { 0 };
    bool published = false;

    if (!writer_publish(w, &round, &published, &f))
        return invocation_refuse(&f);
    if (published)
        return EXIT_CLEAN;
    (void)fault_wrap(&f, "written, and not yet published");
    (void)invocation_refuse(&f);
    return EXIT_INCOMPLETE;
}
