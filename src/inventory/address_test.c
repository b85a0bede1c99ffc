#include "inventory/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void contacts_have_a_name_and_a_domain(void **state)
{
    static const struct {
        const char *line;
        const char *name;
        const char *domain;
    } cases[] = {
        { "Debian GCC Maintainers <debian-gcc@lists.debian.org>", "Debian GCC Maintainers",
          "lists.debian.org" },
        { "\"Foo, Inc.\" <a@foo.com>", "Foo, Inc.", "foo.com" },
        { "root@localhost", "", "localhost" },
        { "<a@b.org>", "", "b.org" },
        { "someone", "someone", "" },
        { "A <a@b.org>, B <b@c.org>", "A", "b.org" },
        { "", "", "" },
        { "A <", "A", "" },
        { "A <nonsense>", "A", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct address who = address_of(bytes_of_text(cases[i].line));
        assert_true(bytes_equal_text(who.name, cases[i].name));
        assert_true(bytes_equal_text(who.domain, cases[i].domain));
    }
}

static void pages_have_a_host_and_forges_an_account(void **state)
{
    static const struct {
        const char *url;
        const char *host;
        const char *account;
        bool shared;
    } cases[] = {
        { "https://www.gnu.org/software/bash/", "gnu.org", "", false },
        { "HTTP://User@Ftp.X.org:80/a", "Ftp.X.org", "", false },
        { "https://github.com/besser82/libxcrypt", "github.com", "github.com/besser82", true },
        { "https://github.com/", "github.com", "", true },
        { "https://foo.sourceforge.net/", "foo.sourceforge.net", "", true },
        { "https://notgithub.com/x", "notgithub.com", "", false },
        { "https://localhost/x", "", "", false },
        { "https://", "", "", false },
        { "see www.x.org", "", "", false },
        { "https://.x.org./", "", "", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct bytes url = bytes_of_text(cases[i].url);
        assert_true(bytes_equal_text(address_host(url), cases[i].host));
        assert_true(bytes_equal_text(address_account(url), cases[i].account));
        assert_int_equal(address_is_shared(address_host(url)), cases[i].shared);
    }
}

static void one_owner_has_many_hosts(void **state)
{
    static const struct {
        const char *one;
        const char *other;
        bool same;
    } cases[] = {
        { "docker.com", "docker.com", true },
        { "lists.debian.org", "wiki.debian.org", true },
        { "google.com", "cloud.google.com", true },
        { "x.debian.org", "y.debian.org", false },
        { "github.com", "github.com", false },
        { "a.co.uk", "b.co.uk", false },
        { "gmail.com", "x.org", false },
        { "org", "x.org", false },
        { "", "", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct bytes one = bytes_of_text(cases[i].one);
        const struct bytes other = bytes_of_text(cases[i].other);
        assert_int_equal(address_same_owner(one, other), cases[i].same);
        assert_int_equal(address_same_owner(other, one), cases[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts_have_a_name_and_a_domain),
        cmocka_unit_test(pages_have_a_host_and_forges_an_account),
        cmocka_unit_test(one_owner_has_many_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
