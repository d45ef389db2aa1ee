/* Kernels for one new token of a sequence with a cache; CKernels.h describes the cache's order. */

static void kernel_cache_append(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                                const float *key, const float *value, float *keys, float *values) {
  for (size_t h = 0; h < kv_heads; h++) {
    float *panel = keys + (h * capacity + position / 16 * 16) * dim + position % 16;
    for (size_t d = 0; d < dim; d++) panel[16 * d] = key[h * dim + d];
    memcpy(values + (h * capacity + position) * dim, value + h * dim, dim * sizeof(float));
  }
}

/* Attention of one key/value head's group of queries. `keys` and `values` begin at token `low`, a
   multiple of 16. */
CK_INLINE void attend_cached(size_t first, size_t low, size_t length, size_t dim, size_t group,
                             float scale, const float *q, const float *keys, const float *values,
                             float *o, float *s, size_t ld) {
  /* Scores past the length, up to a whole vector, are computed and masked. */
  panels_product(group, (round16(length) - low) / 16, dim, q, dim, 1, keys, 16 * dim, s + low, ld,
                 0);
  float inverse[CK_QUERY_BLOCK];
  for (size_t g = 0; g < group; g += CK_QUERY_BLOCK) {
    size_t rows = smaller_size(CK_QUERY_BLOCK, group - g);
    for (size_t r = 0; r < rows; r++) {
      float maximum;
      inverse[r] = 1.0f / softmax_row(first, length, s + (g + r) * ld, scale, &maximum);
    }
    kernel_gemm(rows, dim, length - low, s + g * ld + low, ld, 1, values, dim, 1, o + g * dim, dim,
                0, 0);
    for (size_t r = 0; r < rows; r++) finish_row(dim, o + (g + r) * dim, inverse[r]);
  }
}

static void kernel_attention_decode(size_t length, size_t window, size_t capacity, size_t dim,
                                    size_t kv_heads, size_t group, float scale, const float *q,
                                    const float *keys, const float *values, float *o,
                                    float *scratch) {
  size_t first = first_visible(length - 1, window);
  size_t low = first / 16 * 16;
  for (size_t h = 0; h < kv_heads; h++) {
    size_t from = (h * capacity + low) * dim;
    attend_cached(first, low, length, dim, group, scale, q + h * group * dim, keys + from,
                  values + from, o + h * group * dim, scratch, CK_SCORE_STRIDE(length));
  }
}

/* --- The same in bf16 --- */

CK_INLINE uint16_t to_bf16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  if (x != x) return (uint16_t)(bits >> 16 | 1);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

CK_INLINE void widen(size_t count, const uint16_t *x, float *y) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(y + i, &bits, 4);
  }
}

static void kernel_cache_append_bf16(size_t position, size_t capacity, size_t dim,
                                     size_t kv_heads, const float *key, const float *value,
                                     uint16_t *keys, uint16_t *values) {
  for (size_t h = 0; h < kv_heads; h++) {
    uint16_t *panel = keys + (h * capacity + position / 16 * 16) * dim + position % 16;
    uint16_t *row = values + (h * capacity + position) * dim;
    for (size_t d = 0; d < dim; d++) {
      panel[16 * d] = to_bf16(key[h * dim + d]);
      row[d] = to_bf16(value[h * dim + d]);
    }
  }
}

static void kernel_attention_decode_bf16(size_t length, size_t window, size_t capacity, size_t dim,
                                         size_t kv_heads, size_t group, float scale,
                                         const float *q, const uint16_t *keys,
                                         const uint16_t *values, float *o, float *scratch) {
  size_t ld = CK_SCORE_STRIDE(length);
  size_t first = first_visible(length - 1, window);
  size_t low = first / 16 * 16;
  float *wide_keys = scratch + group * ld;
  float *wide_values = wide_keys + round16(length) * dim;
  for (size_t h = 0; h < kv_heads; h++) {
    size_t from = (h * capacity + low) * dim;
    widen((round16(length) - low) * dim, keys + from, wide_keys);
    widen((length - low) * dim, values + from, wide_values);
    attend_cached(first, low, length, dim, group, scale, q + h * group * dim, wide_keys,
                  wide_values, o + h * group * dim, scratch, ld);
  }
}
