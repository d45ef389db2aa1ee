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

/* The variant in use, chosen once from the processor and
   LACONIC_KERNELS=portable|avx2|avx512|avx512bf16|amx. The last two have products in bf16 of their
   own, and are AVX-512 otherwise. */
enum { CK_PORTABLE = 0, CK_AVX2 = 1, CK_AVX512 = 2, CK_AVX512_BF16 = 3, CK_AMX = 4 };
int ck_is_available(int variant);
int ck_selected(void);
/* Selects a variant. Returns 1 on success, 0 if the processor does not support it. For tests. */
int ck_select(int variant);

/* A hint to the processor inside a spinning loop. */
void ck_pause(void);

/* C[m×n] (+)= A[m×k] · B[k×n]. A(i, p) is a[i * a_row + p * a_column] and B(p, j) is b[p * b_row +
   j * b_column]; for each matrix one stride is 1. C has unit column stride. */
void ck_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                 const float *b, size_t b_row, size_t b_column, float *c, size_t ldc,
                 int accumulate);
/* Packs one B for many products, by and for one variant, which must be available. Columns from
   `first` on, a multiple of 64, are also a packed matrix, at packed + first * k. */
void ck_pack_f32(int variant, size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                 float *packed);
void ck_gemm_packed_f32(int variant, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        size_t a_column, const float *packed, float *c, size_t ldc,
                        int accumulate);
/* Number of floats in a packed B. */
size_t ck_packed_size(size_t n, size_t k);
/* Number of columns of a panel of packed B in a variant; the last panel may have fewer. */
size_t ck_panel_width(int variant);

/* A matrix W[outputs × inputs] that is only read, in its own precision: panels of `width` outputs,
   [inputs][width], one after another, the last narrowed to the least multiple of 16. Every block of
   `block` inputs, a multiple of 16, has for each output a scale and, if `added` is not NULL, a
   number to add: value = scale · q + added, rounded twice. They are [outputs / 16][blocks][16]. */
enum { CK_KEPT_F32 = 0, CK_KEPT_BF16 = 1, CK_KEPT_F16 = 2, CK_KEPT_INT8 = 3 };
typedef struct {
  int form;
  size_t outputs, inputs;
  /* 16, or in CK_KEPT_F32 the width of a variant, so that `values` is a packed B too. */
  size_t width;
  const void *values;
  /* For CK_KEPT_INT8 only. */
  size_t block;
  const float *scales, *added;
} ck_kept;
/* C[m×n] (+)= A[m×inputs] · Wᵀ, of whose columns (outputs) n from `first`, a multiple of 16, on. */
void ck_kept_product_f32(size_t m, size_t first, size_t n, const ck_kept *b, const float *a,
                         size_t a_row, float *c, size_t ldc, int accumulate);
/* C[m×n] (+)= A[m×outputs] · W, of whose columns (inputs) n from `first`, a multiple of 16, on. */
void ck_kept_product_transposed_f32(size_t m, size_t first, size_t n, const ck_kept *b,
                                    const float *a, size_t a_row, float *c, size_t ldc,
                                    int accumulate);
/* y[r] = W[ids[r]], widened. */
void ck_kept_rows_f32(size_t count, const ck_kept *b, const int32_t *ids, float *y);
/* Puts up to 16 rows of values of 1, 2 or 4 bytes side by side: from[rows][inputs] to columns of
   to[inputs][width]. */
void ck_keep_rows_f32(size_t rows, size_t inputs, size_t size, const void *from, void *to,
                      size_t width);

/* Packs B, or `k` rows of it from a multiple of 32 on, in bf16: every value is rounded to nearest,
   ties to even, and is zero if its exponent then is. The order is the same for every variant:
   panels of 16 columns, each `deep` values deep, of pairs along the depth. With B(p, j) as above,
   column j of a multiple of 16 and row p of a multiple of 32 begin at packed + j * deep + p * 16.
   Writes zeros in the place of rows up to the next multiple of 32, and of columns of 16. */
void ck_pack_bf16(size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                  uint16_t *packed, size_t deep);
/* The depth of a panel of k rows. */
size_t ck_packed_depth_bf16(size_t k);
/* C[m×n] (+)= A[m×k] · B, where A is rounded as B was, and denormals are zeros wherever they
   appear. An output is one chain of fused multiply-adds over k, in order: the bits of VDPBF16PS,
   which fuses in the upper value of a pair before the lower. */
void ck_gemm_bf16(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                  const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate);
/* The same with the bits of TDPBF16PS: for every 32 values of depth, even and odd ones are summed
   apart, from zero, each in a chain of fused multiply-adds; their sum is added to the output. */
void ck_gemm_amx(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                 const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate);

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
/* Stores the token at `position` of a page of `capacity` tokens: keys[kv_head][token /
   16][dim][token mod 16], so that scores of 16 tokens are a product with unit stride, and
   values[kv_head][capacity][dim]. The capacity is a multiple of 16; key and value are [kv_heads ×
   dim]. */
void ck_cache_append_f32(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                         const float *key, const float *value, float *keys, float *values);
/* The same for pages in bf16, 16 bits per value: values are rounded to nearest when stored, and
   widened, one head of a page at a time, when read. */
void ck_cache_append_bf16_f32(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                              const float *key, const float *value, uint16_t *keys,
                              uint16_t *values);

/* One layer of a cache in pages: `offset` values after a page's address are its keys, and right
   after the keys its values, both as above. */
typedef struct {
  size_t page_length; /* tokens, a multiple of 16 */
  size_t offset;
  size_t kv_heads, group, dim, window;
  float scale;
} ck_attention;
/* A query row, all heads: q and o are [kv_heads × group × dim]. The row is the last of `length`
   tokens, which lie in `pages`. */
typedef struct {
  const float *q;
  float *o;
  size_t length;
  const void *const *pages;
} ck_attention_row;
/* Attention of some rows, the query heads of one key/value head. Every result equals the same row
   of ck_attention_f32, bit for bit. A page that neighbouring rows share is read once for all of
   them. */
void ck_attention_decode_f32(const ck_attention *a, size_t head, size_t rows,
                             const ck_attention_row *row, float *scratch);
void ck_attention_decode_bf16_f32(const ck_attention *a, size_t head, size_t rows,
                                  const ck_attention_row *row, float *scratch);
/* Number of scratch floats that the functions above need. */
size_t ck_attention_scratch(size_t length, size_t dim);
size_t ck_attention_backward_scratch(size_t length, size_t dim);
size_t ck_attention_decode_scratch(const ck_attention *a, size_t rows, size_t length);

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
