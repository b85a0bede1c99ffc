#include "format/holder.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(const char *text, const char *records)
{
    char *found =
        trial_records(&debcopyright_format, &(struct reading){ .all = bytes_of_text(text) });

    assert_string_equal(found, records);
    free(found);
}

/* One line of prose, and whom it names; NULL for nobody. */
static const struct {
    const char *line;
    const char *name;
} notices[] = {
    { "Copyright (C) 1989, 1991-2002 Free Software Foundation, Inc.",
      "Free Software Foundation, Inc." },
    { "Copyright (C) 1985-2022 by the Massachusetts Institute of Technology.",
      "Massachusetts Institute of Technology" },
    { "GCC is Copyright (C) 1986, 1987,\n1988, 1989\nFree Software Foundation, Inc.\n",
      "Free Software Foundation, Inc." },
    { " * Copyright Thorsten Kukuk, Bj\xc3\xb6rn Esser; LGPL (v2.1 or later):", "Thorsten Kukuk" },
    { "libsemanage is Copyright \xc2\xa9 2004-2007 Tresys Technology, LLC",
      "Tresys Technology, LLC" },
    { "Copyright (c) 2009\xe2\x80\x93"
      "2019 g10 Code GmbH",
      "g10 Code GmbH" },
    { "Copyright 1996-97, 2001-present A. B. Clark <a@b.org>", "A. B. Clark" },
    { "Copyright (c) 1990, 2013 Oracle and/or its affiliates.  All rights reserved.", "Oracle" },
    { "Copyright: 1992-1993 Jean-loup Gailly and Mark Adler", "Jean-loup Gailly" },
    { "(c) 2001 National Institute of Standards and Technology",
      "National Institute of Standards and Technology" },
    { "Copyright (C) 2006-2012 \xd0\x90\xd0\x9e \xd0\x9b\xd0\xb0\xd0\xb1",
      "\xd0\x90\xd0\x9e \xd0\x9b\xd0\xb0\xd0\xb1" },
    { "Copyright \xa9 1999 Caf\xe9 Ltd", "Caf\xe9 Ltd" },
    { "Copyright (C) <year>  <name of author>", NULL },
    { "Copyright [yyyy] [name of copyright owner]", NULL },
    { "The above copyright notice shall be included in all copies", NULL },
    { "COPYRIGHT HOLDERS AND CONTRIBUTORS", NULL },
    { "Copyright 1998 see individual files", NULL },
    { "Copyright and license:", NULL },
    { "Debian support files Copyright (C) 2006 Michael Vogt", NULL },
    { "Portions Copyright (C) 2006 Some One", NULL },
    { "Hugo Beauz\xc3\xa9"
      "e-Luyssen <hugo at beauzee.fr>",
      NULL },
    { "Copyright (C) 1989, 1991 Free Software Foundation, Inc.\n"
      "Everyone is permitted to copy and distribute verbatim copies\n",
      NULL },
};

static void names_the_holder_of_a_notice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
        const struct bytes found = holder_of_line(bytes_of_text(notices[i].line));
        const struct bytes wanted =
            notices[i].name == NULL ? (struct bytes){ 0 } : bytes_of_text(notices[i].name);
        if (!bytes_equal(found, wanted))
            print_error("%s: found '%.*s'\n", notices[i].line, (int)found.len,
                        found.len == 0 ? "" : (const char *)found.at);
        assert_true(bytes_equal(found, wanted));
    }
}

static void reads_the_machine_readable_form(void **state)
{
    (void)state;
    expect("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
           "Upstream-Name: x\nUpstream-Contact: X Team <x@lists.x.org>\n\n"
           "Files: debian/*\nCopyright: 2001 A Packager <p@debian.org>\n\n"
           "Files: doc/*\nCopyright: 2002 A Writer\n\n"
           "Files: *\nCopyright:\n (see individual files)\n 1999, 2000,\n   2001 The X Project\n"
           " 2003 Other\nLicense: GPL\n",
           "holder: name=X Project text=2001 The X Project line=15\n"
           "contact: name=X Team domain=lists.x.org text=Upstream-Contact: X Team "
           "<x@lists.x.org> line=3\n");
    expect(
        "Format: x\nUpstream-Contact:\n IRC: Freenode, #x\n x@y.org\n https://y.org\n\n"
        "Files: *\nCopyright: public-domain\n\nFiles: a\nCopyright: Perl is Copyright (C) 1987 by "
        "Larry Wall and others.\n",
        "holder: name=Larry Wall text=Copyright: Perl is Copyright (C) 1987 by Larry Wall and "
        "others. line=11\n");
}

static void reads_prose(void **state)
{
    (void)state;
    expect(
        "This is Debian's package of x.\n\nUpstream Authors: Fabio Fiorina <f@gnutls.org>\n"
        "                  Simon Josefsson\n\nHowever, one file (a.c) is\n  Copyright: 2004 Red "
        "Hat, Inc.\n\nCopyright (library):\n/*\n * Copyright (C) 2000-2022 Free Software "
        "Foundation, Inc.\n",
        "holder: name=Free Software Foundation, Inc. text=* Copyright (C) 2000-2022 Free Software "
        "Foundation, Inc. line=11\n"
        "author: name=Fabio Fiorina domain=gnutls.org text=Upstream Authors: Fabio Fiorina "
        "<f@gnutls.org> line=3\n");
    expect("Author:\n\n  Guido van Rossum <guido@cwi.nl> and others.\n",
           "author: name=Guido van Rossum domain=cwi.nl text=Guido van Rossum <guido@cwi.nl> and "
           "others. line=3\n");
    expect("All of this is in the public domain.\n", "");
}

static void survives_the_trial(void **state)
{
    (void)state;
    trial_format(&(struct trial){
        .format = &debcopyright_format,
        .name = "dep5",
        .good = bytes_of_text("Format: x/1.0/\nUpstream-Contact: X Team <x@x.org>\n\n"
                              "Files: *\nCopyright: 1999, 2000,\n  2001 The X Project, Inc.\n"),
    });
    trial_format(&(struct trial){
        .format = &debcopyright_format,
        .name = "prose",
        .good = bytes_of_text("Author: A. B <a@b.org>\n\nIt is Copyright \xc2\xa9 1990,\n1991\nC "
                              "(D) Efg and others.\n"),
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_holder_of_a_notice),
        cmocka_unit_test(reads_the_machine_readable_form),
        cmocka_unit_test(reads_prose),
        cmocka_unit_test(survives_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
