// Includes ADMF_BODY once per instruction set, with TARGET (an attribute) and NAME(x) (the name of this version of x) defined.
// No include guard: each file of kernels has a body of its own.
#define TARGET
#define NAME(x) x##_portable
#include ADMF_BODY
#undef TARGET
#undef NAME

#if ADMF_X86
#define TARGET ADMF_TARGET_AVX2
#define NAME(x) x##_avx2
#include ADMF_BODY
#undef TARGET
#undef NAME

#define TARGET ADMF_TARGET_AVX512
#define NAME(x) x##_avx512
#include ADMF_BODY
#undef TARGET
#undef NAME
#endif

#undef ADMF_BODY
