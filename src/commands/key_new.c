/* key_new.c -- hallmark key new: a new private key in a file, and its verifier key told. */
#include "cli/invocation.h"
#include "cli/output.h"
#include "core/own.h"
#include "tlog/key.h"

#include <string.h>
#include <unistd.h>

/* A log and a party sign texts, a witness cosigns; 0 for another word. */
static int type_for(const char *word)
{
    if (strcmp(word, "log") == 0 || strcmp(word, "party") == 0)
        return KEY_ED25519;
    return strcmp(word, "witness") == 0 ? KEY_COSIGNATURE : 0;
}

static bool check_name(const char *name, struct fault *f)
{
    return key_name_is_plain(bytes_of_text(name)) ||
           fault_set(f, FAULT_FORMAT,
                     "--name '%.80s': not empty, without blanks, '+', control characters and "
                     "characters that cannot be seen (signed-note)",
                     name);
}

/* A key whose vkey was not heard can be used by nobody: its file goes again. */
static bool tell(const struct key *k, const char *path, struct fault *f)
{
    char vkey[KEY_VKEY_MAX + 1];
    const size_t len = strlen(key_write(k, vkey));

    vkey[len] = '\n';
    if (output_entrust((struct bytes){ .at = (const uint8_t *)vkey, .len = len + 1 }, f))
        return true;
    (void)unlink(path);
    return fault_wrap(f, "%s: not kept, for its verifier key was not told", path);
}

static bool make(const struct invocation *in, struct fault *f)
{
    const char *name = invocation_value(in, OPTION_NAME);
    const char *path = invocation_operand(in, 0);
    const char *purpose = invocation_value(in, OPTION_FOR);
    OWNED(key_signer_free) struct key_signer *signer = NULL;

    if (type_for(purpose) == 0)
        return fault_set(f, FAULT_FORMAT, "--for: log, witness or party, not '%.40s'", purpose);
    return check_name(name, f) &&
           key_new(bytes_of_text(name), (enum key_type)type_for(purpose), &signer, f) &&
           key_signer_save(signer, path, f) && tell(key_of(signer), path, f);
}

static int run_key_new(const struct invocation *in)
{
    struct fault f = { 0 };

    return make(in, &f) ? EXIT_CLEAN : invocation_refuse(&f);
}

static const enum option_id options[] = { OPTION_NAME, OPTION_FOR, OPTION_HELP, OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_NAME, "NAME", VALUE_TEXT,
      "the key's name, as signatures show it; a log's is its origin" },
    { .text = NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "the key was made",
    [EXIT_REFUSED] = "no key was made; one line on standard error says why",
};

static const struct example examples[] = {
    { "a key for a log", "hallmark key new log.key --name bar.example/register --for log" },
    { "a key for who writes into it", "hallmark key new body.key --name body.example --for party" },
    { NULL, NULL },
};

const struct command key_new_command = {
    .name = "key new",
    .operands = "FILE",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "make a key: the private half in FILE, the verifier key told",
    .text = "Writes an Ed25519 private key to FILE, which must not exist, readable by its owner "
            "alone. The last word on standard output is the verifier key (vkey): what others need "
            "to check its signatures.",
    .options = options,
    .needed = 2,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_key_new,
};
