/* completion.c -- hallmark completion: scripts for the shells, from the table of commands. Vendors
 * and instruments are asked of the program itself when they are needed. */
#include "cli/delivery.h"

#include <stdio.h>
#include <string.h>

enum { SCRIPT_LIMIT = 1 << 20 };

static bool has_words(enum value_kind kind)
{
    return command_word(kind, 0) != NULL;
}

static void add_words(struct buf *out, enum value_kind kind)
{
    for (size_t i = 0; command_word(kind, i) != NULL; i++)
        buf_print(out, "%s%s", i == 0 ? "" : " ", command_word(kind, i));
}

/* The names by which commands are called in the group; in none with NULL. */
static void add_commands(struct buf *out, const struct command *group)
{
    const char *between = "";

    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (command_group(command_all[i]) != group)
            continue;
        buf_print(out, "%s%s", between, command_short(command_all[i]));
        between = " ";
    }
}

/* The command that lists what there is at run time, or NULL. */
static const char *lister(enum value_kind kind)
{
    if (kind == VALUE_VENDOR)
        return "hallmark vendors -q 2>/dev/null";
    if (kind == VALUE_INSTRUMENT)
        return "hallmark policies -q 2>/dev/null";
    if (kind == VALUE_CATEGORY)
        return "hallmark policies -q words 2>/dev/null | grep -v =";
    return NULL;
}

static bool is_file(enum value_kind kind)
{
    return kind == VALUE_FILE || kind == VALUE_CONTEXT;
}

/* What bash puts into COMPREPLY for a value. */
static void bash_reply(struct buf *out, enum value_kind kind)
{
    if (has_words(kind)) {
        buf_add_text(out, "COMPREPLY=($(compgen -W \"");
        add_words(out, kind);
        buf_add_text(out, "\" -- \"$cur\"))");
    } else if (lister(kind) != NULL) {
        buf_print(out, "COMPREPLY=($(compgen -W \"$(%s)\" -- \"$cur\"))", lister(kind));
    } else if (is_file(kind)) {
        buf_add_text(out, "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))");
    } else {
        buf_add_text(out, "COMPREPLY=()");
    }
}

static void bash_value(struct buf *out, const struct option *o, const char *command)
{
    if (o->value == NULL)
        return;
    buf_print(out, "    %s' --%s'", command, o->name);
    if (o->letter != 0)
        buf_print(out, "|%s' -%c'", command, o->letter);
    buf_add_text(out, ") ");
    bash_reply(out, o->kind);
    buf_add_text(out, "; return ;;\n");
}

/* What an option means to a command goes before what it means to all. */
static void bash_values(struct buf *out)
{
    char name[64];

    buf_add_text(out, "    case \"$command $prev\" in\n");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        const struct command *c = command_all[i];
        for (const struct meaning *m = c->meanings; m != NULL && m->text != NULL; m++) {
            const struct option o = command_option_of(c, m->option);
            (void)snprintf(name, sizeof name, "'%s'", c->name);
            bash_value(out, &o, name);
        }
    }
    for (int i = 0; i < OPTION_MAX; i++)
        bash_value(out, &command_option[i], "*");
    buf_add_text(out, "    esac\n");
}

static void add_options(struct buf *out, const struct command *c)
{
    for (const enum option_id *id = c->options; *id != OPTION_MAX; id++) {
        const struct option *o = &command_option[*id];
        buf_print(out, "%s--%s", id == c->options ? "" : " ", o->name);
        if (o->letter != 0)
            buf_print(out, " -%c", o->letter);
    }
}

static void bash_commands(struct buf *out)
{
    buf_add_text(out, "    case $command in\n");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        const struct command *c = command_all[i];
        buf_print(out,
                  "    '%s')\n        if [[ $cur == -* ]]; then\n"
                  "            COMPREPLY=($(compgen -W \"",
                  c->name);
        add_options(out, c);
        buf_add_text(out, "\" -- \"$cur\"))\n        else\n            ");
        if (c->group) {
            buf_add_text(out, "COMPREPLY=($(compgen -W \"");
            add_commands(out, c);
            buf_add_text(out, "\" -- \"$cur\"))");
        } else {
            bash_reply(out, c->operands_most > 0 ? c->operand : VALUE_NONE);
        }
        buf_add_text(out, "\n        fi ;;\n");
    }
    buf_add_text(out, "    *) COMPREPLY=($(compgen -W \"");
    add_words(out, VALUE_COMMAND);
    buf_add_text(out, " --help --version\" -- \"$cur\")) ;;\n    esac\n");
}

