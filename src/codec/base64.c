#include "codec/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { NO_DIGIT = 64 }; /* above all digits, by a bit that none has */

size_t base64_room(size_t len)
{
    return (len / 3 + (len % 3 != 0)) * 4;
}

void base64_put(struct buf *out, struct bytes value)
{
    uint8_t *p = value.len == 0 ? NULL : buf_extend(out, base64_room(value.len));

    if (p != NULL)
        base64_write(value, p);
}

void base64_write(struct bytes value, uint8_t *out)
{
    uint8_t *p = out;
    size_t i = 0;

    for (; i + 3 <= value.len; i += 3, p += 4) {
        const uint32_t three =
            (uint32_t)value.at[i] << 16 | (uint32_t)value.at[i + 1] << 8 | value.at[i + 2];
        p[0] = (uint8_t)alphabet[three >> 18];
        p[1] = (uint8_t)alphabet[three >> 12 & 63];
        p[2] = (uint8_t)alphabet[three >> 6 & 63];
        p[3] = (uint8_t)alphabet[three & 63];
    }
    if (i == value.len)
        return;
    const bool two = i + 2 == value.len;
    const uint32_t rest = (uint32_t)value.at[i] << 16 | (two ? (uint32_t)value.at[i + 1] << 8 : 0);
    p[0] = (uint8_t)alphabet[rest >> 18];
    p[1] = (uint8_t)alphabet[rest >> 12 & 63];
    p[2] = two ? (uint8_t)alphabet[rest >> 6 & 63] : '=';
    p[3] = '=';
}

/* Looked up: what a signature's next character is, no processor can foresee, and a wrong guess of a
 * branch costs more than the digit. */
static uint32_t digit(uint8_t c)
{
    /* one more than the digit stands for; 0: no digit */
    static const uint8_t places[256] = {
        ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,
        ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
        ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
        ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
        ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
        ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
        ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
        ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
        ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
        ['/'] = 64,
    };

    return places[c] == 0 ? NO_DIGIT : places[c] - 1u;
}

/* The last group may lack one or two digits; the bits that no byte takes must be zero. */
static bool take_last(const uint8_t *at, size_t digits, uint8_t *out)
{
    const uint32_t a = digit(at[0]);
    const uint32_t b = digit(at[1]);
    const uint32_t c = digits == 3 ? digit(at[2]) : 0;

    if (a == NO_DIGIT || b == NO_DIGIT || c == NO_DIGIT)
        return false;
    if ((digits == 2 && (b & 15) != 0) || (digits == 3 && (c & 3) != 0))
        return false;
    out[0] = (uint8_t)(a << 2 | b >> 4);
    if (digits == 3)
        out[1] = (uint8_t)(b << 4 | c >> 2);
    return true;
}

bool base64_take(struct bytes text, uint8_t *out, size_t room, size_t *len)
{
    if (text.len % 4 != 0)
        return false;
    size_t padding = 0;
    if (text.len > 0 && text.at[text.len - 1] == '=')
        padding = text.at[text.len - 2] == '=' ? 2 : 1;
    const size_t need = text.len / 4 * 3 - padding;
    if (need > room)
        return false;

    const size_t whole = need / 3;
    for (size_t i = 0; i < whole; i++) {
        const uint32_t a = digit(text.at[4 * i]);
        const uint32_t b = digit(text.at[4 * i + 1]);
        const uint32_t c = digit(text.at[4 * i + 2]);
        const uint32_t d = digit(text.at[4 * i + 3]);
        if (((a | b | c | d) & NO_DIGIT) != 0)
            return false;
        out[3 * i] = (uint8_t)(a << 2 | b >> 4);
        out[3 * i + 1] = (uint8_t)(b << 4 | c >> 2);
        out[3 * i + 2] = (uint8_t)(c << 6 | d);
    }
    if (padding > 0 && !take_last(text.at + 4 * whole, 4 - padding, out + 3 * whole))
        return false;
    *len = need;
    return true;
}
