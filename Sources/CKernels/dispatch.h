// Which body of a kernel runs on this machine. Every body computes the same bytes; see CKernelsMarks.h.
#ifndef ADMF_DISPATCH_H
#define ADMF_DISPATCH_H

#if defined(__x86_64__)
#define ADMF_X86 1
#else
#define ADMF_X86 0
#endif

enum { admf_portable = 0, admf_avx2 = 1, admf_avx512 = 2 };

/// The widest body this machine can run; `ADMF_VECTORS=portable|avx2|avx512` narrows it.
int admf_level(void);

#endif
