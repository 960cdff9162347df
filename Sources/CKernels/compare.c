// See CKernelsCompare.h. One macro per instruction set writes every comparison, so that the three cannot drift apart.
#include "CKernelsCompare.h"

#include <stdatomic.h>

#include "dispatch.h"

// ---- Portable: 64 comparisons gathered bit by bit; also the tail of the vector versions.

#define BITS(from, upto, expression, out)                                                                               \
    do {                                                                                                                \
        for (size_t word = (from); word < (upto); word += 64) {                                                         \
            size_t last = (upto) - word < 64 ? (upto) - word : 64;                                                      \
            uint64_t bits = 0;                                                                                          \
            for (size_t bit = 0; bit < last; bit++) {                                                                   \
                size_t i = word + bit;                                                                                  \
                bits |= (uint64_t)(expression) << bit;                                                                  \
            }                                                                                                           \
            (out)[word / 64] = bits;                                                                                    \
        }                                                                                                               \
    } while (0)

#define DIFFERS(x, y) (((x) < (y)) | ((x) > (y)))

#define PORTABLE(name, test_columns, test_scalar)                                                                       \
    static void name##_portable(const double *a, const double *b, size_t from, size_t count, uint64_t *out) {            \
        BITS(from, count, test_columns, out);                                                                           \
    }                                                                                                                   \
    static void name##_scalar_portable(const double *a, double b, size_t from, size_t count, uint64_t *out) {            \
        BITS(from, count, test_scalar, out);                                                                            \
    }

PORTABLE(gt, a[i] > b[i], a[i] > b)
PORTABLE(ge, a[i] >= b[i], a[i] >= b)
PORTABLE(lt, a[i] < b[i], a[i] < b)
PORTABLE(le, a[i] <= b[i], a[i] <= b)
PORTABLE(eq, a[i] == b[i], a[i] == b)
PORTABLE(ne, DIFFERS(a[i], b[i]), DIFFERS(a[i], b))

#if defined(__x86_64__)
#include <immintrin.h>

// ---- AVX2: 16 compares of 4 doubles make a word.

#define AVX2_WORD(load_b, predicate, result)                                                                            \
    uint64_t result = 0;                                                                                                \
    for (size_t k = 0; k < 64; k += 4) {                                                                                \
        __m256d x = _mm256_loadu_pd(a + i + k);                                                                         \
        uint64_t mask = (uint64_t)_mm256_movemask_pd(_mm256_cmp_pd(x, load_b, predicate));                              \
        result |= mask << k;                                                                                            \
    }

#define AVX2(name, predicate)                                                                                           \
    __attribute__((target("avx2"))) static void name##_avx2(                                                            \
        const double *a, const double *b, size_t count, uint64_t *out) {                                                \
        size_t i = 0;                                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                                              \
            AVX2_WORD(_mm256_loadu_pd(b + i + k), predicate, bits)                                                      \
            out[i / 64] = bits;                                                                                         \
        }                                                                                                               \
        name##_portable(a, b, i, count, out);                                                                           \
    }                                                                                                                   \
    __attribute__((target("avx2"))) static void name##_scalar_avx2(                                                     \
        const double *a, double b, size_t count, uint64_t *out) {                                                       \
        const __m256d y = _mm256_set1_pd(b);                                                                            \
        size_t i = 0;                                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                                              \
            AVX2_WORD(y, predicate, bits)                                                                               \
            out[i / 64] = bits;                                                                                         \
        }                                                                                                               \
        name##_scalar_portable(a, b, i, count, out);                                                                    \
    }

AVX2(gt, _CMP_GT_OQ)
AVX2(ge, _CMP_GE_OQ)
AVX2(lt, _CMP_LT_OQ)
AVX2(le, _CMP_LE_OQ)
AVX2(eq, _CMP_EQ_OQ)
AVX2(ne, _CMP_NEQ_OQ)

#define AVX2_BOTH(name, type, load_b, tail)                                                                             \
    __attribute__((target("avx2"))) static void name##_avx2(                                                            \
        const double *a, type b, size_t count, uint64_t *greater, uint64_t *less) {                                     \
        size_t i = 0;                                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                                              \
            uint64_t above = 0, below = 0;                                                                              \
            for (size_t k = 0; k < 64; k += 4) {                                                                        \
                __m256d x = _mm256_loadu_pd(a + i + k);                                                                 \
                __m256d y = load_b;                                                                                     \
                above |= (uint64_t)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_GT_OQ)) << k;                            \
                below |= (uint64_t)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_LT_OQ)) << k;                            \
            }                                                                                                           \
            greater[i / 64] = above;                                                                                    \
            less[i / 64] = below;                                                                                       \
        }                                                                                                               \
        gt##tail##_portable(a, b, i, count, greater);                                                                   \
        lt##tail##_portable(a, b, i, count, less);                                                                      \
    }

AVX2_BOTH(both, const double *, _mm256_loadu_pd(b + i + k), )
AVX2_BOTH(both_scalar, double, _mm256_set1_pd(b), _scalar)

// ---- AVX-512: 8 compares of 8 doubles make a word, the masks come for nothing.

#define AVX512_WORD(load_b, predicate, result)                                                                          \
    uint64_t result = 0;                                                                                                \
    for (size_t k = 0; k < 64; k += 8) {                                                                                \
        __m512d x = _mm512_loadu_pd(a + i + k);                                                                         \
        result |= (uint64_t)_mm512_cmp_pd_mask(x, load_b, predicate) << k;                                              \
    }

