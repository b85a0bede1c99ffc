#include "inventory/address.h"

#include "core/limits.h"
#include "core/text.h"

#include <string.h>
#include <strings.h>

struct address address_of(struct bytes line)
{
    line = bytes_trim(bytes_part(line, 0, bytes_index(line, '\n')));
    const size_t open = bytes_index(line, '<');
    struct bytes name = bytes_trim(bytes_part(line, 0, open));
    struct bytes mail = bytes_part(line, open + 1, line.len);

    if (open == line.len && bytes_index(line, '@') < line.len) {
        mail = line;
        name = (struct bytes){ 0 };
    }
    mail = bytes_part(mail, 0, bytes_index(mail, '>'));
    if (name.len > 1 && name.at[0] == '"' && name.at[name.len - 1] == '"')
        name = bytes_trim(bytes_part(name, 1, name.len - 2));
    struct bytes domain = bytes_part(mail, bytes_index(mail, '@') + 1, mail.len);
    domain = bytes_trim(bytes_part(domain, 0, bytes_index(domain, ' ')));
    return (struct address){ .name = name, .domain = domain };
}

static bool begins(struct bytes b, const char *prefix)
{
    const size_t len = strlen(prefix);

    return b.len >= len && strncasecmp((const char *)b.at, prefix, len) == 0;
}

/* After "scheme://"; empty for what has none. */
static struct bytes after_scheme(struct bytes url)
{
    static const char *const schemes[] = { "https://", "http://", "ftp://", "git://" };

    url = bytes_trim(url);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (begins(url, schemes[i]))
            return bytes_part(url, strlen(schemes[i]), url.len);
    }
    return (struct bytes){ 0 };
}

/* Letters, digits, '-' and '.', with a dot inside: what a name service could answer for. */
static bool is_host(struct bytes b)
{
    if (b.len < 4 || bytes_index(b, '.') == b.len || b.at[0] == '.' || b.at[b.len - 1] == '.')
        return false;
    for (size_t i = 0; i < b.len; i++) {
        const uint8_t c = b.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '.'))
            return false;
    }
    return true;
}

struct bytes address_host(struct bytes url)
{
    const struct bytes rest = after_scheme(url);
    size_t end = 0;

    while (end < rest.len && memchr("/?# \t\n", rest.at[end], 6) == NULL)
        end++;
    struct bytes host = bytes_part(rest, 0, end);
    const size_t user = bytes_index(host, '@');
    if (user < host.len)
        host = bytes_part(host, user + 1, host.len);
    host = bytes_part(host, 0, bytes_index(host, ':'));
    if (begins(host, "www."))
        host = bytes_part(host, 4, host.len);
    return is_host(host) ? host : (struct bytes){ 0 };
}

/* `host` is `domain`, or a host below it. */
static bool is_within(struct bytes host, struct bytes domain)
{
    if (domain.len == 0 || host.len < domain.len ||
        strncasecmp((const char *)host.at + (host.len - domain.len), (const char *)domain.at,
                    domain.len) != 0)
        return false;
    return host.len == domain.len || host.at[host.len - domain.len - 1] == '.';
}

static const char *const shared[] = {
    "github.com",
    "github.io",
    "githubusercontent.com",
    "gitlab.com",
    "gitlab.io",
    "bitbucket.org",
    "codeberg.org",
    "codeberg.page",
    "sr.ht",
    "sourceforge.net",
    "sourceforge.io",
    "sf.net",
    "savannah.gnu.org",
    "nongnu.org",
    "launchpad.net",
    "code.google.com",
    "googlecode.com",
    "sites.google.com",
    "pypi.org",
    "pypi.python.org",
    "pythonhosted.org",
    "readthedocs.io",
    "readthedocs.org",
    "metacpan.org",
    "cpan.org",
    "hackage.haskell.org",
    "rubygems.org",
    "rubyforge.org",
    "npmjs.com",
    "npmjs.org",
    "crates.io",
    "cran.r-project.org",
    "pkg.go.dev",
    "godoc.org",
    "salsa.debian.org",
    "alioth.debian.org",
    "people.debian.org",
    "packages.debian.org",
    "tracker.debian.org",
    "packages.qa.debian.org",
    "anonscm.debian.org",
    "invent.kde.org",
    "gitlab.gnome.org",
    "gitlab.freedesktop.org",
    "gitorious.org",
    "freecode.com",
    "freshmeat.net",
    "berlios.de",
    "tigris.org",
    "wordpress.com",
    "blogspot.com",
    "wikipedia.org",
    "web.archive.org",
    "archive.org",
    "googlegroups.com",
    "groups.io",
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "icloud.com",
    "proton.me",
    "protonmail.com",
    "mail.ru",
    "yandex.ru",
    "qq.com",
    "163.com",
    "126.com",
    "posteo.de",
    "mailbox.org",
    "fastmail.com",
    "riseup.net",
    "users.noreply.github.com",
};

bool address_is_shared(struct bytes host)
{
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        if (is_within(host, bytes_of_text(shared[i])))
            return true;
    }
    return false;
}

struct bytes address_account(struct bytes url)
{
    static const char *const forges[] = { "github.com", "gitlab.com", "bitbucket.org",
                                          "codeberg.org" };
    struct bytes rest = after_scheme(url);

    if (begins(rest, "www."))
        rest = bytes_part(rest, 4, rest.len);
    for (size_t i = 0; i < sizeof forges / sizeof forges[0]; i++) {
        const size_t host = strlen(forges[i]);
        if (!begins(rest, forges[i]) || rest.len < host + 2 || rest.at[host] != '/')
            continue;
        const struct bytes account = bytes_part(rest, host + 1, rest.len);
        const size_t len = bytes_index(account, '/');
        return len == 0 ? (struct bytes){ 0 } : bytes_part(rest, 0, host + 1 + len);
    }
    return (struct bytes){ 0 };
}

/* "lists.debian.org" is Debian's as "debian.org" is. */
static struct bytes without_role(struct bytes host)
{
    static const char *const roles[] = { "lists.", "list.", "mail.", "www.", "wiki." };

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const struct bytes rest = bytes_part(host, strlen(roles[i]), host.len);
        if (begins(host, roles[i]) && is_host(rest))
            return rest;
    }
    return host;
}

bool address_same_owner(struct bytes host, struct bytes other)
{
    if (!is_host(host) || !is_host(other) || address_is_shared(host) || address_is_shared(other))
        return false;
    host = without_role(host);
    other = without_role(other);
    return is_within(host, other) || is_within(other, host);
}

char *address_text(struct arena *a, struct bytes domain, struct fault *f)
{
    char *text = domain.len == 0 ? NULL : text_from(a, domain, LIMIT_NAME, f);

    for (char *at = text; at != NULL && *at != '\0'; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + ('a' - 'A')) : *at;
    return text;
}
