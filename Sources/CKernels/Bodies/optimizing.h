/* Kernels on gradients and parameters. */

static double kernel_sum_of_squares(size_t count, const float *x) {
  v16d sum = {0};
  CK_EACH(0, count, {
    v16d wide = __builtin_convertvector(GET(x + i), v16d);
    sum = sum + wide * wide;
  });
  double lanes[16];
  memcpy(lanes, &sum, sizeof lanes);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lanes[i] = lanes[i] + lanes[i + half];
  return lanes[0];
}

static void kernel_adamw(size_t count, const ck_adamw *settings, const float *gradient,
                         float *parameter, float *m, float *v) {
  const ck_adamw s = *settings;
  CK_EACH(0, count, {
    v16 g = GET(gradient + i);
    v16 mean = GET(m + i);
    mean = mean + (g - mean) * splat(s.gain1);
    v16 square = GET(v + i) * splat(s.beta2) + g * g * splat(s.gain2);
    v16 root = __builtin_elementwise_sqrt(square) * splat(s.inverse_correction);
    v16 p = GET(parameter + i) * splat(s.decay);
    p = p - splat(s.step) * (mean / (root + splat(s.epsilon)));
    PUT(m + i, mean);
    PUT(v + i, square);
    PUT(parameter + i, p);
  });
}
