#include "dispatch.h"

#include <stdlib.h>
#include <string.h>

static int probe(void) {
    int level = admf_portable;
#if ADMF_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) level = admf_avx2;
    if (level == admf_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        level = admf_avx512;
#endif
    const char *wanted = getenv("ADMF_VECTORS");
    if (wanted) {
        if (strcmp(wanted, "portable") == 0) level = admf_portable;
        if (strcmp(wanted, "avx2") == 0 && level > admf_avx2) level = admf_avx2;
    }
    return level;
}

static int chosen_level = 0;

// Before main, in one thread: later readers need no synchronisation.
__attribute__((constructor)) static void choose(void) { chosen_level = probe(); }

int admf_level(void) { return chosen_level; }
