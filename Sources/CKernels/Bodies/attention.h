/* Causal attention (Vaswani et al. 2017). A few query rows at a time are multiplied by all their
   keys at once, so there is no running maximum: softmax is over the whole row, and its bits do not
   depend on blocks. The backward pass recomputes probabilities from the row's maximum and sum, as
   in Dao et al. 2022 (FlashAttention), algorithm 4.

   A row attends to the tokens from `first_visible` to itself. Blocks begin at a multiple of 16 keys
   and end with their last row; tokens outside a row's range have probability zero. Zeros do not
   change a sum of finite values, so a row has the same bits in any block, and alone. */

CK_INLINE size_t round16(size_t n) { return (n + 15) / 16 * 16; }
CK_INLINE size_t smaller_size(size_t a, size_t b) { return a < b ? a : b; }

/* A window of w tokens is the token itself and the w - 1 before it; 0 means no window. */
CK_INLINE size_t first_visible(size_t position, size_t window) {
  return window && position + 1 > window ? position + 1 - window : 0;
}

/* Returns the sixteen scores from `i` on; those outside first ..< end are -∞. */
CK_INLINE v16 visible_scores(const float *s, size_t i, size_t first, size_t end, float scale) {
  v16 x = load(s + i) * splat(scale);
  if (i + 16 > end) x = pick(first_lanes(end - i), x, splat(-__builtin_inff()));
  if (i < first) x = pick(first_lanes(first - i), splat(-__builtin_inff()), x);
  return x;
}

/* Replaces scores s[first ..< end] by exp(scaled score - max), and the rest of their groups of
   sixteen by 0. Returns the maximum and Σ. */
CK_INLINE float softmax_row(size_t first, size_t end, float *s, float scale, float *maximum) {
  v16 largest = splat(-__builtin_inff());
  for (size_t i = first / 16 * 16; i < end; i += 16) {
    v16 x = visible_scores(s, i, first, end, scale);
    store(s + i, x);
    largest = larger(x, largest);
  }
  float m = fold_larger(largest);
  v16 sum = splat(0.0f);
  for (size_t i = first / 16 * 16; i < end; i += 16) {
    v16 p = exp16(load(s + i) - splat(m));
    store(s + i, p);
    sum = sum + p;
  }
  *maximum = m;
  return fold_sum(sum);
}

CK_INLINE void zero_from(float *x, size_t first, size_t end) {
  if (first < end) memset(x + first, 0, (end - first) * sizeof(float));
}

/* o = o · scale. Adding zero turns every -0 into +0, so that the sign does not depend on the order
   of the sum. */
CK_INLINE void finish_row(size_t dim, float *o, float scale) {
  CK_EACH(0, dim, PUT(o + i, GET(o + i) * splat(scale) + splat(0.0f)););
}

static void kernel_attention(size_t length, size_t window, size_t dim, size_t group, float scale,
                             const float *q, size_t q_stride, const float *k, const float *v,
                             size_t kv_stride, float *o, float *row_max, float *row_scale,
                             float *scratch) {
  size_t ld = CK_SCORE_STRIDE(length);
  float *keys = scratch;                      /* panels of 16 tokens, [dim][16] */
  float *values = keys + round16(length) * dim; /* panels of 16 dimensions, [length][16] */
  float *s = values + round16(dim) * length;  /* [CK_QUERY_BLOCK × ld] */
  pack_panels(dim, length, k, 1, kv_stride, keys);
  pack_panels(length, dim, v, kv_stride, 1, values);
  for (size_t g = 0; g < group; g++)
    for (size_t start = 0; start < length; start += CK_QUERY_BLOCK) {
      size_t rows = smaller_size(CK_QUERY_BLOCK, length - start);
      size_t seen = start + rows;
      size_t low = first_visible(start, window) / 16 * 16;
      const float *qb = q + start * q_stride + g * dim;
      float *ob = o + start * q_stride + g * dim;
      panels_product(rows, (round16(seen) - low) / 16, dim, qb, q_stride, 1, keys + low * dim,
                     16 * dim, s + low, ld, 0);
      float inverse[CK_QUERY_BLOCK];
      for (size_t r = 0; r < rows; r++) {
        float *sr = s + r * ld;
        size_t first = first_visible(start + r, window);
        float maximum;
        inverse[r] = 1.0f / softmax_row(first, start + r + 1, sr, scale, &maximum);
        zero_from(sr, low, first / 16 * 16);
        zero_from(sr, round16(start + r + 1), seen);
        if (row_max) {
          row_max[g * length + start + r] = maximum;
          row_scale[g * length + start + r] = inverse[r];
        }
      }
      columns_product(rows, dim, seen - low, s + low, ld, 1, values + low * 16, 16 * length, ob,
                      q_stride, 0);
      for (size_t r = 0; r < rows; r++) finish_row(dim, ob + r * q_stride, inverse[r]);
    }
}

/* --- Backward --- */

/* Converts scores p and d loss / d probability ds of one row to probabilities and d loss / d
   score. */
