// Eight doubles as one value: the compiler splits it where the machine's vectors are narrower.
// Macros, not functions, because a vector argument has another calling convention on every instruction set.
#ifndef ADMF_VECTORS_H
#define ADMF_VECTORS_H

#include <stdint.h>

typedef double v8 __attribute__((ext_vector_type(8)));
typedef long m8 __attribute__((ext_vector_type(8)));
typedef double v8u __attribute__((ext_vector_type(8), aligned(8)));

#define load8(p) ((v8) * (const v8u *)(p))
#define store8(p, v) (*(v8u *)(p) = (v8u)(v))
#define splat8(s) ((v8)(double)(s))
// One bit a lane: a single move where the machine keeps masks in registers of their own.
typedef _Bool b8 __attribute__((ext_vector_type(8)));
#define bits8(mask)                                              \
    ({                                                           \
        b8 lanes_ = __builtin_convertvector((m8)(mask), b8);     \
        uint8_t bits_;                                           \
        __builtin_memcpy(&bits_, &lanes_, 1);                    \
        bits_;                                                   \
    })
#define all8(mask) (bits8(mask) == 0xFF)
#define any8(mask) (bits8(mask) != 0)

#endif
