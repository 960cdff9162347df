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
#define all8(mask) (__builtin_reduce_and(mask) != 0)
#define any8(mask) (__builtin_reduce_or(mask) != 0)

#endif
