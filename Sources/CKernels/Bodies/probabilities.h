/* Softmax over a vocabulary, in the parts that a trainer and a decoder share. */

static void kernel_softmax_statistics(size_t rows, size_t columns, float *logits,
                                      float inverse_temperature, const int32_t *banned,
                                      size_t banned_count, float *maxima, float *log_sums) {
  for (size_t r = 0; r < rows; r++) {
    float *z = logits + r * columns;
    CK_EACH(0, columns, PUT(z + i, GET(z + i) * splat(inverse_temperature)););
    for (size_t b = 0; b < banned_count; b++) z[banned[b]] = -__builtin_inff();
    v16 largest = splat(-__builtin_inff());
    CK_EACH(0, columns, {
      v16 x = n == 16 ? load(z + i) : load_part(z + i, n, -__builtin_inff());
      largest = larger(x, largest);
    });
    float maximum = fold_larger(largest);
    v16 sum = splat(0.0f);
    CK_EACH(0, columns, {
      v16 x = n == 16 ? load(z + i) : load_part(z + i, n, -__builtin_inff());
      sum = sum + exp16(x - splat(maximum));
    });
    maxima[r] = maximum;
    log_sums[r] = log1(fold_sum(sum));
  }
}

static void kernel_log_softmax(size_t rows, size_t columns, float *logits, const float *maxima,
                               const float *log_sums) {
  for (size_t r = 0; r < rows; r++) {
    float *z = logits + r * columns;
    v16 maximum = splat(maxima[r]);
    v16 log_sum = splat(log_sums[r]);
    CK_EACH(0, columns, PUT(z + i, (GET(z + i) - maximum) - log_sum););
  }
}

/* d log p(target) / d logit = ([logit is the target] - p) / temperature. */
static void kernel_log_softmax_backward(size_t rows, size_t columns, float *logits,
                                        const float *maxima, const float *log_sums,
                                        const int32_t *targets, const float *seeds,
                                        float inverse_temperature) {
  for (size_t r = 0; r < rows; r++) {
    float *z = logits + r * columns;
    v16 maximum = splat(maxima[r]);
    v16 log_sum = splat(log_sums[r]);
    v16 factor = splat(seeds[r] * inverse_temperature);
    /* A masked target's log-probability is constant, so its whole row gets no gradient. */
    int masked = z[targets[r]] == -__builtin_inff();
    if (masked) factor = splat(0.0f);
    CK_EACH(0, columns, {
      v16 p = exp16((GET(z + i) - maximum) - log_sum);
      PUT(z + i, p * -factor);
    });
    if (!masked) z[targets[r]] = z[targets[r]] + seeds[r] * inverse_temperature;
  }
}
