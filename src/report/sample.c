#include "report/sample.h"

#include "core/buf.h"
#include "core/date.h"
#include "core/own.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MANY = 1000 };

static int32_t day(const char *text)
{
    int32_t date = DATE_NONE;

    if (!date_read(bytes_of_text(text), &date))
        abort();
    return date;
}

static void *push(struct vec *v)
{
    struct fault f = { 0 };
    void *item = vec_push(v, &f);

    if (item == NULL)
        abort();
    return item;
}

static void push_text(struct vec *v, const char *text)
{
    const char **slot = push(v);

    *slot = text;
}

static void must(bool ok)
{
    if (!ok)
        abort();
}

static struct verdict quiet_verdict(struct arena *a, enum status status)
{
    struct verdict v = {
        .status = status,
        .days_left = INT32_MIN,
        .steps = vec_of(a, sizeof(struct verdict_step), MANY),
        .rules = vec_of(a, sizeof(struct verdict_rule), MANY),
    };

    for (int i = 0; i < EFFECT_MAX; i++)
        v.answers[i] = (struct effect_answer){ .from = DATE_NONE, .until = DATE_NONE };
    return v;
}

static void add_step(struct verdict *v, const char *step, const char *text, int32_t by)
{
    struct verdict_step *s = push(&v->steps);

    *s = (struct verdict_step){
        .step = step,
        .text = text,
        .by = by,
        .every = by == DATE_NONE ? "P30D" : NULL,
        .instrument = "us-dhs-bod-17-01",
    };
}

/* The directive of 2017-09-13, as it stood on that day. */
static struct verdict due_verdict(struct arena *a)
{
    static const char why[] = "every agency must remove and discontinue Kaspersky-branded products";
    struct verdict v = quiet_verdict(a, STATUS_DUE);
    const struct effect_answer no = {
        .answer = ANSWER_NO,
        .instrument = "us-dhs-bod-17-01",
        .clause = "removal",
        .why = why,
        .from = day("2017-09-13"),
        .until = DATE_NONE,
    };

    v.summary = "use must end: begin removal by 2017-12-12";
    v.days_left = 30;
    v.answers[EFFECT_CLAIM] = (struct effect_answer){
        .answer = ANSWER_NO,
        .instrument = "uk-ncsc-schemes",
        .clause = "never-listed",
        .why = "no product of this vendor was ever listed by any scheme",
        .from = DATE_NONE,
        .until = DATE_NONE,
    };
    v.answers[EFFECT_PROCURE] = no;
    v.answers[EFFECT_PROCURE].implied = true;
    v.answers[EFFECT_INSTALL] = no;
    v.answers[EFFECT_USE] = no;
    v.answers[EFFECT_USE].answer = ANSWER_DUE;
    v.answers[EFFECT_USE].until = day("2017-12-12");
    add_step(&v, "identify", "identify use or presence, and report it", day("2017-10-13"));
    add_step(&v, "plan", "make a plan to remove it", day("2017-11-12"));
    add_step(&v, "begin-removal", "begin to carry out the plan", day("2017-12-12"));
    add_step(&v, "report", "report the state of the removal", DATE_NONE);
    struct verdict_rule *note = push(&v.rules);
    *note = (struct verdict_rule){
        .instrument = "us-ndaa-fy2018-1634",
        .why = "proposed: would end use in the whole Federal Government from 2018-10-01",
    };
    return v;
}

static struct verdict advice_verdict(struct arena *a)
{
    struct verdict v = quiet_verdict(a, STATUS_ADVISED_AGAINST);

    v.answers[EFFECT_USE] = (struct effect_answer){
        .answer = ANSWER_ADVISED_AGAINST,
        .instrument = "example-advice",
        .clause = "antivirus",
        .why = "do not choose it where the state's secrets are kept",
        .advice = true,
        .from = day("2017-12-01"),
        .until = DATE_NONE,
    };
    return v;
}

static struct product kesl(struct arena *a)
{
    struct fault f = { 0 };
    struct product p = product_in(a);

