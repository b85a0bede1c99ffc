/* pe_version.h -- the version resource of a PE file (VS_VERSIONINFO), in every language it has. */
#ifndef PE_VERSION_H
#define PE_VERSION_H

#include "format/format.h"
#include "format/pe_image.h"

/* State a record "version" for each block of strings of each version resource:
 *
 *   block               the block's key, "040904b0"
 *   language, codepage  the numbers in it
 *   resource_language   the language that the resource is filed under
 *   fixed_file_version, fixed_product_version   "1.2.3.4", where the fixed part is there
 *   CompanyName, ProductName, FileVersion, ...  the strings that have a known name, and
 *   string              "Name=value", those that have not
 *
 * A resource without any block gives one record with what it has. What is broken is reported and
 * lost alone. False only when the reader must stop. */
bool pe_version_read(const struct pe_image *image, struct arena *scratch, struct sink *out,
                     struct fault *f) MUST_CHECK;

#endif
