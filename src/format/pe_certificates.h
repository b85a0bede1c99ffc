/* pe_certificates.h -- the certificate table of a PE file (PE/COFF 5.7): its entries, and what of
 * the file a signature is about. */
#ifndef PE_CERTIFICATES_H
#define PE_CERTIFICATES_H

#include "format/authenticode.h"
#include "format/digest_pass.h"
#include "format/pe_image.h"

/* Add the signatures of every entry. What is broken is reported and lost alone: a length that lies
 * is stepped over by the length of the message it holds.
 *
 * An entry may hold more than its message. The digest does not cover it, so installers put their
 * own data there, and so may anybody: stated as a record "unsigned" with entry and bytes. */
bool pe_certificates_add(const struct pe_image *image, struct authenticode *all, struct sink *out,
                         struct fault *f) MUST_CHECK;

/* The parts that Authenticode's digest is over: all but the checksum, the table's own directory
 * entry, and the table. A table that lies over headers or sections, or has bytes behind it, is not
 * left out, so that no digest matches: inside such a table other code could be loaded than was
 * signed, with the rest of the file still reading the same. Windows refuses both. */
void pe_certificates_digest_parts(const struct pe_image *image, struct digest_job *job);

#endif