CK_INLINE void softmax_row_backward(size_t first, size_t end, float *p, float *ds, float scale,
                                    float row_maximum, float row_inverse, float row_delta) {
  v16 maximum = splat(row_maximum);
  v16 inverse = splat(row_inverse);
  v16 delta = splat(row_delta);
  for (size_t i = first / 16 * 16; i < end; i += 16) {
    v16 x = exp16(visible_scores(p, i, first, end, scale) - maximum) * inverse;
    v16 d = x * (load(ds + i) - delta) * splat(scale);
    store(p + i, x);
    store(ds + i, d);
  }
}

/* dx[key] += Σ over the block's rows, in order, of weights[row][key] · x[row]. `x` is packed in
   panels of 16 dimensions; rows before a key do not attend to it and are left out. */
CK_INLINE void add_to_keys(size_t base, size_t rows, size_t low, size_t dim, const float *weights,
                           size_t ld, const float *x, float *dx, size_t stride) {
  columns_product(base - low, dim, rows, weights + low, 1, ld, x, 16 * rows, dx + low * stride,
                  stride, 1);
  for (size_t r = 0; r < rows; r += CK_QUERY_BLOCK)
    columns_product(smaller_size(CK_QUERY_BLOCK, rows - r), dim, rows - r,
                    weights + r * ld + base + r, 1, ld, x + r * 16, 16 * rows,
                    dx + (base + r) * stride, stride, 1);
}

static void kernel_attention_backward(size_t length, size_t window, size_t dim, size_t group,
                                      float scale, const float *q, size_t q_stride, const float *k,
                                      const float *v, size_t kv_stride, const float *o,
                                      const float *d_o, const float *row_max,
                                      const float *row_scale, float *dq, int accumulate_q,
                                      float *dk, int accumulate_k, float *dv, int accumulate_v,
                                      float *scratch) {
  size_t padded = round16(length);
  size_t ld = CK_SCORE_STRIDE(length);
  float *keys = scratch;                        /* panels of 16 tokens, [dim][16] */
  float *values = keys + padded * dim;          /* the same */
  float *key_rows = values + padded * dim;      /* panels of 16 dimensions, [length][16] */
  float *query = key_rows + round16(dim) * length; /* the same, of a block's rows */
  float *d_output = query + round16(dim) * CK_GRADIENT_BLOCK;
  float *p = d_output + round16(dim) * CK_GRADIENT_BLOCK; /* [CK_GRADIENT_BLOCK × ld] */
  float *ds = p + CK_GRADIENT_BLOCK * ld;
  pack_panels(dim, length, k, 1, kv_stride, keys);
  pack_panels(dim, length, v, 1, kv_stride, values);
  pack_panels(length, dim, k, kv_stride, 1, key_rows);
  if (!accumulate_k) clear(length, dim, dk, kv_stride);
  if (!accumulate_v) clear(length, dim, dv, kv_stride);
  for (size_t g = 0; g < group; g++)
    for (size_t base = 0; base < length; base += CK_GRADIENT_BLOCK) {
      size_t block = smaller_size(CK_GRADIENT_BLOCK, length - base);
      size_t block_low = first_visible(base, window) / 16 * 16;
      for (size_t start = base; start < base + block; start += CK_QUERY_BLOCK) {
        size_t rows = smaller_size(CK_QUERY_BLOCK, base + block - start);
        size_t seen = start + rows;
        size_t low = first_visible(start, window) / 16 * 16;
        size_t panels = (round16(seen) - low) / 16;
        size_t offset = start * q_stride + g * dim;
        float *ps = p + (start - base) * ld;
        float *dss = ds + (start - base) * ld;
        panels_product(rows, panels, dim, q + offset, q_stride, 1, keys + low * dim, 16 * dim,
                       ps + low, ld, 0);
        panels_product(rows, panels, dim, d_o + offset, q_stride, 1, values + low * dim, 16 * dim,
                       dss + low, ld, 0);
        for (size_t r = 0; r < rows; r++) {
          size_t first = first_visible(start + r, window);
          size_t end = start + r + 1;
          size_t row = offset + r * q_stride;
          softmax_row_backward(first, end, ps + r * ld, dss + r * ld, scale,
                               row_max[g * length + start + r], row_scale[g * length + start + r],
                               lanes_dot(dim, d_o + row, o + row));
          zero_from(ps + r * ld, block_low, first / 16 * 16);
          zero_from(dss + r * ld, block_low, first / 16 * 16);
          zero_from(ps + r * ld, round16(end), base + block);
          zero_from(dss + r * ld, round16(end), base + block);
        }
        columns_product(rows, dim, seen - low, dss + low, ld, 1, key_rows + low * 16, 16 * length,
                        dq + offset, q_stride, accumulate_q);
      }
      size_t offset = base * q_stride + g * dim;
      pack_panels(block, dim, q + offset, q_stride, 1, query);
      pack_panels(block, dim, d_o + offset, q_stride, 1, d_output);
      add_to_keys(base, block, block_low, dim, ds, ld, query, dk, kv_stride);
      add_to_keys(base, block, block_low, dim, p, ld, d_output, dv, kv_stride);
    }
}
