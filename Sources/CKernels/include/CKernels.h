#ifndef LACONIC_CKERNELS_H
#define LACONIC_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/*
 Kernels on rows of 32-bit floats, row-major.

 Every kernel exists in three variants (portable, AVX2, AVX-512) compiled from one body, and all
 variants give the same bytes:
 - an output of a matrix product is one chain of fused multiply-adds over k, in order, starting from
   zero or, when accumulating, from the value already there;
 - a reduction along a row uses 16 lanes (lane = index mod 16) folded in the tree
   (i, i+8), (i, i+4), (i, i+2), (0, 1);
 - exp and log are defined here; everything else is IEEE 754 basic operations, square root and fma.

 No kernel allocates memory, except for one block per thread. Pointers need no alignment.
 `accumulate` is 1 to add the result to the destination and 0 to replace it. Raise `exact/N` in
 CPUBackend when bits change.
*/

/* The variant in use, chosen once from the processor and LACONIC_KERNELS=portable|avx2|avx512. */
enum { CK_PORTABLE = 0, CK_AVX2 = 1, CK_AVX512 = 2 };
int ck_is_available(int variant);
int ck_selected(void);
/* Selects a variant. Returns 1 on success, 0 if the processor does not support it. For tests. */
int ck_select(int variant);

/* A hint to the processor inside a spinning loop. */
void ck_pause(void);

/* C[m×n] (+)= A[m×k] · B[k×n]. A(i, p) is a[i * a_row + p * a_column] and B(p, j) is b[p * b_row +
   j * b_column]; for each matrix one stride is 1. C has unit column stride. With `rounding`, every
   value of A and B is first rounded to bf16, to nearest, ties to even. */
void ck_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                 const float *b, size_t b_row, size_t b_column, float *c, size_t ldc,
                 int accumulate, int rounding);
/* Packs one B for many products, by and for one variant, which must be available. Columns from
   `first` on, a multiple of 64, are also a packed matrix, at packed + first * k. A matrix packed
   with rounding can only be used in products with rounding. */
void ck_pack_f32(int variant, size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                 float *packed, int rounding);
void ck_gemm_packed_f32(int variant, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        size_t a_column, const float *packed, float *c, size_t ldc,
                        int accumulate, int rounding);
/* Number of floats in a packed B. */
size_t ck_packed_size(size_t n, size_t k);

/* y = x / sqrt(mean(x²) + epsilon) · weight (Zhang & Sennrich 2019). `scales`, one value per row,
   is kept for the backward pass; it may be NULL. */
void ck_rms_norm_f32(size_t rows, size_t n, const float *x, const float *weight, float epsilon,
                     float *y, float *scales);
void ck_rms_norm_backward_f32(size_t rows, size_t n, const float *x, const float *weight,
                              const float *scales, const float *dy, float *dx, int accumulate);
/* dw[c] += Σ over rows, in order, of dy · x · scale, for c in [first, last). */
void ck_rms_norm_weight_f32(size_t rows, size_t n, const float *x, const float *scales,
                            const float *dy, float *dw, size_t first, size_t last);

/* Rotates pairs (i, i + dim/2) of every head by the angle of the row's position. `inverse` rotates
   back, for the backward pass. cosines, sines: [positions × dim/2]. */
void ck_rotary_f32(size_t rows, size_t heads, size_t dim, const int32_t *positions,
                   const float *cosines, const float *sines, int inverse, const float *x, float *y,
                   int accumulate);

/* y = gate · sigmoid(gate) · up (Shazeer 2020). */
void ck_swiglu_f32(size_t count, const float *gate, const float *up, float *y);
/* A destination may be NULL, and is then skipped. */
void ck_swiglu_backward_f32(size_t count, const float *gate, const float *up, const float *dy,
                            float *dgate, int accumulate_gate, float *dup, int accumulate_up);
/* The same with gelu, approximated by tanh (Hendrycks & Gimpel 2016), in the place of silu. */
void ck_geglu_f32(size_t count, const float *gate, const float *up, float *y);
void ck_geglu_backward_f32(size_t count, const float *gate, const float *up, const float *dy,
                           float *dgate, int accumulate_gate, float *dup, int accumulate_up);

/* y[n] = Σ_j w[j] · x[n-j] per channel, over one segment; rows before the segment are not used. */
void ck_convolution_f32(size_t length, size_t channels, size_t width, const float *x,
                        const float *w, float *y);
void ck_convolution_backward_f32(size_t length, size_t channels, size_t width, const float *dy,
                                 const float *w, float *dx, int accumulate);
/* dw[j][c] += Σ over rows, in order, of dy[n][c] · x[n-j][c], for c in [first, last). */
void ck_convolution_weight_f32(size_t length, size_t channels, size_t width, const float *x,
                               const float *dy, float *dw, size_t first, size_t last);
/* Computes one row, at `position`; x[position - j] is history[(position - j) mod (width - 1)]. */
void ck_convolution_step_f32(size_t channels, size_t width, size_t position, const float *x,
                             const float *history, const float *w, float *y);

/* Causal attention of `group` query heads that share one key/value head, over one segment. Rows of
   q and o are `q_stride` apart, with head g of the group at column g·dim; rows of k and v are
   `kv_stride` apart. A token attends to itself and the `window` - 1 tokens before it, or to all
   tokens before it if `window` is 0. row_max and row_scale: [group × length]; both may be NULL. */
