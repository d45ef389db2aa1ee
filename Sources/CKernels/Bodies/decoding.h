/* One new token of a sequence, on top of a cache: see CKernels.h for the cache's order. */

static void kernel_cache_append(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                                const float *key, const float *value, float *keys, float *values) {
  for (size_t h = 0; h < kv_heads; h++) {
    float *panel = keys + (h * capacity + position / 16 * 16) * dim + position % 16;
    for (size_t d = 0; d < dim; d++) panel[16 * d] = key[h * dim + d];
    memcpy(values + (h * capacity + position) * dim, value + h * dim, dim * sizeof(float));
  }
}

static void kernel_attention_decode(size_t length, size_t window, size_t capacity, size_t dim,
                                    size_t kv_heads, size_t group, float scale, const float *q,
                                    const float *keys, const float *values, float *o,
                                    float *scratch) {
  size_t ld = CK_SCORE_STRIDE(length);
  size_t first = first_visible(length - 1, window);
  size_t low = first / 16 * 16;
  for (size_t h = 0; h < kv_heads; h++) {
    const float *qh = q + h * group * dim;
    float *oh = o + h * group * dim;
    const float *head_values = values + (h * capacity + low) * dim;
    /* Scores past the length, up to a whole vector, are computed and masked. */
    panels_product(group, (round16(length) - low) / 16, dim, qh, dim, 1,
                   keys + (h * capacity + low) * dim, 16 * dim, scratch + low, ld, 0);
    float inverse[CK_QUERY_BLOCK];
    for (size_t g = 0; g < group; g += CK_QUERY_BLOCK) {
      size_t rows = smaller_size(CK_QUERY_BLOCK, group - g);
      float *s = scratch + g * ld;
      for (size_t r = 0; r < rows; r++) {
        float maximum;
        inverse[r] = 1.0f / softmax_row(first, length, s + r * ld, scale, &maximum);
      }
      kernel_gemm(rows, dim, length - low, s + low, ld, 1, head_values, dim, 1, oh + g * dim, dim,
                  0);
      for (size_t r = 0; r < rows; r++) finish_row(dim, oh + (g + r) * dim, inverse[r]);
    }
  }
}
