#include <isa-l.h>

// A macro of sums, which Swift does not see.
enum { admf_isal_level1_bytes = ISAL_DEF_LVL1_DEFAULT };
