// Included once per instruction set with NAME(x) and TARGET defined; see returns.c.

TARGET static void NAME(sum_all)(const double *r, int64_t count, double *lanes) {
    v8 sum = splat8(0.0);
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) sum += load8(r + i);
    store8(lanes, sum);
    for (; i < count; i++) lanes[i & 7] += r[i];
}

// Appends the lanes of `x` that are inside a window, in order.
#define TAKE_INSIDE(window, x, inside)                                                                                  \
    for (int k = 0; k < 8; k++) {                                                                                       \
        (window)->values[(window)->taken] = (x)[k];                                                                     \
        (window)->taken -= (inside)[k];                                                                                 \
    }

// Moments about the mean, and the values near two quantiles, in one pass: the values come from the second-level cache.
// `risk_is_zero` is a constant where this is inlined; what falls short of 0 is then what is lost.
TARGET static inline __attribute__((always_inline)) void NAME(moments_loop)(
    const double *r, int64_t count, double mean, double risk_free, const int risk_is_zero, sums8 *s, admf_window *lower,
    admf_window *upper) {
    v8 squares = splat8(0.0), cubes = splat8(0.0), fourths = splat8(0.0), downside = splat8(0.0);
    v8 gains = splat8(0.0), losses = splat8(0.0);
    const v8 zero = splat8(0.0);
    const v8 low_from = splat8(lower->low), low_to = splat8(lower->high);
    const v8 high_from = splat8(upper->low), high_to = splat8(upper->high);
    m8 negatives = 0, zeros = 0, below_lower = 0, below_upper = 0;
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) {
        v8 x = load8(r + i);
        v8 d = x - mean, d2 = d * d;
        squares += d2;
        cubes += d2 * d;
        fourths += d2 * d2;
        v8 loss = x < zero ? x : zero;
        losses -= loss;
        v8 excess = loss;
        if (!risk_is_zero) {
            excess = x - risk_free;
            excess = excess < zero ? excess : zero;
        }
        downside += excess * excess;
        gains += x > zero ? x : zero;
        negatives -= x < zero;
        zeros -= x == zero;
        m8 under_lower = x < low_from, under_upper = x < high_from;
        below_lower -= under_lower;
        below_upper -= under_upper;
        m8 in_lower = ~under_lower & (x <= low_to), in_upper = ~under_upper & (x <= high_to);
        if (__builtin_expect(any8(in_lower | in_upper), 0)) {
            TAKE_INSIDE(lower, x, in_lower)
            TAKE_INSIDE(upper, x, in_upper)
        }
    }
    store8(s->squares, squares);
    store8(s->cubes, cubes);
    store8(s->fourths, fourths);
    store8(s->downside, downside);
    store8(s->gains, gains);
    store8(s->losses, losses);
    for (int k = 0; k < 8; k++) {
        s->negatives += negatives[k];
        s->zeros += zeros[k];
        lower->below += below_lower[k];
        upper->below += below_upper[k];
    }
    for (; i < count; i++) {
        const int k = (int)(i & 7);
        double x = r[i], d = x - mean, d2 = d * d;
        s->squares[k] += d2;
        s->cubes[k] += d2 * d;
        s->fourths[k] += d2 * d2;
        double excess = x - risk_free;
        if (!(excess < 0.0)) excess = 0.0;
        s->downside[k] += excess * excess;
        if (x > 0.0) s->gains[k] += x;
        if (x < 0.0) {
            s->losses[k] -= x;
            s->negatives += 1;
        }
        if (x == 0.0) s->zeros += 1;
        lower->below += x < lower->low;
        upper->below += x < upper->low;
        if (x >= lower->low && x <= lower->high) lower->values[lower->taken++] = x;
        if (x >= upper->low && x <= upper->high) upper->values[upper->taken++] = x;
    }
}

#undef TAKE_INSIDE

TARGET static void NAME(moments)(
    const double *r, int64_t count, double mean, double risk_free, sums8 *s, admf_window *lower, admf_window *upper) {
    if (risk_free == 0.0) {
        NAME(moments_loop)(r, count, mean, 0.0, 1, s, lower, upper);
    } else {
        NAME(moments_loop)(r, count, mean, risk_free, 0, s, lower, upper);
    }
}

