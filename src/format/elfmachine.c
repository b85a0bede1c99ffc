#include "format/elfmachine.h"

enum { ARM_HARD_FLOAT = 0x400, MIPS_N32 = 0x20 };

enum order { LITTLE, BIG, EITHER };

/* Debian's architecture words by e_machine, class, byte order and the flag bits that tell two
 * apart. The first row that holds wins. */
static const struct {
    uint16_t machine;
    uint8_t class; /* 0: either */
    uint8_t order;
    uint32_t flag; /* must be set; 0: none */
    const char *word;
} machines[] = {
    { 3, 0, LITTLE, 0, "i386" },
    { 62, 64, LITTLE, 0, "amd64" },
    { 62, 32, LITTLE, 0, "x32" },
    { 183, 64, LITTLE, 0, "arm64" },
    { 183, 64, BIG, 0, "arm64be" },
    { 40, 32, LITTLE, ARM_HARD_FLOAT, "armhf" },
    { 40, 32, LITTLE, 0, "armel" },
    { 40, 32, BIG, 0, "armeb" },
    { 20, 32, BIG, 0, "powerpc" },
    { 20, 32, LITTLE, 0, "powerpcel" },
    { 21, 64, LITTLE, 0, "ppc64el" },
    { 21, 64, BIG, 0, "ppc64" },
    { 22, 64, BIG, 0, "s390x" },
    { 22, 32, BIG, 0, "s390" },
    { 243, 64, LITTLE, 0, "riscv64" },
    { 243, 32, LITTLE, 0, "riscv32" },
    { 258, 64, LITTLE, 0, "loong64" },
    { 258, 32, LITTLE, 0, "loong32" },
    { 8, 64, LITTLE, 0, "mips64el" },
    { 8, 64, BIG, 0, "mips64" },
    { 8, 32, LITTLE, MIPS_N32, "mipsn32el" },
    { 8, 32, BIG, MIPS_N32, "mipsn32" },
    { 8, 32, LITTLE, 0, "mipsel" },
    { 8, 32, BIG, 0, "mips" },
    { 2, 32, BIG, 0, "sparc" },
    { 18, 32, BIG, 0, "sparc" },
    { 43, 64, BIG, 0, "sparc64" },
    { 50, 64, LITTLE, 0, "ia64" },
    { 0x9026, 64, LITTLE, 0, "alpha" },
    { 4, 32, BIG, 0, "m68k" },
    { 15, 32, BIG, 0, "hppa" },
    { 42, 32, LITTLE, 0, "sh4" },
    { 93, 32, LITTLE, 0, "arc" },
    { 92, 32, BIG, 0, "or1k" },
    { 247, 0, EITHER, 0, "bpf" },
};

static const struct {
    uint8_t abi;
    const char *word;
} abis[] = {
    { 0, "sysv" },     { 1, "hpux" },       { 2, "netbsd" },   { 3, "gnu" },
    { 6, "solaris" },  { 7, "aix" },        { 8, "irix" },     { 9, "freebsd" },
    { 10, "tru64" },   { 11, "modesto" },   { 12, "openbsd" }, { 13, "openvms" },
    { 14, "nsk" },     { 15, "aros" },      { 16, "fenixos" }, { 17, "cloudabi" },
    { 18, "openvos" }, { 64, "arm-aeabi" }, { 97, "arm" },     { 255, "standalone" },
};

/* NULL where the table has no word. */
static const char *machine_word(const struct elfimage *e)
{
    const uint8_t class = e->wide ? 64 : 32;
    const uint8_t order = e->big ? BIG : LITTLE;

    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        if (machines[i].machine == e->machine &&
            (machines[i].class == 0 || machines[i].class == class) &&
            (machines[i].order == EITHER || machines[i].order == order) &&
            (e->flags & machines[i].flag) == machines[i].flag)
            return machines[i].word;
    }
    return NULL;
}

void elfmachine_state(const struct elfimage *e, struct sink *out)
{
    const char *machine = machine_word(e);
    const char *abi = NULL;

    if (machine != NULL)
        sink_text(out, "machine", bytes_of_text(machine));
    else
        sink_print(out, "machine", "em-%u", e->machine);
    for (size_t i = 0; abi == NULL && i < sizeof abis / sizeof abis[0]; i++)
        abi = abis[i].abi == e->os_abi ? abis[i].word : NULL;
    if (abi != NULL)
        sink_text(out, "os_abi", bytes_of_text(abi));
    else
        sink_print(out, "os_abi", "abi-%u", e->os_abi);
}