void ck_attention_f32(size_t length, size_t window, size_t dim, size_t group, float scale,
                      const float *q, size_t q_stride, const float *k, const float *v,
                      size_t kv_stride, float *o, float *row_max, float *row_scale,
                      float *scratch);
/* The gradients dq, dk, dv have the layouts of q, k, v. */
void ck_attention_backward_f32(size_t length, size_t window, size_t dim, size_t group, float scale,
                               const float *q, size_t q_stride, const float *k, const float *v,
                               size_t kv_stride, const float *o, const float *d_o,
                               const float *row_max, const float *row_scale, float *dq,
                               int accumulate_q, float *dk, int accumulate_k, float *dv,
                               int accumulate_v, float *scratch);
/* Stores the token at `position` in a cache of keys and values: keys[kv_head][token /
   16][dim][token mod 16], so that scores of 16 tokens are a product with unit stride, and
   values[kv_head][capacity][dim]. The capacity is a multiple of 16; key and value are [kv_heads ×
   dim]. */
void ck_cache_append_f32(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                         const float *key, const float *value, float *keys, float *values);
/* Attention of one query row, all heads: q and o are [kv_heads × group × dim]. The row is the
   last of the `length` cached tokens. The result equals the same row of ck_attention_f32, bit
   for bit. */
void ck_attention_decode_f32(size_t length, size_t window, size_t capacity, size_t dim,
                             size_t kv_heads, size_t group, float scale, const float *q,
                             const float *keys, const float *values, float *o, float *scratch);
/* The same for a cache in bf16, 16 bits per value: values are rounded to nearest when stored, and
   widened, one head at a time, when read. */
void ck_cache_append_bf16_f32(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                              const float *key, const float *value, uint16_t *keys,
                              uint16_t *values);
void ck_attention_decode_bf16_f32(size_t length, size_t window, size_t capacity, size_t dim,
                                  size_t kv_heads, size_t group, float scale, const float *q,
                                  const uint16_t *keys, const uint16_t *values, float *o,
                                  float *scratch);
/* Number of scratch floats that the functions above need. */
size_t ck_attention_scratch(size_t length, size_t dim);
size_t ck_attention_backward_scratch(size_t length, size_t dim);
size_t ck_attention_decode_scratch(size_t length, size_t group);
size_t ck_attention_decode_bf16_scratch(size_t length, size_t dim, size_t group);

/* logits ← logits · inverse_temperature, banned ids ← -inf. Returns per row the maximum and the
   logarithm of Σ exp(logit - maximum). A log-probability is (logit - maximum) - log_sum. */
void ck_softmax_statistics_f32(size_t rows, size_t n, float *logits, float inverse_temperature,
                               const int32_t *banned, size_t banned_count, float *maxima,
                               float *log_sums);
/* Converts logits, prepared as above, to log-probabilities in place. */
void ck_log_softmax_f32(size_t rows, size_t n, float *logits, const float *maxima,
                        const float *log_sums);
/* Converts prepared logits, in place, to seed · d log p(target) / d (unscaled logit). */
void ck_log_softmax_backward_f32(size_t rows, size_t n, float *logits, const float *maxima,
                                 const float *log_sums, const int32_t *targets,
                                 const float *seeds, float inverse_temperature);

/* Returns the first index whose cumulative weight exceeds uniform · total; `count` if no weight is
   positive or one is NaN. Weights are not negative; uniform is in [0, 1). */
size_t ck_draw_f32(size_t count, const float *weights, double uniform);

void ck_exp_f32(size_t count, const float *x, float *y);
void ck_log_f32(size_t count, const float *x, float *y);
/* y (+)= x */
void ck_add_f32(size_t count, const float *x, float *y, int accumulate);
/* y = a + b */
void ck_sum_f32(size_t count, const float *a, const float *b, float *y);
/* x ← factor · x */
void ck_scale_f32(size_t count, float factor, float *x);
/* Every row of y (+)= the row x, for n columns. */
void ck_add_row_f32(size_t rows, size_t n, const float *x, float *y, int accumulate);
/* y[c] += Σ over rows, in order, of x[r][c], for c in [first, last). */
void ck_sum_rows_f32(size_t rows, size_t n, const float *x, float *y, size_t first, size_t last);
/* y[r] = table[ids[r]] */
void ck_gather_f32(size_t rows, size_t n, const float *table, const int32_t *ids, float *y);
/* table[ids[r]] += x[r], rows in order, columns [first, last). */
void ck_scatter_add_f32(size_t rows, size_t n, const float *x, const int32_t *ids, float *table,
                        size_t first, size_t last);
/* Σ x², in double precision, 16 lanes. */
double ck_sum_of_squares_f32(size_t count, const float *x);

typedef struct {
  float gain1;                 /* 1 - beta1 */
  float beta2, gain2;          /* gain2 = 1 - beta2 */
  float epsilon;
  float decay;                 /* 1 - learning rate · weight decay */
  float step;                  /* learning rate / (1 - beta1^t) */
  float inverse_correction;    /* 1 / sqrt(1 - beta2^t) */
} ck_adamw;
/* AdamW (Loshchilov & Hutter 2019), in PyTorch's order of operations. */
void ck_adamw_f32(size_t count, const ck_adamw *settings, const float *gradient, float *parameter,
                  float *m, float *v);

#endif
