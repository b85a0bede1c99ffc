/* key_file.c -- keys in files. */
#include "core/file.h"
#include "tlog/key.h"

#include "core/own.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 4096 }; /* one vkey of ML-DSA-44 has 2 kB */

struct secret {
    char at[FILE_MAX];
    size_t len;
};

static void secret_done(struct secret *s)
{
    OPENSSL_cleanse(s, sizeof *s);
}

bool key_signer_save(const struct key_signer *s, const char *path, struct fault *f)
{
    OWNED(secret_done) struct secret text = { .len = 0 };

    text.len = strlen(key_signer_write(s, text.at));
    text.at[text.len++] = '\n';
    return file_create(path, (struct bytes){ .at = (const uint8_t *)text.at, .len = text.len }, f);
}

static bool check_kind(int fd, const char *path, mode_t *mode, struct fault *f)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fault_set(f, FAULT_FORMAT, "%s: a key is in a regular file", path);
    *mode = st.st_mode;
    return true;
}

/* The one line of the file, without its "\n". O_NONBLOCK: a pipe must not hold us up. */
static bool read_line(const char *path, struct secret *out, mode_t *mode, struct fault *f)
{
    OWNED(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", path,
                         strerror(errno));
    if (!check_kind(fd, path, mode, f))
        return false;
    while (out->len < sizeof out->at) {
        const ssize_t n = read(fd, out->at + out->len, sizeof out->at - out->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
        if (n == 0)
            break;
        out->len += (size_t)n;
    }
    if (out->len == sizeof out->at)
        return fault_set(f, FAULT_LIMIT, "%s: longer than any key (%d bytes)", path, FILE_MAX);
    if (out->len > 0 && out->at[out->len - 1] == '\n')
        out->len--;
    return true;
}

static struct bytes secret_bytes(const struct secret *s)
{
    return (struct bytes){ .at = (const uint8_t *)s->at, .len = s->len };
}

static bool read_signer(const char *path, const struct secret *line, mode_t mode,
                        struct key_signer **out, struct fault *f)
{
    if ((mode & (S_IRWXG | S_IRWXO)) != 0)
        return fault_set(f, FAULT_DENIED, "%s: a private key that others may read (mode %04o)",
                         path, (unsigned)(mode & 07777));
    return key_signer_read(secret_bytes(line), out, f) || fault_wrap(f, "%s", path);
}

bool key_signer_load(const char *path, struct key_signer **out, struct fault *f)
{
    OWNED(secret_done) struct secret line = { .len = 0 };
    mode_t mode = 0;

    return read_line(path, &line, &mode, f) && read_signer(path, &line, mode, out, f);
}

static bool load_file(const char *path, struct key *out, struct fault *f)
{
    OWNED(secret_done) struct secret line = { .len = 0 };
    OWNED(key_signer_free) struct key_signer *s = NULL;
    mode_t mode = 0;

    if (!read_line(path, &line, &mode, f))
        return false;
    if (!bytes_has_prefix(secret_bytes(&line), "PRIVATE+KEY+"))
        return key_read(secret_bytes(&line), out, f) || fault_wrap(f, "%s", path);
    if (!read_signer(path, &line, mode, &s, f))
        return false;
    *out = *key_of(s);
    return true;
}

bool key_load(const char *text_or_path, struct key *out, struct fault *f)
{
    const struct bytes text = bytes_of_text(text_or_path);
    struct fault as_text = { 0 };

    if (bytes_has_prefix(text, "PRIVATE+KEY+"))
        return fault_set(f, FAULT_DENIED, "a private key is given by its file, never as a word");
    if (key_read(text, out, &as_text))
        return true;
    /* two plus signs make a vkey with a fault; anything else is meant as a path */
    const size_t first = bytes_index(text, '+');
    const bool like_vkey =
        bytes_index(bytes_part(text, first + 1, text.len), '+') + first + 1 < text.len;
    if (!like_vkey || access(text_or_path, F_OK) == 0)
        return load_file(text_or_path, out, f);
    return fault_set(f, as_text.kind, "%s", as_text.text);
}
