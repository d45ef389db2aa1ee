/* Causal attention (Vaswani et al. 2017). A few query rows at a time see all their keys at once, so
   there is no running maximum: softmax is of the whole row, and its bits do not depend on blocks.
   The backward pass computes probabilities again from the row's maximum and sum, as in Dao et al.
   2022 (FlashAttention), algorithm 4. */

/* Scores in s[0 ..< n]: scales, replaces them by exp(score - max), returns max and Σ. */
CK_INLINE float softmax_row(size_t count, float *s, float scale, float *maximum) {
  v16 largest = splat(-__builtin_inff());
  CK_EACH(0, count, {
    v16 x = GET(s + i) * splat(scale);
    PUT(s + i, x);
    largest = larger(n == 16 ? x : pick(first_lanes(n), x, splat(-__builtin_inff())), largest);
  });
  float m = fold_larger(largest);
  v16 sum = splat(0.0f);
  CK_EACH(0, count, {
    v16 p = exp16(GET(s + i) - splat(m));
    PUT(s + i, p);
    sum = sum + (n == 16 ? p : pick(first_lanes(n), p, splat(0.0f)));
  });
  *maximum = m;
  return fold_sum(sum);
}

CK_INLINE size_t round16(size_t n) { return (n + 15) / 16 * 16; }

/* [length × dim] to [dim × round16(length)], zeros at the end, so that products of scores have
   whole vectors only. */
CK_INLINE void transpose_rows(size_t length, size_t dim, const float *x, size_t stride, float *y) {
  size_t padded = round16(length);
  kernel_transpose(length, dim, x, stride, y, padded);
  for (size_t d = 0; d < dim; d++)
    memset(y + d * padded + length, 0, (padded - length) * sizeof(float));
}

/* o = o · scale. Adding zero makes every zero positive, however the chain reached it. */
CK_INLINE void finish_row(size_t dim, float *o, float scale) {
  CK_EACH(0, dim, PUT(o + i, GET(o + i) * splat(scale) + splat(0.0f)););
}

static void kernel_attention(size_t length, size_t dim, size_t group, float scale, const float *q,
                             size_t q_stride, const float *k, const float *v, size_t kv_stride,
                             float *o, float *row_max, float *row_scale, float *scratch) {
  size_t padded = round16(length);
  float *keys = scratch; /* [dim × padded] */
  float *s = keys + dim * padded; /* [CK_QUERY_BLOCK × padded] */
  transpose_rows(length, dim, k, kv_stride, keys);
  for (size_t g = 0; g < group; g++)
    for (size_t start = 0; start < length; start += CK_QUERY_BLOCK) {
      size_t rows = length - start < CK_QUERY_BLOCK ? length - start : CK_QUERY_BLOCK;
      float *out = o + start * q_stride + g * dim;
      kernel_gemm(rows, round16(start + rows), dim, q + start * q_stride + g * dim, q_stride, 1,
                  keys, padded, 1, s, padded, 0);
      float inverse[CK_QUERY_BLOCK];
      for (size_t r = 0; r < rows; r++) {
        float maximum;
        inverse[r] = 1.0f / softmax_row(start + r + 1, s + r * padded, scale, &maximum);
        if (row_max) {
          row_max[g * length + start + r] = maximum;
          row_scale[g * length + start + r] = inverse[r];
        }
      }
      /* What all rows of the block see, then each row's part of the diagonal: one chain over the
         keys in order, as a decoder's single row has it. */
      kernel_gemm(rows, dim, start, s, padded, 1, v, kv_stride, 1, out, q_stride, 0);
      for (size_t r = 0; r < rows; r++) {
        kernel_gemm(1, dim, r + 1, s + r * padded + start, 0, 1, v + start * kv_stride, kv_stride,
                    1, out + r * q_stride, q_stride, 1);
        finish_row(dim, out + r * q_stride, inverse[r]);
      }
    }
}

