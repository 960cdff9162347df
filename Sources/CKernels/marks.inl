// Included once per instruction set with NAME(x) and TARGET defined. Vectors are the compiler's own, 8 doubles wide,
// so that every instruction set performs the same operations in the same lanes.

// Equity of the bar at an offset of the span: as it is, or of one position, `base + quantity x price`.
#define EQUITY8(k) (priced ? base + quantity * load8(x + (k)) : load8(x + (k)))
#define EQUITY1(k) (priced ? base + quantity * x[k] : x[k])

// `priced` is a constant where this is inlined, so each use is a loop of its own.
TARGET static inline __attribute__((always_inline)) void NAME(marks_loop)(
    admf_marks *m, int64_t first, const double *x, int64_t count, const int priced, double base, double quantity) {
    v8 sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log);
    v8 sum_log2 = load8(m->sum_log2), sum_index_log = load8(m->sum_index_log);
    v8 sum_returns = load8(m->sum_returns);
    v8 least = load8(m->least), peak = splat8(m->peak), inverse_peak = splat8(m->inverse_peak);
    v8 inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference);
    const v8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    const v8 zero = splat8(0.0);
    int64_t under_run = m->under_run;
    const int32_t wants_returns = m->wants_returns;
    double *out = m->returns + m->return_count;
    // What is not of the span counts as the equity before it, so that its first bar has the right predecessor.
    const v8 last = splat8(m->last);
    v8 previous = last;
    const double from = (double)first, to = (double)(first + count);
    // Groups of eight indices, aligned: the first and the last one may be taken in part.
    for (int64_t group = first & ~(int64_t)7; group < first + count; group += 8) {
        const int64_t offset = group - first;
        const v8 index = lanes + (double)group;
        v8 e = EQUITY8(offset);
        int64_t taken = 8;
        m8 inside = (m8)(-1L);
        if (__builtin_expect(offset < 0 || offset + 8 > count, 0)) {
            inside = (index >= from) & (index < to);
            e = inside ? e : last;
            const int64_t begin = offset < 0 ? -offset : 0, end = offset + 8 > count ? count - offset : 8;
            taken = end - begin;
        }
        if (wants_returns) {
            v8 r = e / __builtin_shufflevector(previous, e, 7, 8, 9, 10, 11, 12, 13, 14) - 1.0;
            previous = e;
            if (taken < 8) {
                store8(out + offset, inside ? r : load8(out + offset));
                r = inside ? r : zero;
            } else {
                store8(out + offset, r);
            }
            sum_returns += r;
        }
        v8 y = e * inverse_reference - 1.0;
        // Under the peak, above 0, and close to the reference: nothing but sums can change.
        m8 calm = (e < peak) & (e > 0.0) & (y < LOG_RANGE) & (y > -LOG_RANGE);
        if (taken < 8) calm |= ~inside;
        if (__builtin_expect(!all8(calm), 0)) {
            store8(m->sum_equity, sum_equity);
            store8(m->sum_drawdown2, sum_drawdown2);
            store8(m->sum_log, sum_log);
            store8(m->sum_log2, sum_log2);
            store8(m->sum_index_log, sum_index_log);
            store8(m->least, least);
            m->under_run = under_run;
            for (int64_t k = 0; k < 8; k++)
                if (inside[k]) mark_one(m, group + k, EQUITY1(offset + k));
            sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log);
            sum_log2 = load8(m->sum_log2), sum_index_log = load8(m->sum_index_log);
            least = load8(m->least), peak = splat8(m->peak), inverse_peak = splat8(m->inverse_peak);
            inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference);
            under_run = m->under_run;
            continue;
        }
        v8 drawdown = 1.0 - e * inverse_peak;
        v8 log = y;
        if (wants_returns) {
            v8 y2 = y * y;
            log = log_reference + LOG_NEAR_ONE(y, y2);
        }
        if (taken < 8) {
            // Adding +0 changes no sum.
            least = (inside & (e < least)) ? e : least;
            e = inside ? e : zero;
            drawdown = inside ? drawdown : zero;
            log = inside ? log : zero;
        } else {
            least = e < least ? e : least;
        }
        sum_equity += e;
        sum_drawdown2 += drawdown * drawdown;
        under_run += taken;
        if (wants_returns) {
            sum_log += log;
            sum_log2 += log * log;
            sum_index_log += (index - m->index_center) * log;
        }
    }
    store8(m->sum_equity, sum_equity);
    store8(m->sum_drawdown2, sum_drawdown2);
    store8(m->sum_log, sum_log);
    store8(m->sum_log2, sum_log2);
    store8(m->sum_index_log, sum_index_log);
    store8(m->least, least);
    if (wants_returns) {
        store8(m->sum_returns, sum_returns);
        m->return_count += count;
    }
    m->under_run = under_run;
    m->last = EQUITY1(count - 1);
}

TARGET static void NAME(marks_exposed)(admf_marks *m, int64_t first, const double *equity, int64_t count) {
    NAME(marks_loop)(m, first, equity, count, 0, 0.0, 0.0);
}

TARGET static void NAME(marks_position)(
    admf_marks *m, int64_t first, const double *price, int64_t count, double base, double quantity) {
    NAME(marks_loop)(m, first, price, count, 1, base, quantity);
}

#undef EQUITY8
#undef EQUITY1

TARGET static void NAME(equity_start)(double *equity, double base, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] = base + q * price[i];
}

TARGET static void NAME(equity_add)(double *equity, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] += q * price[i];
}
