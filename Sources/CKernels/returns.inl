// Included once per instruction set with NAME(x) and TARGET defined; see returns.c.

TARGET static void NAME(sum_all)(const double *r, int64_t count, double *lanes) {
    v8 sum = splat8(0.0);
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) sum += load8(r + i);
    store8(lanes, sum);
    for (; i < count; i++) lanes[i & 7] += r[i];
}

TARGET static void NAME(moments)(const double *r, int64_t count, double mean, double risk_free, sums8 *s) {
    v8 squares = splat8(0.0), cubes = splat8(0.0), fourths = splat8(0.0), downside = splat8(0.0);
    v8 gains = splat8(0.0), losses = splat8(0.0);
    const v8 zero = splat8(0.0);
    m8 negatives = 0, zeros = 0;
    int64_t i = 0;
    for (; i + 8 <= count; i += 8) {
        v8 x = load8(r + i);
        v8 d = x - mean, d2 = d * d;
        squares += d2;
        cubes += d2 * d;
        fourths += d2 * d2;
        v8 excess = x - risk_free;
        excess = excess < zero ? excess : zero;
        downside += excess * excess;
        gains += x > zero ? x : zero;
        losses -= x < zero ? x : zero;
        negatives -= x < zero;
        zeros -= x == zero;
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