/* '=' breaks words in bash: `--format=js` arrives as three. */
static void add_bash(struct buf *out)
{
    buf_add_text(out, "# bash completion for hallmark: source <(hallmark completion bash)\n"
                      "_hallmark() {\n"
                      "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "    local command= word\n"
                      "    COMPREPLY=()\n"
                      "    if [[ $cur == = ]]; then\n"
                      "        cur=\n"
                      "    elif [[ $prev == = ]]; then\n"
                      "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
                      "    fi\n"
                      "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                      "        case \"$command $word\" in\n        ");
    for (size_t i = 0; command_all[i] != NULL; i++)
        buf_print(out, "%s'%s%s'", i == 0 ? "" : "|",
                  command_group(command_all[i]) == NULL ? " " : "", command_all[i]->name);
    buf_add_text(out, ") command=${command:+$command }$word ;;\n        esac\n    done\n");
    bash_values(out);
    bash_commands(out);
    buf_add_text(out, "}\ncomplete -F _hallmark hallmark\n");
}

/* A text inside the quotes and brackets of a zsh specification. */
static void zsh_text(struct buf *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'')
            buf_add_text(out, "'\\''");
        else if (*at == ':' || *at == '[' || *at == ']' || *at == '\\')
            buf_print(out, "\\%c", *at);
        else
            buf_add_byte(out, (uint8_t)*at);
    }
}

static void zsh_action(struct buf *out, enum value_kind kind)
{
    if (has_words(kind)) {
        buf_add_byte(out, '(');
        add_words(out, kind);
        buf_add_byte(out, ')');
    } else if (lister(kind) != NULL) {
        buf_print(out, "($(%s))", lister(kind));
    } else if (is_file(kind)) {
        buf_add_text(out, "_files");
    } else {
        buf_add_byte(out, ' ');
    }
}

/* An action that runs a command stands in double quotes, or it would not be run. */
static void zsh_value(struct buf *out, const char *title, enum value_kind kind)
{
    buf_add_byte(out, ':');
    zsh_text(out, title);
    buf_add_text(out, lister(kind) == NULL ? ":" : ":'\"");
    zsh_action(out, kind);
    buf_add_text(out, lister(kind) == NULL ? "'" : "\"");
}

static void zsh_option(struct buf *out, const struct option *o, const char *dashes,
                       const char *name)
{
    buf_print(out, " \\\n            '*%s%.40s%s[", dashes, name,
              o->value != NULL && dashes[1] == '-' ? "=" : "");
    zsh_text(out, o->text);
    buf_add_byte(out, ']');
    if (o->value == NULL)
        buf_add_byte(out, '\'');
    else
        zsh_value(out, o->value, o->kind);
}

static void zsh_command(struct buf *out, const struct command *c)
{
    buf_print(out, "    '%s')\n        _arguments -s", c->name);
    for (const enum option_id *id = c->options; *id != OPTION_MAX; id++) {
        const struct option o = command_option_of(c, *id);
        const char letter[2] = { o.letter, '\0' };
        zsh_option(out, &o, "--", o.name);
        if (o.letter != 0)
            zsh_option(out, &o, "-", letter);
    }
    if (c->operands_most > 0) {
        buf_add_text(out, " \\\n            '*");
        zsh_value(out, c->operands, c->operand);
    }
    buf_add_text(out, " ;;\n");
}

/* Offer the commands of the group (of none with NULL) where the next word is one; else take the
 * word off. */
static void zsh_commands(struct buf *out, const struct command *group)
{
    buf_add_text(out, "    commands=(\n");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (command_group(command_all[i]) != group)
            continue;
        buf_print(out, "        '%s:", command_short(command_all[i]));
        zsh_text(out, command_all[i]->title);
        buf_add_text(out, "'\n");
    }
    buf_add_text(out, "    )\n"
                      "    if (( CURRENT == 2 )); then\n"
                      "        _describe -t commands command commands\n"
                      "        return\n"
                      "    fi\n"
                      "    shift words\n"
                      "    (( CURRENT-- ))\n");
}