// The values of ranks `rank` and `rank` + 1 (the last one where there is no next) of a few values, by counting for each how
// many are less: no branch depends on their order. Seven doubles after the last must be writable.
TARGET static void NAME(select_few)(double *x, int64_t count, int64_t rank, double *value, double *next) {
    for (int64_t i = count; i < ((count + 7) & ~(int64_t)7); i++) x[i] = __builtin_inf();
    for (int64_t i = 0; i < count; i++) {
        const v8 v = splat8(x[i]);
        m8 less = 0, at_most = 0;
        for (int64_t j = 0; j < count; j += 8) {
            v8 y = load8(x + j);
            less -= y < v;
            at_most -= y <= v;
        }
        const int64_t before = __builtin_reduce_add(less), through = __builtin_reduce_add(at_most);
        if (rank < before || rank >= through) continue;
        *value = x[i];
        *next = x[i];
        if (rank + 1 < through || rank + 1 >= count) return;
        double least = __builtin_inf();
        for (int64_t j = 0; j < count; j++)
            if (x[j] > x[i] && x[j] < least) least = x[j];
        *next = least;
        return;
    }
}

// Numbers of values below `low`; those in [low, high] go to scratch, in order.
TARGET static int64_t NAME(window)(
    const double *r, int64_t count, double low, double high, double *scratch, int64_t *taken) {
    m8 below = 0;
    int64_t n = 0, i = 0;
    for (; i + 8 <= count; i += 8) {
        v8 x = load8(r + i);
        below -= x < low;
        m8 inside = (x >= low) & (x <= high);
        if (__builtin_expect(any8(inside), 0)) {
            for (int k = 0; k < 8; k++) {
                scratch[n] = x[k];
                n -= inside[k];
            }
        }
    }
    int64_t total = 0;
    for (int k = 0; k < 8; k++) total += below[k];
    for (; i < count; i++) {
        total += r[i] < low;
        if (r[i] >= low && r[i] <= high) scratch[n++] = r[i];
    }
    *taken = n;
    return total;
}

TARGET static void NAME(sum_at_most)(const double *r, int64_t count, double limit, double *lanes, int64_t *number) {
    v8 sum = splat8(0.0);
    const v8 zero = splat8(0.0);
    m8 counted = 0;
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) {
        v8 x = load8(r + i);
        sum += x <= limit ? x : zero;
        counted -= x <= limit;
    }
    store8(lanes, sum);
    int64_t n = 0;
    for (int k = 0; k < 8; k++) n += counted[k];
    for (; i < count; i++) {
        if (r[i] <= limit) {
            lanes[i & 7] += r[i];
            n += 1;
        }
    }
    *number = n;
}

TARGET static int64_t NAME(scan_levels)(
    const double *low, const double *high, int64_t first, int64_t end, double below, double above) {
    int64_t i = first;
    for (; i + 8 <= end; i += 8) {
        m8 hit = (load8(low + i) <= below) | (load8(high + i) >= above);
        if (any8(hit)) break;
    }
    for (; i < end; i++)
        if (low[i] <= below || high[i] >= above) return i;
    return end;
}

TARGET static int64_t NAME(scan_at_most)(const double *x, int64_t first, int64_t end, double limit) {
    int64_t i = first;
    for (; i + 8 <= end; i += 8)
        if (any8(load8(x + i) <= limit)) break;
    for (; i < end; i++)
        if (x[i] <= limit) return i;
    return end;
}

TARGET static int64_t NAME(scan_insolvent)(
    const double *price, double base, double quantity, int64_t first, int64_t end) {
    int64_t i = first;
    for (; i + 8 <= end; i += 8)
        if (any8(base + quantity * load8(price + i) <= 0.0)) break;
    for (; i < end; i++)
        if (base + quantity * price[i] <= 0.0) return i;
    return end;
}

TARGET static void NAME(scan_range)(
    const double *low, const double *high, int64_t first, int64_t end, double *least, double *greatest) {
    v8 a = splat8(*least), b = splat8(*greatest);
    int64_t i = first;
    for (; i + 8 <= end; i += 8) {
        v8 l = load8(low + i), h = load8(high + i);
        a = l < a ? l : a;
        b = h > b ? h : b;
    }
    double x = __builtin_reduce_min(a), y = __builtin_reduce_max(b);
    for (; i < end; i++) {
        if (low[i] < x) x = low[i];
        if (high[i] > y) y = high[i];
    }
    *least = x;
    *greatest = y;
}