    p.id = "deb-4f1c22aa90b17e3d";
    p.type = "deb";
    p.name = "kesl";
    p.version = "10.1.0-5960";
    p.arch = "amd64";
    p.root = "/";
    p.purl = "pkg:deb/debian/kesl@10.1.0-5960?arch=amd64&distro=debian-9";
    p.vendor = "kaspersky";
    p.title = "Kaspersky Endpoint Security for Linux";
    p.maker_known = true;
    push_text(&p.categories, "endpoint-security");
    must(product_add_path(&p, "/opt/kaspersky/kesl/bin/kesl-control", &f));
    must(product_add_path(&p, "/opt/kaspersky/kesl/libexec/kesl", &f));
    p.more_paths = 1200;
    must(product_add_claim(&p,
                           &(struct claim){
                               .name = "AO Kaspersky Lab",
                               .vendor = "kaspersky",
                               .role = MAKER_SUPPLIER,
                               .strength = STRENGTH_STRONG,
                               .evidence = "the Maintainer field in /var/lib/dpkg/status",
                               .domain = "kaspersky.com",
                           },
                           &f));
    must(product_add_evidence(&p,
                              &(struct evidence){
                                  .kind = "package-database",
                                  .place = "/var/lib/dpkg/status",
                                  .text = "dpkg lists kesl as installed",
                                  .strength = STRENGTH_STRONG,
                              },
                              &f));
    return p;
}

static struct product agent(struct arena *a)
{
    struct product p = kesl(a);

    p.id = "deb-77b0aa01";
    p.name = "klnagent64";
    p.title = "Kaspersky Security Center Network Agent";
    p.version = "10.5.0-42";
    p.purl = "pkg:deb/debian/klnagent64@10.5.0-42?arch=amd64&distro=debian-9";
    p.presence = PRESENCE_RESIDUE;
    p.paths.count = 0;
    p.more_paths = 0;
    return p;
}

/* Cyrillic and CJK in the names, a signature, a conflict, a nested root. */
static struct product signed_program(struct arena *a)
{
    struct fault f = { 0 };
    struct product p = product_in(a);

    p.id = "program-0c9d";
    p.type = "program";
    p.name = "\xd0\xa1\xd0\xbf\xd0\xb0\xd0\xb9\xd0\xb4\xd0\xb5\xd1\x80 \xe9\x98\xb2\xe7\x81\xab";
    p.version = "6.0";
    p.root = "/srv/chroot";
    p.digest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    p.vendor = "drweb";
    p.maker_known = true;
    p.presence = PRESENCE_EMBEDDED;
    must(product_add_path(&p, "/srv/chroot/opt/\xd0\xb2\xd0\xb5\xd0\xb1/spider.exe", &f));
    must(product_add_claim(&p,
                           &(struct claim){
                               .name = "Doctor Web Ltd.",
                               .vendor = "drweb",
                               .role = MAKER_SIGNER,
                               .strength = STRENGTH_STRONG,
                               .chain = CHAIN_NO_ROOT,
                               .evidence = "an Authenticode signature, valid, no root given",
                               .certificate = "00ff",
                               .registry_number = "1037700262510",
                               .subject = "CN=Doctor Web Ltd.,O=Doctor Web Ltd.,C=RU",
                               .digest_matches = true,
                           },
                           &f));
    must(product_add_conflict(
        &p, "CompanyName says \"Microsoft Corporation\", the signature Doctor Web Ltd.", &f));
    return p;
}

static struct product plain(struct arena *a, const char *name, const char *maker)
{
    struct fault f = { 0 };
    struct product p = product_in(a);

    p.id = name;
    p.type = "deb";
    p.name = name;
    p.version = "1.0-1";
    p.root = "/";
    p.maker_known = maker != NULL;
    if (maker != NULL)
        must(product_add_claim(&p, &(struct claim){ .name = maker, .strength = STRENGTH_MEDIUM },
                               &f));
    return p;
}

static void add_product(struct scan *s, struct product product, struct verdict verdict)
{
    struct scan_product *p = push(&s->products);

    *p = (struct scan_product){ .product = product, .verdict = verdict };
}

static struct coverage coverage(struct arena *a)
{
    struct coverage c = {
        .files = 6812,
        .by_name = 6690,
        .read = 122,
        .bytes = 3412345,
        .folders = 1204,
        .skipped = vec_of(a, sizeof(struct skipped), MANY),
        .not_read = vec_of(a, sizeof(struct not_read), MANY),
        .unowned = 14,
        .unidentified = vec_of(a, sizeof(const char *), MANY),
    };
    static const char *const folders[] = { "/dev", "/proc", "/sys" };

    for (size_t i = 0; i < 3; i++) {
        struct skipped *s = push(&c.skipped);
        *s = (struct skipped){ .path = folders[i], .why = "the kernel's own, no files" };
    }
    struct not_read *n = push(&c.not_read);
    *n = (struct not_read){
        .path = "/opt/broken/setup.exe",
        .why = "PE/COFF 3.3: header has 12 of 20 bytes, at offset 132",
        .kind = "format",
    };
    push_text(&c.unidentified, "/usr/local/bin/backup");
    push_text(&c.unidentified, "/usr/local/bin/restore");
    push_text(&c.unidentified, "/opt/tool/run");
    return c;
}

