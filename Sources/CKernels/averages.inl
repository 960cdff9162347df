// Included once per instruction set with NAME(x) and TARGET defined; see averages.c.

// Elements do not depend on one another, so the compiler may take as many at a time as it likes.
TARGET static void NAME(window_averages)(
    const double *restrict to_high, const double *restrict to_low, const double *restrict from_high,
    const double *restrict from_low, double divisor, int64_t count, double *restrict out) {
    for (int64_t i = 0; i < count; i++) {
        // The exact difference of the high parts (Knuth's two-sum), then the low parts.
        const double a = to_high[i], b = -from_high[i];
        const double difference = a + b, back = difference - a;
        const double error = (a - (difference - back)) + (b - back);
        const double rest = error + (to_low[i] - from_low[i]);
        const double sum = difference + rest, taken = sum - difference;
        const double left = (difference - (sum - taken)) + (rest - taken);
        out[i] = (sum + left) / divisor;
    }
}

TARGET static int64_t NAME(first_undefined)(const double *x, int64_t from, int64_t count) {
    int64_t i = from;
    for (; i + 8 <= count; i += 8) {
        const v8 e = load8(x + i);
        if (any8(e != e)) break;
    }
    for (; i < count; i++)
        if (x[i] != x[i]) return i;
    return count;
}
