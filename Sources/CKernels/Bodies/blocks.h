/* The row operations of a transformer block, forward and backward. */

/* Σ x·y over 16 lanes. */
CK_INLINE float lanes_dot(size_t count, const float *x, const float *y) {
  v16 sum = splat(0.0f);
  CK_EACH(0, count, sum = fma16(GET(x + i), GET(y + i), sum););
  return fold_sum(sum);
}

static void kernel_rms_norm(size_t rows, size_t columns, const float *x, const float *weight,
                            float epsilon, float *y, float *scales) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns;
    float *yr = y + r * columns;
    float mean = lanes_dot(columns, xr, xr) / (float)columns;
    float scale = 1.0f / __builtin_elementwise_sqrt(mean + epsilon);
    if (scales) scales[r] = scale;
    CK_EACH(0, columns, PUT(yr + i, GET(xr + i) * splat(scale) * GET(weight + i)););
  }
}

/* With x̂ = x · scale and g = dy · w:  dx = scale · (g - x̂ · mean(g · x̂)). */
static void kernel_rms_norm_backward(size_t rows, size_t columns, const float *x,
                                     const float *weight, const float *scales, const float *dy,
                                     float *dx, int accumulate) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns;
    const float *dyr = dy + r * columns;
    float *dxr = dx + r * columns;
    v16 scale = splat(scales[r]);
    v16 sum = splat(0.0f);
    CK_EACH(0, columns,
            sum = fma16(GET(dyr + i) * GET(weight + i), GET(xr + i) * scale, sum););
    v16 mean = splat(fold_sum(sum) / (float)columns);
    CK_EACH(0, columns, {
      v16 g = GET(dyr + i) * GET(weight + i);
      v16 d = fma16(-(GET(xr + i) * scale), mean, g) * scale;
      if (accumulate) d = GET(dxr + i) + d;
      PUT(dxr + i, d);
    });
  }
}

static void kernel_rms_norm_weight(size_t rows, size_t columns, const float *x,
                                   const float *scales, const float *dy, float *dw, size_t first,
                                   size_t last) {
  CK_EACH(first, last, {
    v16 sum = GET(dw + i);
    for (size_t r = 0; r < rows; r++)
      sum = fma16(GET(dy + r * columns + i), GET(x + r * columns + i) * splat(scales[r]), sum);
    PUT(dw + i, sum);
  });
}

static void kernel_rotary(size_t rows, size_t heads, size_t dim, const int32_t *positions,
                          const float *cosines, const float *sines, int inverse, const float *x,
                          float *y, int accumulate) {
  size_t half = dim / 2;
  v16 direction = splat(inverse ? -1.0f : 1.0f);
  for (size_t r = 0; r < rows; r++) {
    const float *cosine = cosines + (size_t)positions[r] * half;
    const float *sine = sines + (size_t)positions[r] * half;
    for (size_t h = 0; h < heads; h++) {
      const float *low = x + (r * heads + h) * dim;
      const float *high = low + half;
      float *to_low = y + (r * heads + h) * dim;
      float *to_high = to_low + half;
      CK_EACH(0, half, {
        v16 c = GET(cosine + i);
        v16 s = GET(sine + i) * direction;
        v16 a = GET(low + i);
        v16 b = GET(high + i);
        v16 first = fma16(a, c, -(b * s));
        v16 second = fma16(b, c, a * s);
        if (accumulate) {
          first = GET(to_low + i) + first;
          second = GET(to_high + i) + second;
        }
        PUT(to_low + i, first);
        PUT(to_high + i, second);
      });
    }
  }
}

static void kernel_swiglu(size_t count, const float *gate, const float *up, float *y) {
  CK_EACH(0, count, {
    v16 g = GET(gate + i);
    PUT(y + i, g * sigmoid16(g) * GET(up + i));
  });
}

/* d silu(g) / dg = σ(g) · (1 + g · (1 - σ(g))). */
static void kernel_swiglu_backward(size_t count, const float *gate, const float *up,
                                   const float *dy, float *dgate, int accumulate_gate, float *dup,
                                   int accumulate_up) {
  CK_EACH(0, count, {
    v16 g = GET(gate + i);
    v16 d = GET(dy + i);
    v16 s = sigmoid16(g);
    v16 slope = s * fma16(g, splat(1.0f) - s, splat(1.0f));
    v16 to_gate = d * GET(up + i) * slope;
    v16 to_up = d * (g * s);
    if (dgate) {
      if (accumulate_gate) to_gate = GET(dgate + i) + to_gate;
      PUT(dgate + i, to_gate);
    }
    if (dup) {
      if (accumulate_up) to_up = GET(dup + i) + to_up;
      PUT(dup + i, to_up);
    }
  });
}

