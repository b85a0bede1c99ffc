/* sha256.c -- libcrypto's low-level block function. EVP costs a microsecond a call for its lookups
 * and its heap, as much as the hash of a tree node itself; the low-level calls are deprecated since
 * OpenSSL 3.0, but they are the only way to its assembly with a state that can be kept. They are
 * used in this file alone. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/sha256.h"

#include <assert.h>
#include <endian.h>
#include <openssl/sha.h>
#include <string.h>

static_assert(sizeof(((SHA256_CTX *)NULL)->h) == sizeof(((struct sha256_state *)NULL)->h),
              "libcrypto keeps the state as eight words of 32 bits");

static const struct sha256_state initial = {
    /* FIPS 180-4 section 5.3.3 */
    .h = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
           0x5be0cd19 },
};

/* Whole blocks. SHA256_Update hands them to the block function in one call and keeps nothing
 * else: the counts in its context matter to SHA256_Final alone, which we never call. */
static void take_blocks(struct sha256_state *s, const uint8_t *at, size_t len)
{
    SHA256_CTX c = { .md_len = SHA256_LEN };

    memcpy(c.h, s->h, sizeof c.h);
    (void)SHA256_Update(&c, at, len);
    memcpy(s->h, c.h, sizeof c.h);
}

struct sha256_run sha256_begin(void)
{
    return (struct sha256_run){ .state = initial };
}

struct sha256_run sha256_resume(struct sha256_state state, uint64_t blocks)
{
    return (struct sha256_run){ .state = state, .len = blocks * SHA256_BLOCK };
}

void sha256_feed(struct sha256_run *run, struct bytes piece)
{
    const size_t held = (size_t)(run->len % SHA256_BLOCK);

    if (piece.len == 0)
        return;
    run->len += piece.len;
    if (held > 0) {
        const size_t missing = SHA256_BLOCK - held;
        const size_t n = piece.len < missing ? piece.len : missing;
        memcpy(run->block + held, piece.at, n);
        if (n < missing)
            return;
        take_blocks(&run->state, run->block, SHA256_BLOCK);
        piece = bytes_part(piece, n, piece.len);
    }
    const size_t whole = piece.len / SHA256_BLOCK * SHA256_BLOCK;
    if (whole > 0)
        take_blocks(&run->state, piece.at, whole);
    if (piece.len > whole)
        memcpy(run->block, piece.at + whole, piece.len - whole);
}

/* Copied, not shifted out byte by byte: of that compilers make ten times the instructions. */
static void put_u32be(uint8_t *at, uint32_t value)
{
    const uint32_t be = htobe32(value);

    memcpy(at, &be, sizeof be);
}

struct sha256 sha256_end(struct sha256_run *run)
{
    const size_t held = (size_t)(run->len % SHA256_BLOCK);
    const uint64_t bits = run->len * 8;
    const size_t tail = held < SHA256_BLOCK - 8 ? SHA256_BLOCK : 2 * SHA256_BLOCK;
    uint8_t last[2 * SHA256_BLOCK] = { 0 };
    struct sha256 out;

    memcpy(last, run->block, held);
    last[held] = 0x80;
    put_u32be(last + tail - 8, (uint32_t)(bits >> 32));
    put_u32be(last + tail - 4, (uint32_t)bits);
    take_blocks(&run->state, last, tail);
    for (size_t i = 0; i < 8; i++)
        put_u32be(out.at + 4 * i, run->state.h[i]);
    return out;
}

struct sha256 sha256_of(struct bytes all)
{
    struct sha256_run run = sha256_begin();

    sha256_feed(&run, all);
    return sha256_end(&run);
}

bool sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
    return memcmp(a->at, b->at, SHA256_LEN) == 0;
}

const char *sha256_write(const struct sha256 *h, char out[SHA256_TEXT_MAX])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_LEN; i++) {
        out[2 * i] = hex[h->at[i] >> 4];
        out[2 * i + 1] = hex[h->at[i] & 15];
    }
    out[2 * SHA256_LEN] = '\0';
    return out;
}

static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sha256_read(struct bytes hex, struct sha256 *out)
{
    struct sha256 h;

    if (hex.len != 2 * (size_t)SHA256_LEN)
        return false;
    for (size_t i = 0; i < SHA256_LEN; i++) {
        const int high = nibble(hex.at[2 * i]);
        const int low = nibble(hex.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        h.at[i] = (uint8_t)(high << 4 | low);
    }
    *out = h;
    return true;
}
