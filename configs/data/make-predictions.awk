# Makes predictions.csv from GOOGL.csv: the output of a small logistic model, as a notebook would leave it.
#   awk -f configs/data/make-predictions.awk configs/data/GOOGL.csv > configs/data/predictions.csv
# Score = 0.9 x momentum over 20 days - 0.6 x return over 5 days, both in units of their own volatility.
# It sees closes up to its own row only; the weights were chosen by hand, not fitted.
BEGIN {
    FS = ","
    print "timestamp,symbol,action,strength,stop,target"
}
NR > 1 {
    n++
    close_[n] = $5
    if (n > 1) change[n] = close_[n] / close_[n - 1] - 1
    if (n <= 61) next
    total = 0; squares = 0
    for (i = n - 59; i <= n; i++) { total += change[i]; squares += change[i] * change[i] }
    mean = total / 60
    daily = sqrt(squares / 60 - mean * mean)
    momentum = (close_[n] / close_[n - 20] - 1) / (daily * sqrt(20))
    reversal = (close_[n] / close_[n - 5] - 1) / (daily * sqrt(5))
    p = 1 / (1 + exp(-(0.9 * momentum - 0.6 * reversal)))
    if (!held && p > 0.62) {
        held = 1
        printf "%s,GOOGL,enter_long,%.3f,%.2f,%.2f\n", $1, p, close_[n] * 0.93, close_[n] * 1.18
    } else if (held && p < 0.45) {
        held = 0
        printf "%s,GOOGL,exit_long,%.3f,,\n", $1, 1 - p
    }
}
