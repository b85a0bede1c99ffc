/* table_parties.c -- who acts: the log itself, keys, authorities, organisations, schemes, labs; and
 * what the log hands out. */
#include "record/table.h"

const struct record_type table_parties[TABLE_PARTIES] = {
    {
        .name = "register",
        .title = "the first entry of every log: its origin, and whose clock it keeps",
        .writers = RECORD_BY_LOG,
        .id = "origin",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("origin", TEXT, "the log's name, as its checkpoints have it"),
                ONE_OF("clock", "real simulated", "whether its times are this world's"),
                DATED("when it was begun"),
                LAST,
            },
        .keys = (const char *const[]){ "register:{sha256 origin}", NULL },
    },
    {
        .name = "party",
        .title = "who may write, as what, with which keys",
        .writers = RECORD_BY_LOG | RECORD_BY_AUTHORITY,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "its name in the register"),
                MAY("name", TEXT, "its name in the world"),
                ONE_OF("kind", "any authority body lab list-owner organisation",
                       "what it may write"),
                SOME("key", VKEY, "a key that signs for it"),
                MAY("threshold", COUNT, "how many of the keys must sign a rotation; else one"),
                DATED("when it was admitted"),
                LAST,
            },
        .keys = (const char *const[]){ "party:{id}", "key:{sha256 key}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_THRESHOLD, "threshold key" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "rotation",
        .title = "a party changes its keys; signed by as many old keys as its threshold says, and "
                 "by every new one",
        .writers = BY_ANY_KIND,
        .id = "party",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("party", ID, "whose keys"),
                MANY("add", VKEY, "a key that signs from now on"),
                MANY("remove", VKEY, "a key that signs no more"),
                MAY("threshold", COUNT, "how many must sign the next rotation"),
                MAY("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = (const char *const[]){ "party:{party}", "key:{sha256 add}", "key:{sha256 remove}",
                                       NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "add remove threshold" },
                { RECORD_RULE_APART, "add remove" },
                { RECORD_RULE_THRESHOLD, "threshold" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "authority",
        .title = "a national authority or owner of schemes, with those before and after it",
        .writers = RECORD_BY_AUTHORITY,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the authority"),
                ONE("name", TEXT, "its name"),
                MAY("jurisdiction", ID, "where it rules"),
                MANY("predecessor", ID, "an authority whose acts it took over"),
                MAY("successor", ID, "the authority that took over its acts"),
                MAY("from", DATE, "its first day"),
                MAY("until", DATE, "its last day"),
                DATED("when this was stated"),
                LAST,
            },
        .keys = (const char *const[]){ "authority:{id}", "authority:{predecessor}",
                                       "authority:{successor}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ORDERED, "from until" },
                { RECORD_RULE_APART, "id predecessor" },
                { RECORD_RULE_APART, "id successor" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "organisation",
        .title = "an organisation that directives bind and that reports",
        .writers = RECORD_BY_AUTHORITY | RECORD_BY_ORGANISATION,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the organisation"),
                ONE("name", TEXT, "its name"),
                MANY("class", ID, "a class that scopes speak of"),
                MAY("authority", ID, "the authority above it"),
                DATED("when this was stated"),
                LAST,
            },
        .keys = (const char *const[]){ "organisation:{id}", "class:{class}", NULL },
    },
    {
        .name = "scheme",
        .title = "a certification scheme, who decides in it, and what its states mean",
        .writers = BY_DECIDERS,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the scheme"),
                ONE("name", TEXT, "its name"),
                MAY("authority", ID, "its owner"),
                MANY("predecessor", ID, "a scheme that it continues"),
                MANY("body", ID, "a party that decides in it"),
                MAY_OF("confidential", "yes", "its evaluations are sealed"),
                MANY("state", STATE, "what a state of a certificate lets one do"),
                MAY("until", DATE, "its last day"),
                DATED("when it began"),
                LAST,
            },
        .keys = (const char *const[]){ "scheme:{id}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_APART, "id predecessor" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "scheme-change",
        .title = "a scheme amended: what is named here replaces what was",
        .writers = BY_DECIDERS,
        .id = "scheme",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("scheme", ID, "the scheme"),
                MAY("name", TEXT, "its new name"),
                MAY("authority", ID, "its new owner"),
                MANY("body", ID, "a party that decides in it from now on"),
                MANY("state", STATE, "what a state of a certificate lets one do"),
                MAY("until", DATE, "its last day"),
                MAY("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = (const char *const[]){ "scheme:{scheme}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "name authority body state until" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "accreditation",
        .title = "a laboratory may test for a scheme, or may no longer",
        .writers = RECORD_BY_AUTHORITY,
        .id = "lab",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("lab", ID, "the laboratory"),
                ONE("scheme", ID, "the scheme that it tests for"),
                ONE_OF("action", "grant suspend reinstate withdraw", "what is decided"),
                MAY("name", TEXT, "the laboratory's name"),
                MAY("standard", TEXT, "what it was assessed against"),
                MAY("until", DATE, "the last day of what is decided"),
                MAY("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = (const char *const[]){ "lab:{lab}", NULL },
    },
    {
        .name = "bundle",
        .title = "files that the log hands out: policies, knowledge, marks",
        .writers = RECORD_BY_LOG | RECORD_BY_AUTHORITY,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the bundle"),
                ONE("version", TEXT, "its version"),
                SOME("file", FILE, "one file: its digest and its path"),
                DATED("when it was made"),
                LAST,
            },
        .keys = (const char *const[]){ "bundle:{id}", NULL },
    },
};
