#include "inventory/makers.h"

#include "core/limits.h"
#include "core/text.h"
#include "inventory/address.h"

/* What packaging tools write where nobody was named. */
static bool is_nobody(struct bytes name)
{
    static const char *const nobody[] = { "none", "None",   "unknown", "Unknown",
                                          "root", "(none)", "N/A",     "n/a" };

    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        if (bytes_equal_text(name, nobody[i]))
            return true;
    }
    return name.len == 0;
}

/* One claim named by `line`: its name, or the domain of a mail address alone. `says` is the
 * sentence but for the line itself. */
static bool add_line(struct product *p, enum maker_role role, const char *says, struct bytes line,
                     struct arena *a, struct fault *f)
{
    const struct address who = address_of(line);

    if (is_nobody(who.name) && (who.domain.len == 0 || address_is_shared(who.domain)))
        return true;
    const char *text = text_from(a, line, LIMIT_NAME, f);
    const char *domain = address_text(a, who.domain, f);
    const struct claim claim = {
        .name = is_nobody(who.name) ? domain : text_from(a, who.name, LIMIT_NAME, f),
        .role = role,
        .strength = STRENGTH_MEDIUM,
        .evidence = text == NULL ? NULL : arena_print(a, f, "%s: %s", says, text),
        .domain = domain,
    };
    return claim.name != NULL && claim.evidence != NULL &&
           (who.domain.len == 0 || domain != NULL) && product_add_claim(p, &claim, f);
}

static bool add_field(struct product *p, enum maker_role role, const char *place, const char *field,
                      struct bytes line, struct arena *a, struct fault *f)
{
    if (line.len == 0)
        return true;
    const char *says = arena_print(a, f, "%s: %s", place, field);
    return says != NULL && add_line(p, role, says, line, a, f);
}

/* The maintainer as originator: why he is that stands in the evidence. */
static bool add_author(struct product *p, const struct makers *m, struct arena *a, struct fault *f)
{
    const struct address maintainer = address_of(m->maintainer);
    const bool at_home = address_same_owner(maintainer.domain, address_host(m->homepage));
    const struct bytes author = m->author.len > 0 ? m->author
                                : at_home         ? m->maintainer
                                                  : (struct bytes){ 0 };

    if (author.len == 0)
        return true;
    const char *says = arena_print(
        a, f, "%s: %s", m->place,
        m->author.len > 0 ? m->why : "the maintainer's address is at the product's home page");
    return says != NULL && add_line(p, MAKER_ORIGINATOR, says, author, a, f);
}

static bool add_homepage(struct product *p, const struct makers *m, struct arena *a,
                         struct fault *f)
{
    const struct bytes host = address_host(m->homepage);
    const struct bytes account = address_account(m->homepage);
    const bool shared = address_is_shared(host);

    if (host.len == 0 || (shared && account.len == 0))
        return true;
    const char *name = address_text(a, shared ? account : host, f);
    const char *page = text_from(a, m->homepage, LIMIT_NAME, f);
    if (name == NULL || page == NULL)
        return false;
    const struct claim claim = {
        .name = name,
        .role = MAKER_ORIGINATOR,
        .strength = STRENGTH_WEAK,
        .evidence = arena_print(a, f, "%s: home page %s", m->place, page),
        .domain = shared ? NULL : name,
    };
    return claim.evidence != NULL && product_add_claim(p, &claim, f);
}

bool makers_add(struct product *p, const struct makers *m, struct arena *a, struct fault *f)
{
    const char *maintainer = m->maintainer_field == NULL ? "Maintainer" : m->maintainer_field;

    return add_field(p, MAKER_SUPPLIER, m->place, "Vendor", m->distributor, a, f) &&
           add_field(p, MAKER_SUPPLIER, m->place, maintainer, m->maintainer, a, f) &&
           add_field(p, MAKER_SUPPLIER, m->place, "Origin", m->origin, a, f) &&
           add_field(p, MAKER_ORIGINATOR, m->place, "Vendor", m->vendor, a, f) &&
           add_author(p, m, a, f) && add_homepage(p, m, a, f);
}