/* gelu(g) = g/2 · (1 + tanh u) = g · σ(2u) with u = √(2/π) · (g + 0.044715 g³). Beyond ±10 it is g
   or 0 in floats; limiting g there keeps g³ finite. */
CK_INLINE v16 gelu_limited(v16 g) {
  g = pick(g < splat(-16.0f), splat(-16.0f), g);
  return pick(g > splat(16.0f), splat(16.0f), g);
}

CK_INLINE v16 gelu_sigmoid(v16 g) {
  v16 inner = fma16(g * g, splat(0.0713548163f), splat(1.59576912f));
  return sigmoid16(g * inner);
}

static void kernel_geglu(size_t count, const float *gate, const float *up, float *y) {
  CK_EACH(0, count, {
    v16 g = GET(gate + i);
    PUT(y + i, g * gelu_sigmoid(gelu_limited(g)) * GET(up + i));
  });
}

/* d gelu(g) / dg = σ + g · σ · (1 - σ) · d(2u)/dg, d(2u)/dg = 2√(2/π) · (1 + 3 · 0.044715 g²). */
static void kernel_geglu_backward(size_t count, const float *gate, const float *up, const float *dy,
                                  float *dgate, int accumulate_gate, float *dup,
                                  int accumulate_up) {
  CK_EACH(0, count, {
    v16 g = GET(gate + i);
    v16 limited = gelu_limited(g);
    v16 d = GET(dy + i);
    v16 s = gelu_sigmoid(limited);
    v16 inner = fma16(limited * limited, splat(0.214064449f), splat(1.59576912f));
    v16 slope = s * fma16(limited * inner, splat(1.0f) - s, splat(1.0f));
    v16 to_gate = d * GET(up + i) * slope;
    v16 to_up = d * (g * s);
    if (dgate) {
      if (accumulate_gate) to_gate = GET(dgate + i) + to_gate;
      PUT(dgate + i, to_gate);
    }
    if (dup) {
      if (accumulate_up) to_up = GET(dup + i) + to_up;
      PUT(dup + i, to_up);
    }
  });
}

static void kernel_convolution(size_t length, size_t channels, size_t width, const float *x,
                               const float *w, float *y) {
  for (size_t t = 0; t < length; t++) {
    size_t reach = t + 1 < width ? t + 1 : width;
    CK_EACH(0, channels, {
      v16 sum = splat(0.0f);
      for (size_t j = 0; j < reach; j++)
        sum = fma16(GET(w + j * channels + i), GET(x + (t - j) * channels + i), sum);
      PUT(y + t * channels + i, sum);
    });
  }
}

/* dx[t] = Σ_j w[j] · dy[t+j]. */
static void kernel_convolution_backward(size_t length, size_t channels, size_t width,
                                        const float *dy, const float *w, float *dx,
                                        int accumulate) {
  for (size_t t = 0; t < length; t++) {
    size_t reach = length - t < width ? length - t : width;
    CK_EACH(0, channels, {
      v16 sum = splat(0.0f);
      if (accumulate) sum = GET(dx + t * channels + i);
      for (size_t j = 0; j < reach; j++)
        sum = fma16(GET(w + j * channels + i), GET(dy + (t + j) * channels + i), sum);
      PUT(dx + t * channels + i, sum);
    });
  }
}

static void kernel_convolution_weight(size_t length, size_t channels, size_t width, const float *x,
                                      const float *dy, float *dw, size_t first, size_t last) {
  for (size_t j = 0; j < width; j++)
    CK_EACH(first, last, {
      v16 sum = GET(dw + j * channels + i);
      for (size_t t = j; t < length; t++)
        sum = fma16(GET(dy + t * channels + i), GET(x + (t - j) * channels + i), sum);
      PUT(dw + j * channels + i, sum);
    });
}

static void kernel_convolution_step(size_t channels, size_t width, size_t position, const float *x,
                                    const float *history, const float *w, float *y) {
  size_t reach = position + 1 < width ? position + 1 : width;
  CK_EACH(0, channels, {
    v16 sum = fma16(GET(w + i), GET(x + i), splat(0.0f));
    for (size_t j = 1; j < reach; j++) {
      const float *past = history + (position - j) % (width - 1) * channels;
      sum = fma16(GET(w + j * channels + i), GET(past + i), sum);
    }
    PUT(y + i, sum);
  });
}
