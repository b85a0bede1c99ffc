/* keeper_wall.h -- what the keeper's process can still do once it has the key: read and write the
 * descriptors that it has, write private/signed, and end. */
#ifndef KEEPER_WALL_H
#define KEEPER_WALL_H

#include "core/fault.h"

bool keeper_wall_enter(struct fault *f) MUST_CHECK;

#endif