static void add_zsh(struct buf *out)
{
    buf_add_text(out, "#compdef hallmark\n"
                      "# zsh completion for hallmark: save as _hallmark in a folder of $fpath\n"
                      "_hallmark() {\n"
                      "    local -a commands\n"
                      "    local command\n");
    zsh_commands(out, /* group */ NULL);
    buf_add_text(out, "    command=$words[1]\n"
                      "    case $command in\n");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (!command_all[i]->group)
            continue;
        buf_print(out, "    %s)\n", command_all[i]->name);
        zsh_commands(out, command_all[i]);
        buf_add_text(out, "    command=\"$command $words[1]\" ;;\n");
    }
    buf_add_text(out, "    esac\n    case $command in\n");
    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (!command_all[i]->group)
            zsh_command(out, command_all[i]);
    }
    buf_add_text(out, "    esac\n}\n_hallmark \"$@\"\n");
}

static void fish_text(struct buf *out, const char *text)
{
    buf_add_byte(out, '\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'' || *at == '\\')
            buf_add_byte(out, '\\');
        buf_add_byte(out, (uint8_t)*at);
    }
    buf_add_byte(out, '\'');
}

static void fish_value(struct buf *out, enum value_kind kind)
{
    if (has_words(kind)) {
        buf_add_text(out, " -a '");
        add_words(out, kind);
        buf_add_byte(out, '\'');
    } else if (lister(kind) != NULL) {
        buf_print(out, " -a '(%s)'", lister(kind));
    } else if (is_file(kind)) {
        buf_add_text(out, " -F");
    }
}

/* That the command line has named this command. */
static void fish_seen(struct buf *out, const struct command *c)
{
    const struct command *group = command_group(c);

    buf_add_text(out, "complete -c hallmark -n '");
    if (group != NULL)
        buf_print(out, "__fish_seen_subcommand_from %s; and ", group->name);
    buf_print(out, "__fish_seen_subcommand_from %s'", command_short(c));
}

/* That a command's name may come next. */
static void fish_name(struct buf *out, const struct command *c)
{
    const struct command *group = command_group(c);

    if (group == NULL) {
        buf_add_text(out, "complete -c hallmark -n __fish_use_subcommand");
    } else {
        buf_print(out,
                  "complete -c hallmark -n '__fish_seen_subcommand_from %s; and not "
                  "__fish_seen_subcommand_from ",
                  group->name);
        add_commands(out, group);
        buf_add_byte(out, '\'');
    }
    buf_print(out, " -a %s -d ", command_short(c));
    fish_text(out, c->title);
    buf_add_byte(out, '\n');
}

static void fish_command(struct buf *out, const struct command *c)
{
    fish_name(out, c);
    for (const enum option_id *id = c->options; *id != OPTION_MAX; id++) {
        const struct option o = command_option_of(c, *id);
        fish_seen(out, c);
        buf_print(out, " -l %s", o.name);
        if (o.letter != 0)
            buf_print(out, " -s %c", o.letter);
        if (o.value != NULL)
            buf_add_text(out, is_file(o.kind) ? " -r" : " -x");
        fish_value(out, o.kind);
        buf_add_text(out, " -d ");
        fish_text(out, o.text);
        buf_add_byte(out, '\n');
    }
    if (c->operands_most == 0)
        return;
    fish_seen(out, c);
    fish_value(out, c->operand);
    buf_add_byte(out, '\n');
}

static void add_fish(struct buf *out)
{
    buf_add_text(out, "# fish completion for hallmark: hallmark completion fish | source\n"
                      "complete -c hallmark -f\n");
    for (size_t i = 0; command_all[i] != NULL; i++)
        fish_command(out, command_all[i]);
}

static int run_completion(const struct invocation *in)
{
    const char *shell = invocation_operand(in, 0);
    struct buf out = buf_with_limit(SCRIPT_LIMIT);
    struct fault f = { 0 };

    if (strcmp(shell, "bash") == 0)
        add_bash(&out);
    else if (strcmp(shell, "zsh") == 0)
        add_zsh(&out);
    else if (strcmp(shell, "fish") == 0)
        add_fish(&out);
    else
        (void)fault_set(&f, FAULT_FORMAT, "there is no completion for '%.40s': bash, zsh or fish",
                        shell);
    const int status = f.kind == FAULT_NONE ? delivery_print(&out) : invocation_refuse(&f);
    buf_done(&out);
    return status;
}

static const enum option_id options[] = { OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "completion for this shell", "source <(hallmark completion bash)" },
    { NULL, NULL },
};

const struct command completion_command = {
    .name = "completion",
    .operands = "bash|zsh|fish",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_SHELL,
    .title = "print a shell's completion script",
    .text =
        "Prints a script that completes commands, options and their words in bash, zsh or fish.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_completion,
};
