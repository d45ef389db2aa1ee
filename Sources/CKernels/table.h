#ifndef LACONIC_TABLE_H
#define LACONIC_TABLE_H

#include "include/CKernels.h"

/* Block sizes of a product: a block of A fits the second-level cache, a block of B the third-level
   cache, and a panel of B, CK_DEPTH deep, the first-level cache. A sum over k continues through C
   from block to block. */
enum { CK_DEPTH = 256, CK_HEIGHT = 192, CK_WIDTH = 1536 };
/* Each thread's packed copies of a block of A and a block of B, allocated when first needed. They
   are not thread-local arrays, which would take stack space from every thread of the process. */
extern _Thread_local float *ck_buffers;
float *ck_make_buffers(void);
static inline float *ck_packed_a(void) { return ck_buffers ? ck_buffers : ck_make_buffers(); }
static inline float *ck_packed_b(void) { return ck_packed_a() + CK_HEIGHT * CK_DEPTH; }

/* Kernels that share a memory order. The caller passes the variant of this order, so that no other
   variant can be selected between packing and product. */
#define CK_PACKED_KERNELS(X)                                                                       \
  X(void, pack,                                                                                    \
    (size_t n, size_t k, const float *b, size_t b_row, size_t b_column, float *packed),            \
    (n, k, b, b_row, b_column, packed))                                                            \
  X(void, gemm_packed,                                                                             \
    (size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,                  \
     const float *packed, float *c, size_t ldc, int accumulate),                                   \
    (m, n, k, a, a_row, a_column, packed, c, ldc, accumulate))

/* Products in bf16. Every variant reads the same packed B. */
#define CK_BF16_KERNELS(X)                                                                         \
  X(void, pack_bf16,                                                                               \
    (size_t n, size_t k, const float *b, size_t b_row, size_t b_column, uint16_t *packed,          \
     size_t deep),                                                                                 \
    (n, k, b, b_row, b_column, packed, deep))                                                      \
  X(void, gemm_bf16,                                                                               \
    (size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,                  \
     const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate),                   \
    (m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate))                               \
  X(void, gemm_amx,                                                                                \
    (size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,                  \
     const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate),                   \
    (m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate))

/* Every other kernel. The table, the variants and the entry points are made from this list.
   X(return type, name, parameters, arguments) */
