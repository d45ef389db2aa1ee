/* Elementwise operations and sums over rows. */

static void kernel_add(size_t count, const float *x, float *y, int accumulate) {
  if (accumulate)
    CK_EACH(0, count, PUT(y + i, GET(y + i) + GET(x + i)););
  else
    memcpy(y, x, count * sizeof(float));
}

static void kernel_sum(size_t count, const float *a, const float *b, float *y) {
  CK_EACH(0, count, PUT(y + i, GET(a + i) + GET(b + i)););
}

static void kernel_scale(size_t count, float factor, float *x) {
  CK_EACH(0, count, PUT(x + i, GET(x + i) * splat(factor)););
}

static void kernel_add_row(size_t rows, size_t n, const float *x, float *y, int accumulate) {
  for (size_t r = 0; r < rows; r++) kernel_add(n, x, y + r * n, accumulate);
}

static void kernel_sum_rows(size_t rows, size_t n_columns, const float *x, float *y, size_t first,
                            size_t last) {
  CK_EACH(first, last, {
    v16 sum = GET(y + i);
    for (size_t r = 0; r < rows; r++) sum = sum + GET(x + r * n_columns + i);
    PUT(y + i, sum);
  });
}

static void kernel_gather(size_t rows, size_t n, const float *table, const int32_t *ids, float *y) {
  for (size_t r = 0; r < rows; r++)
    memcpy(y + r * n, table + (size_t)ids[r] * n, n * sizeof(float));
}

static void kernel_scatter_add(size_t rows, size_t n_columns, const float *x, const int32_t *ids,
                               float *table, size_t first, size_t last) {
  for (size_t r = 0; r < rows; r++) {
    const float *from = x + r * n_columns;
    float *to = table + (size_t)ids[r] * n_columns;
    CK_EACH(first, last, PUT(to + i, GET(to + i) + GET(from + i)););
  }
}
