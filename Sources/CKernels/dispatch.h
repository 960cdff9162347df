// Which body of a kernel runs on this machine. Every body computes the same bytes; see CKernelsMarks.h.
#ifndef ADMF_DISPATCH_H
#define ADMF_DISPATCH_H

#if defined(__x86_64__)
#define ADMF_X86 1
#define ADMF_TARGET_AVX2 __attribute__((target("avx2,popcnt")))
#define ADMF_TARGET_AVX512 \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,popcnt"), min_vector_width(512)))
/// Calls the body of a kernel that this machine can run: name_avx512, name_avx2 or name_portable.
#define DISPATCH(name, ...)                                   \
    (admf_level() == admf_avx512 ? name##_avx512(__VA_ARGS__) \
     : admf_level() == admf_avx2 ? name##_avx2(__VA_ARGS__)   \
                                 : name##_portable(__VA_ARGS__))
#else
#define ADMF_X86 0
#define DISPATCH(name, ...) name##_portable(__VA_ARGS__)
#endif

enum { admf_portable = 0, admf_avx2 = 1, admf_avx512 = 2 };

/// The widest body this machine can run; `ADMF_VECTORS=portable|avx2|avx512` narrows it.
int admf_level(void);

#endif
