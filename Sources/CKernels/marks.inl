// Included once per instruction set with NAME(x) and TARGET defined. Vectors are the compiler's own, 8 doubles wide,
// so that every instruction set performs the same operations in the same lanes.

TARGET static void NAME(marks_exposed)(admf_marks *m, int64_t first, const double *equity, int64_t count) {
    if (m->wants_returns) {
        double *out = m->returns + m->return_count;
        out[0] = equity[0] / m->last - 1.0;
        for (int64_t i = 1; i < count; i++) out[i] = equity[i] / equity[i - 1] - 1.0;
        m->return_count += count;
    }
    v8 sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log);
    v8 sum_log2 = load8(m->sum_log2), sum_index_log = load8(m->sum_index_log);
    v8 least = splat8(m->minimum_since_peak), peak = splat8(m->peak), inverse_peak = splat8(m->inverse_peak);
    v8 inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference);
    const v8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    const v8 zero = splat8(0.0);
    int64_t under_run = m->under_run;
    const int32_t wants_log = m->wants_returns;
    const double from = (double)first, to = (double)(first + count);
    // Groups of eight indices, aligned: the first and the last one may be taken in part.
    for (int64_t group = first & ~(int64_t)7; group < first + count; group += 8) {
        const int64_t offset = group - first;
        const v8 index = lanes + (double)group;
        v8 e = load8(equity + offset);
        v8 x = e * inverse_reference - 1.0;
        // Under the peak, above 0, and close to the reference: nothing but sums can change.
        m8 calm = (e < peak) & (e > 0.0) & (x < LOG_RANGE) & (x > -LOG_RANGE);
        int64_t taken = 8;
        m8 inside = calm | -1;
        if (offset < 0 || offset + 8 > count) {
            inside = (index >= from) & (index < to);
            calm |= ~inside;
            const int64_t begin = offset < 0 ? -offset : 0, end = offset + 8 > count ? count - offset : 8;
            taken = end - begin;
        }
        if (__builtin_expect(!all8(calm), 0)) {
            store8(m->sum_equity, sum_equity);
            store8(m->sum_drawdown2, sum_drawdown2);
            store8(m->sum_log, sum_log);
            store8(m->sum_log2, sum_log2);
            store8(m->sum_index_log, sum_index_log);
            m->minimum_since_peak = __builtin_reduce_min(least);
            m->under_run = under_run;
            for (int64_t k = 0; k < 8; k++)
                if (inside[k]) mark_one(m, group + k, equity[offset + k]);
            sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log);
            sum_log2 = load8(m->sum_log2), sum_index_log = load8(m->sum_index_log);
            least = splat8(m->minimum_since_peak), peak = splat8(m->peak), inverse_peak = splat8(m->inverse_peak);
            inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference);
            under_run = m->under_run;
            continue;
        }
        v8 drawdown = 1.0 - e * inverse_peak;
        v8 log = x;
        if (wants_log) {
            v8 x2 = x * x, x4 = x2 * x2;
            v8 low = (x - 0.5 * x2) + x2 * (LOG_C3 * x - 0.25 * x2);
            v8 high = (LOG_C5 - LOG_C6 * x) + x2 * (LOG_C7 - LOG_C8 * x);
            log = log_reference + (low + x4 * (x * high));
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
        if (wants_log) {
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
    m->minimum_since_peak = __builtin_reduce_min(least);
    m->under_run = under_run;
    m->last = equity[count - 1];
}

TARGET static void NAME(equity_start)(double *equity, double base, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] = base + q * price[i];
}

TARGET static void NAME(equity_add)(double *equity, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] += q * price[i];
}