#define AVX512(name, predicate)                                                                                         \
    __attribute__((target("avx512f"))) static void name##_avx512(                                                       \
        const double *a, const double *b, size_t count, uint64_t *out) {                                                \
        size_t i = 0;                                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                                              \
            AVX512_WORD(_mm512_loadu_pd(b + i + k), predicate, bits)                                                    \
            out[i / 64] = bits;                                                                                         \
        }                                                                                                               \
        name##_portable(a, b, i, count, out);                                                                           \
    }                                                                                                                   \
    __attribute__((target("avx512f"))) static void name##_scalar_avx512(                                                \
        const double *a, double b, size_t count, uint64_t *out) {                                                       \
        const __m512d y = _mm512_set1_pd(b);                                                                            \
        size_t i = 0;                                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                                              \
            AVX512_WORD(y, predicate, bits)                                                                             \
            out[i / 64] = bits;                                                                                         \
        }                                                                                                               \
        name##_scalar_portable(a, b, i, count, out);                                                                    \
    }

AVX512(gt, _CMP_GT_OQ)
AVX512(ge, _CMP_GE_OQ)
AVX512(lt, _CMP_LT_OQ)
AVX512(le, _CMP_LE_OQ)
AVX512(eq, _CMP_EQ_OQ)
AVX512(ne, _CMP_NEQ_OQ)

#define AVX512_BOTH(name, type, load_b, tail)                                                                           \
    __attribute__((target("avx512f"))) static void name##_avx512(                                                       \
        const double *a, type b, size_t count, uint64_t *greater, uint64_t *less) {                                     \
        size_t i = 0;                                                                                                   \
        for (; i + 64 <= count; i += 64) {                                                                              \
            uint64_t above = 0, below = 0;                                                                              \
            for (size_t k = 0; k < 64; k += 8) {                                                                        \
                __m512d x = _mm512_loadu_pd(a + i + k);                                                                 \
                __m512d y = load_b;                                                                                     \
                above |= (uint64_t)_mm512_cmp_pd_mask(x, y, _CMP_GT_OQ) << k;                                           \
                below |= (uint64_t)_mm512_cmp_pd_mask(x, y, _CMP_LT_OQ) << k;                                           \
            }                                                                                                           \
            greater[i / 64] = above;                                                                                    \
            less[i / 64] = below;                                                                                       \
        }                                                                                                               \
        gt##tail##_portable(a, b, i, count, greater);                                                                   \
        lt##tail##_portable(a, b, i, count, less);                                                                      \
    }

AVX512_BOTH(both, const double *, _mm512_loadu_pd(b + i + k), )
AVX512_BOTH(both_scalar, double, _mm512_set1_pd(b), _scalar)

static int best_level(void) {
    const int level = admf_level();
    return level == admf_avx512 ? ADMF_COMPARE_AVX512 : level == admf_avx2 ? ADMF_COMPARE_AVX2 : ADMF_COMPARE_PORTABLE;
}
#define COMPARE(name, tail, ...)                                                                                       \
    switch (admf_compare_level()) {                                                                                     \
    case ADMF_COMPARE_AVX512: name##_avx512(__VA_ARGS__); return;                                                       \
    case ADMF_COMPARE_AVX2: name##_avx2(__VA_ARGS__); return;                                                           \
    default: tail; return;                                                                                              \
    }
#else
static int best_level(void) { return ADMF_COMPARE_PORTABLE; }
#define COMPARE(name, tail, ...) tail;
#endif

// Relaxed is enough: every thread that finds -1 works out the same answer.
static _Atomic int current_level = -1;

int admf_compare_level(void) {
    int level = atomic_load_explicit(&current_level, memory_order_relaxed);
    if (level < 0) {
        level = best_level();
        atomic_store_explicit(&current_level, level, memory_order_relaxed);
    }
    return level;
}

void admf_compare_set_level(int level) {
    int best = best_level();
    atomic_store_explicit(&current_level, level < 0 || level > best ? best : level, memory_order_relaxed);
}

#define PUBLIC_COLUMNS(name)                                                                                            \
    void admf_compare_##name(const double *a, const double *b, size_t count, uint64_t *out) {                           \
        COMPARE(name, name##_portable(a, b, 0, count, out), a, b, count, out)                                          \
    }
#define PUBLIC_SCALAR(name)                                                                                             \
    void admf_compare_##name##_scalar(const double *a, double b, size_t count, uint64_t *out) {                         \
        COMPARE(name##_scalar, name##_scalar_portable(a, b, 0, count, out), a, b, count, out)                          \
    }

PUBLIC_COLUMNS(gt)
PUBLIC_COLUMNS(ge)
PUBLIC_COLUMNS(lt)
PUBLIC_COLUMNS(le)
PUBLIC_COLUMNS(eq)
PUBLIC_COLUMNS(ne)
PUBLIC_SCALAR(gt)
PUBLIC_SCALAR(ge)
PUBLIC_SCALAR(lt)
PUBLIC_SCALAR(le)
PUBLIC_SCALAR(eq)
PUBLIC_SCALAR(ne)

static void both_portable(const double *a, const double *b, size_t count, uint64_t *greater, uint64_t *less) {
    gt_portable(a, b, 0, count, greater);
    lt_portable(a, b, 0, count, less);
}

static void both_scalar_portable(const double *a, double b, size_t count, uint64_t *greater, uint64_t *less) {
    gt_scalar_portable(a, b, 0, count, greater);
    lt_scalar_portable(a, b, 0, count, less);
}

void admf_compare_both(const double *a, const double *b, size_t count, uint64_t *greater, uint64_t *less) {
    COMPARE(both, both_portable(a, b, count, greater, less), a, b, count, greater, less)
}

void admf_compare_both_scalar(const double *a, double b, size_t count, uint64_t *greater, uint64_t *less) {
    COMPARE(both_scalar, both_scalar_portable(a, b, count, greater, less), a, b, count, greater, less)
}
