// Included once per instruction set with NAME(x) and TARGET defined. Vectors are the compiler's own, 8 doubles wide,
// so that every instruction set performs the same operations in the same lanes.

// Equity of the bar at an offset of the span: as it is, or of one position, `base + quantity x price`.
#define EQUITY8(k) (priced ? base + quantity * load8(x + (k)) : load8(x + (k)))
#define EQUITY1(k) (priced ? base + quantity * x[k] : x[k])

// Everything that a run of bars changes, in registers while it is taken.
#define LOAD_SUMS()                                                                                                     \
    sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log),             \
    sum_log2 = load8(m->sum_log2), least = load8(m->least), inverse_peak = splat8(m->inverse_peak),                      \
    calm_low = splat8(m->calm_low), calm_high = splat8(m->calm_high),                                                    \
    inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference),                          \
    under_run = m->under_run
#define STORE_SUMS()                                                                                                    \
    do {                                                                                                                \
        store8(m->sum_equity, sum_equity);                                                                              \
        store8(m->sum_drawdown2, sum_drawdown2);                                                                        \
        store8(m->sum_log, sum_log);                                                                                    \
        store8(m->sum_log2, sum_log2);                                                                                  \
        store8(m->least, least);                                                                                        \
        m->under_run = under_run;                                                                                       \
    } while (0)

// Takes the bars of one group that are `inside`; `whole` is a constant, and where it holds all of them are.
#define TAKE_GROUP(offset, whole, inside, taken)                                                                        \
    do {                                                                                                                \
        v8 e = EQUITY8(offset);                                                                                         \
        if (!(whole)) e = (inside) ? e : last;                                                                          \
        if (wants_returns) {                                                                                            \
            v8 r = e / __builtin_shufflevector(previous, e, 7, 8, 9, 10, 11, 12, 13, 14) - 1.0;                         \
            previous = e;                                                                                               \
            store8(out + (offset), (whole) ? r : ((inside) ? r : load8(out + (offset))));                               \
            sum_returns += (whole) ? r : ((inside) ? r : zero);                                                         \
        }                                                                                                               \
        /* Under the peak and close to the reference: nothing but sums can change. */                                   \
        m8 calm = (e < calm_high) & (e > calm_low);                                                                     \
        if (!(whole)) calm |= ~(inside);                                                                                \
        if (__builtin_expect(!all8(calm), 0)) {                                                                         \
            STORE_SUMS();                                                                                               \
            for (int64_t k = 0; k < 8; k++)                                                                             \
                if ((whole) || (inside)[k])                                                                             \
                    mark_one(m, k, EQUITY1((offset) + k), first + (offset) + k, m->return_count + (offset) + k);        \
            LOAD_SUMS();                                                                                                \
            break;                                                                                                      \
        }                                                                                                               \
        v8 drawdown = 1.0 - e * inverse_peak;                                                                           \
        v8 log = zero;                                                                                                  \
        if (wants_returns) {                                                                                            \
            v8 y = e * inverse_reference - 1.0, y2 = y * y;                                                             \
            log = log_reference + LOG_NEAR_ONE(y, y2);                                                                  \
        }                                                                                                               \
        if (!(whole)) {                                                                                                 \
            /* Adding +0 changes no sum. */                                                                             \
            least = ((inside) & (e < least)) ? e : least;                                                               \
            e = (inside) ? e : zero;                                                                                    \
            drawdown = (inside) ? drawdown : zero;                                                                      \
            log = (inside) ? log : zero;                                                                                \
        } else {                                                                                                        \
            least = e < least ? e : least;                                                                              \
        }                                                                                                               \
        sum_equity += e;                                                                                                \
        sum_drawdown2 += drawdown * drawdown;                                                                           \
        under_run += (taken);                                                                                           \
        if (wants_returns) {                                                                                            \
            sum_log += log;                                                                                             \
            sum_log2 += log * log;                                                                                      \
        }                                                                                                               \
    } while (0)

// A group that begins before the span or ends after it.
#define TAKE_PART(offset)                                                                                               \
    do {                                                                                                                \
        const int64_t begin = (offset) < 0 ? -(offset) : 0, end = (offset) + 8 > count ? count - (offset) : 8;          \
        const m8 inside = (lanes >= (double)begin) & (lanes < (double)end);                                             \
        TAKE_GROUP(offset, 0, inside, end - begin);                                                                     \
    } while (0)

// `priced` and `wants_returns` are constants where this is inlined, so each use is a loop of its own.
TARGET static inline __attribute__((always_inline)) void NAME(marks_loop)(
    admf_marks *m, int64_t first, const double *x, int64_t count, const int priced, const int wants_returns, double base,
    double quantity) {
    v8 sum_equity, sum_drawdown2, sum_log, sum_log2, least, inverse_peak, calm_low, calm_high, inverse_reference,
        log_reference;
    int64_t under_run;
    LOAD_SUMS();
    v8 sum_passed = load8(m->sum_passed), sum_returns = load8(m->sum_returns);
    const v8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    const v8 zero = splat8(0.0);
    double *out = m->returns + m->return_count;
    // What is not of the span counts as the equity before it, so that its first bar has the right predecessor.
    const v8 last = splat8(m->last);
    v8 previous = last;
    // Groups of eight indices, aligned: the first and the last one may be taken in part. `offset` counts from the span.
    int64_t offset = -(first & 7);
    sum_passed += (double)((first + offset - m->group) / 8) * sum_log;
    if (offset < 0 || count < 8) {
        TAKE_PART(offset);
        offset += 8;
        if (offset < count) sum_passed += sum_log;
    }
    for (; offset + 8 <= count; offset += 8) {
        TAKE_GROUP(offset, 1, (m8)(-1L), 8);
        if (offset + 8 < count) sum_passed += sum_log;
    }
    if (offset < count) TAKE_PART(offset);
    STORE_SUMS();
    store8(m->sum_passed, sum_passed);
    m->group = (first + count - 1) & ~(int64_t)7;
    if (wants_returns) {
        store8(m->sum_returns, sum_returns);
        m->return_count += count;
    }
    m->last = EQUITY1(count - 1);
}

#undef TAKE_PART
#undef TAKE_GROUP
#undef STORE_SUMS
#undef LOAD_SUMS

TARGET static void NAME(marks_exposed)(admf_marks *m, int64_t first, const double *equity, int64_t count) {
    if (m->wants_returns) {
        NAME(marks_loop)(m, first, equity, count, 0, 1, 0.0, 0.0);
    } else {
        NAME(marks_loop)(m, first, equity, count, 0, 0, 0.0, 0.0);
    }
}

TARGET static void NAME(marks_position)(
    admf_marks *m, int64_t first, const double *price, int64_t count, double base, double quantity) {
    if (m->wants_returns) {
        NAME(marks_loop)(m, first, price, count, 1, 1, base, quantity);
    } else {
        NAME(marks_loop)(m, first, price, count, 1, 0, base, quantity);
    }
}

#undef EQUITY8
#undef EQUITY1

TARGET static void NAME(equity_start)(double *equity, double base, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] = base + q * price[i];
}

TARGET static void NAME(equity_add)(double *equity, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] += q * price[i];
}