#define CK_KERNELS(X)                                                                              \
  X(void, kept_product,                                                                            \
    (size_t m, size_t first, size_t n, const ck_kept *b, const float *a, size_t a_row, float *c,   \
     size_t ldc, int accumulate),                                                                  \
    (m, first, n, b, a, a_row, c, ldc, accumulate))                                                \
  X(void, kept_product_transposed,                                                                 \
    (size_t m, size_t first, size_t n, const ck_kept *b, const float *a, size_t a_row, float *c,   \
     size_t ldc, int accumulate),                                                                  \
    (m, first, n, b, a, a_row, c, ldc, accumulate))                                                \
  X(void, kept_rows, (size_t count, const ck_kept *b, const int32_t *ids, float *y),               \
    (count, b, ids, y))                                                                            \
  X(void, keep_rows,                                                                               \
    (size_t rows, size_t inputs, size_t size, const void *from, void *to, size_t width),           \
    (rows, inputs, size, from, to, width))                                                         \
  X(void, gemm,                                                                                    \
    (size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,  \
     size_t b_row, size_t b_column, float *c, size_t ldc, int accumulate),                         \
    (m, n, k, a, a_row, a_column, b, b_row, b_column, c, ldc, accumulate))                         \
  X(void, rms_norm,                                                                                \
    (size_t rows, size_t n, const float *x, const float *weight, float epsilon, float *y,          \
     float *scales),                                                                               \
    (rows, n, x, weight, epsilon, y, scales))                                                      \
  X(void, rms_norm_backward,                                                                       \
    (size_t rows, size_t n, const float *x, const float *weight, const float *scales,              \
     const float *dy, float *dx, int accumulate),                                                  \
    (rows, n, x, weight, scales, dy, dx, accumulate))                                              \
  X(void, rms_norm_weight,                                                                         \
    (size_t rows, size_t n, const float *x, const float *scales, const float *dy, float *dw,       \
     size_t first, size_t last),                                                                   \
    (rows, n, x, scales, dy, dw, first, last))                                                     \
  X(void, rotary,                                                                                  \
    (size_t rows, size_t heads, size_t dim, const int32_t *positions, const float *cosines,        \
     const float *sines, int inverse, const float *x, float *y, int accumulate),                   \
    (rows, heads, dim, positions, cosines, sines, inverse, x, y, accumulate))                      \
  X(void, swiglu, (size_t count, const float *gate, const float *up, float *y),                    \
    (count, gate, up, y))                                                                          \
  X(void, swiglu_backward,                                                                         \
    (size_t count, const float *gate, const float *up, const float *dy, float *dgate,              \
     int accumulate_gate, float *dup, int accumulate_up),                                          \
    (count, gate, up, dy, dgate, accumulate_gate, dup, accumulate_up))                             \
  X(void, geglu, (size_t count, const float *gate, const float *up, float *y),                     \
    (count, gate, up, y))                                                                          \
  X(void, geglu_backward,                                                                          \
    (size_t count, const float *gate, const float *up, const float *dy, float *dgate,              \
     int accumulate_gate, float *dup, int accumulate_up),                                          \
    (count, gate, up, dy, dgate, accumulate_gate, dup, accumulate_up))                             \
  X(void, convolution,                                                                             \
    (size_t length, size_t channels, size_t width, const float *x, const float *w, float *y),      \
    (length, channels, width, x, w, y))                                                            \
  X(void, convolution_backward,                                                                    \
    (size_t length, size_t channels, size_t width, const float *dy, const float *w, float *dx,     \
     int accumulate),                                                                              \
    (length, channels, width, dy, w, dx, accumulate))                                              \
  X(void, convolution_weight,                                                                      \
    (size_t length, size_t channels, size_t width, const float *x, const float *dy, float *dw,     \
     size_t first, size_t last),                                                                   \
    (length, channels, width, x, dy, dw, first, last))                                             \
  X(void, convolution_step,                                                                        \
    (size_t channels, size_t width, size_t position, const float *x, const float *history,         \
     const float *w, float *y),                                                                    \
    (channels, width, position, x, history, w, y))                                                 \
  X(void, attention,                                                                               \
    (size_t length, size_t window, size_t dim, size_t group, float scale, const float *q,          \
     size_t q_stride, const float *k, const float *v, size_t kv_stride, float *o, float *row_max,  \
     float *row_scale, float *scratch),                                                            \
    (length, window, dim, group, scale, q, q_stride, k, v, kv_stride, o, row_max, row_scale,       \
     scratch))                                                                                     \
  X(void, attention_backward,                                                                      \
    (size_t length, size_t window, size_t dim, size_t group, float scale, const float *q,          \
     size_t q_stride, const float *k, const float *v, size_t kv_stride, const float *o,            \
     const float *d_o, const float *row_max, const float *row_scale, float *dq, int accumulate_q,  \
     float *dk, int accumulate_k, float *dv, int accumulate_v, float *scratch),                    \
    (length, window, dim, group, scale, q, q_stride, k, v, kv_stride, o, d_o, row_max, row_scale,  \
     dq, accumulate_q, dk, accumulate_k, dv, accumulate_v, scratch))                               \
  X(void, cache_append_bf16,                                                                       \
    (size_t position, size_t capacity, size_t dim, size_t kv_heads, const float *key,              \
     const float *value, uint16_t *keys, uint16_t *values),                                        \
    (position, capacity, dim, kv_heads, key, value, keys, values))                                 \
  X(void, attention_decode_bf16,                                                                   \
    (const ck_attention *a, size_t head, size_t rows, const ck_attention_row *row,                 \
     float *scratch),                                                                              \
    (a, head, rows, row, scratch))                                                                 \
  X(void, cache_append,                                                                            \
    (size_t position, size_t capacity, size_t dim, size_t kv_heads, const float *key,              \
     const float *value, float *keys, float *values),                                              \
    (position, capacity, dim, kv_heads, key, value, keys, values))                                 \
  X(void, attention_decode,                                                                        \
    (const ck_attention *a, size_t head, size_t rows, const ck_attention_row *row,                 \
     float *scratch),                                                                              \
    (a, head, rows, row, scratch))                                                                 \
  X(void, softmax_statistics,                                                                      \
    (size_t rows, size_t n, float *logits, float inverse_temperature, const int32_t *banned,       \
     size_t banned_count, float *maxima, float *log_sums),                                         \
    (rows, n, logits, inverse_temperature, banned, banned_count, maxima, log_sums))                \
  X(void, log_softmax,                                                                             \
    (size_t rows, size_t n, float *logits, const float *maxima, const float *log_sums),            \
    (rows, n, logits, maxima, log_sums))                                                           \
  X(void, log_softmax_backward,                                                                    \
    (size_t rows, size_t n, float *logits, const float *maxima, const float *log_sums,             \
     const int32_t *targets, const float *seeds, float inverse_temperature),                       \
    (rows, n, logits, maxima, log_sums, targets, seeds, inverse_temperature))                      \
  X(size_t, draw, (size_t count, const float *weights, double uniform), (count, weights, uniform)) \
  X(void, exp, (size_t count, const float *x, float *y), (count, x, y))                            \
  X(void, log, (size_t count, const float *x, float *y), (count, x, y))                            \
  X(void, add, (size_t count, const float *x, float *y, int accumulate),                           \
    (count, x, y, accumulate))                                                                     \
  X(void, sum, (size_t count, const float *a, const float *b, float *y), (count, a, b, y))         \
  X(void, scale, (size_t count, float factor, float *x), (count, factor, x))                       \
  X(void, add_row, (size_t rows, size_t n, const float *x, float *y, int accumulate),              \
    (rows, n, x, y, accumulate))                                                                   \
  X(void, sum_rows,                                                                                \
    (size_t rows, size_t n, const float *x, float *y, size_t first, size_t last),                  \
    (rows, n, x, y, first, last))                                                                  \
  X(void, gather, (size_t rows, size_t n, const float *table, const int32_t *ids, float *y),       \
    (rows, n, table, ids, y))                                                                      \
  X(void, scatter_add,                                                                             \
    (size_t rows, size_t n, const float *x, const int32_t *ids, float *table, size_t first,        \
     size_t last),                                                                                 \
    (rows, n, x, ids, table, first, last))                                                         \
  X(double, sum_of_squares, (size_t count, const float *x), (count, x))                            \
  X(void, adamw,                                                                                   \
    (size_t count, const ck_adamw *settings, const float *gradient, float *parameter, float *m,    \
     float *v),                                                                                    \
    (count, settings, gradient, parameter, m, v))

#define CK_MEMBER(type, name, parameters, arguments) type(*name) parameters;
typedef struct {
  size_t panel_width;
  CK_PACKED_KERNELS(CK_MEMBER) CK_BF16_KERNELS(CK_MEMBER) CK_KERNELS(CK_MEMBER)
} ck_table;
#undef CK_MEMBER

extern const ck_table ck_table_portable;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
/* The products in bf16 that have instructions of their own. */
void ck_gemm_bf16_dot(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                      const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate);
void ck_gemm_amx_tiles(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                       const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate);
#endif

/* Number of query rows whose scores attention holds at a time, and number of rows whose gradients
   of keys and values are summed at a time; the same in every variant. */
enum { CK_QUERY_BLOCK = 12, CK_GRADIENT_BLOCK = 96 };
/* Floats between two rows of scores: an odd number of whole vectors, because rows a power of two
   apart would share few lines of the first-level cache. */
#define CK_SCORE_STRIDE(length) ((((length) + 15) / 16 | 1) * 16)

#endif
