#ifndef JITRUN_JITRUN_H
#define JITRUN_JITRUN_H

/// jitrun: an embeddable, tiered just-in-time compiler. This header is the
/// whole public interface; it needs C++20 and nothing else.
#include "jitrun/Engine.h"

#endif // JITRUN_JITRUN_H