static void add_context(struct scan *s, const char *key, const char *word)
{
    struct context_line *line = push(&s->context);

    line->key = key;
    line->words = vec_of(s->context.arena, sizeof(const char *), MANY);
    push_text(&line->words, word);
}

static struct scan empty_scan(struct arena *a)
{
    struct scan s = {
        .record = { .time = "2017-09-13T08:00:00Z",
                    .host_id = "c0ffee",
                    .duration = 0.0614,
                    .workers = 2,
                    .method = vec_of(a, sizeof(const char *), MANY),
                    .sandbox = vec_of(a, sizeof(const char *), MANY) },
        .systems = vec_of(a, sizeof(struct system), MANY),
        .as_of = "2017-09-13",
        .context = vec_of(a, sizeof(struct context_line), MANY),
        .policies = vec_of(a, sizeof(const char *), MANY),
        .products = vec_of(a, sizeof(struct scan_product), MANY),
        .warnings = vec_of(a, sizeof(const char *), MANY),
    };

    push_text(&s.record.sandbox, "landlock: on");
    push_text(&s.record.sandbox, "seccomp: on");
    push_text(&s.record.method, "package databases: dpkg");
    add_context(&s, "jurisdiction", "us");
    add_context(&s, "organisation", "federal-civilian");
    return s;
}

struct scan sample_scan(struct arena *a)
{
    struct scan s = empty_scan(a);

    s.target = "/srv/agency";
    struct system *system = push(&s.systems);
    *system = (struct system){ "/", "debian", "9", "Debian GNU/Linux 9 (stretch)" };
    system = push(&s.systems);
    *system = (struct system){ "/srv/chroot", "alpine", NULL, NULL };
    push_text(&s.policies, "bank.yaml");
    push_text(&s.warnings, "bank.yaml: the rule 'x' can never match: no product is called 'y'");
    add_product(&s, plain(a, "zlib1g", "Jean-loup Gailly and Mark Adler"),
                quiet_verdict(a, STATUS_UNREGULATED));
    add_product(&s, plain(a, "base-files", "Debian"), quiet_verdict(a, STATUS_UNREGULATED));
    add_product(&s, plain(a, "netbase", "Debian"), quiet_verdict(a, STATUS_UNREGULATED));
    add_product(&s, plain(a, "avplayer", NULL), quiet_verdict(a, STATUS_UNKNOWN_MAKER));
    add_product(&s, agent(a), due_verdict(a));
    add_product(&s, signed_program(a), advice_verdict(a));
    add_product(&s, kesl(a), due_verdict(a));
    s.coverage = coverage(a);
    s.incomplete = true;
    report_sort(&s);
    return s;
}

struct scan sample_judgement(struct arena *a)
{
    struct scan s = empty_scan(a);

    s.record.workers = 0;
    add_product(&s, kesl(a), due_verdict(a));
    s.coverage = (struct coverage){ .skipped = vec_of(a, sizeof(struct skipped), MANY),
                                    .not_read = vec_of(a, sizeof(struct not_read), MANY),
                                    .unidentified = vec_of(a, sizeof(const char *), MANY) };
    return s;
}

static void write_file(const char *path, struct bytes text)
{
    OWNED(own_fclose) FILE *out = fopen(path, "wbe");

    must(out != NULL && fwrite(text.at, 1, text.len, out) == text.len);
}

void sample_assert_golden(const char *name, struct bytes text)
{
    char path[512];
    const char *source = getenv("HALLMARK_SOURCE");
    struct buf golden = buf_with_limit(MANY * MANY);

    must(source != NULL);
    (void)snprintf(path, sizeof path, "%s/tests/golden/%s", source, name);
    if (getenv("HALLMARK_GOLDEN") != NULL) {
        write_file(path, text);
        return;
    }
    OWNED(own_fclose) FILE *in = fopen(path, "rbe");
    must(in != NULL);
    for (int c = fgetc(in); c != EOF; c = fgetc(in))
        buf_add_byte(&golden, (uint8_t)c);
    const bool same = bytes_equal(buf_bytes(&golden), text);
    if (!same)
        (void)fprintf(stderr, "differs from %s:\n%.*s\n", path, (int)text.len,
                      (const char *)text.at);
    buf_done(&golden);
    must(same);
}

void sample_write_seed(const char *name, struct bytes text)
{
    char path[512];
    const char *dir = getenv("HALLMARK_SEEDS");

    if (dir == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/report", dir);
    (void)mkdir(path, 0777);
    (void)snprintf(path, sizeof path, "%s/report/%s", dir, name);
    write_file(path, text);
}