static void kernel_attention_decode(size_t length, size_t capacity, size_t dim, size_t kv_heads,
                                    size_t group, float scale, const float *q, const float *keys,
                                    const float *values, float *o, float *scratch) {
  size_t padded = round16(length);
  for (size_t h = 0; h < kv_heads; h++) {
    const float *qh = q + h * group * dim;
    float *oh = o + h * group * dim;
    /* Scores past the length, up to a whole vector, are computed and ignored. */
    kernel_gemm(group, padded <= capacity ? padded : length, dim, qh, dim, 1,
                keys + h * dim * capacity, capacity, 1, scratch, padded, 0);
    for (size_t g = 0; g < group; g++) {
      float maximum;
      float inverse = 1.0f / softmax_row(length, scratch + g * padded, scale, &maximum);
      kernel_gemm(1, dim, length, scratch + g * padded, 0, 1, values + h * dim * capacity, dim,
                  1, oh + g * dim, dim, 0);
      finish_row(dim, oh + g * dim, inverse);
    }
  }
}

CK_INLINE void zero_rows(size_t rows, size_t n, float *x, size_t stride) {
  for (size_t r = 0; r < rows; r++) memset(x + r * stride, 0, n * sizeof(float));
}

static void kernel_attention_backward(size_t length, size_t dim, size_t group, float scale,
                                      const float *q, size_t q_stride, const float *k,
                                      const float *v, size_t kv_stride, const float *o,
                                      const float *d_o, const float *row_max,
                                      const float *row_scale, float *dq, int accumulate_q,
                                      float *dk, int accumulate_k, float *dv, int accumulate_v,
                                      float *scratch) {
  size_t padded = round16(length);
  float *keys = scratch;            /* [dim × padded] */
  float *values = keys + dim * padded;
  float *p = values + dim * padded; /* [CK_QUERY_BLOCK × padded]: probabilities */
  float *ds = p + CK_QUERY_BLOCK * padded; /* d loss / d probability, then d loss / d score */
  transpose_rows(length, dim, k, kv_stride, keys);
  transpose_rows(length, dim, v, kv_stride, values);
  if (!accumulate_k) zero_rows(length, dim, dk, kv_stride);
  if (!accumulate_v) zero_rows(length, dim, dv, kv_stride);
  for (size_t g = 0; g < group; g++)
    for (size_t start = 0; start < length; start += CK_QUERY_BLOCK) {
      size_t rows = length - start < CK_QUERY_BLOCK ? length - start : CK_QUERY_BLOCK;
      size_t seen = start + rows;
      const float *qb = q + start * q_stride + g * dim;
      const float *ob = o + start * q_stride + g * dim;
      const float *dob = d_o + start * q_stride + g * dim;
      kernel_gemm(rows, round16(seen), dim, qb, q_stride, 1, keys, padded, 1, p, padded, 0);
      kernel_gemm(rows, round16(seen), dim, dob, q_stride, 1, values, padded, 1, ds, padded, 0);
      for (size_t r = 0; r < rows; r++) {
        float *pr = p + r * padded;
        float *dsr = ds + r * padded;
        v16 maximum = splat(row_max[g * length + start + r]);
        v16 inverse = splat(row_scale[g * length + start + r]);
        v16 delta = splat(lanes_dot(dim, dob + r * q_stride, ob + r * q_stride));
        size_t visible = start + r + 1;
        CK_EACH(0, visible, {
          v16 x = exp16(GET(pr + i) * splat(scale) - maximum) * inverse;
          PUT(pr + i, x);
          PUT(dsr + i, x * (GET(dsr + i) - delta) * splat(scale));
        });
        for (size_t j = visible; j < seen; j++) pr[j] = dsr[j] = 0.0f;
      }
      kernel_gemm(rows, dim, seen, ds, padded, 1, k, kv_stride, 1,
                  dq + start * q_stride + g * dim, q_stride, accumulate_q);
      kernel_gemm(seen, dim, rows, ds, 1, padded, qb, q_stride, 1, dk, kv_stride, 1);
      kernel_gemm(seen, dim, rows, p, 1, padded, dob, q_stride, 1, dv, kv_stride, 1);
    }
}
