/* Vectors of 16 floats: the 16 lanes of every reduction, for registers of any width. */

#define CK_INLINE static inline __attribute__((always_inline))

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));
typedef double v16d __attribute__((vector_size(128)));
/* The same in memory, aligned only as a float. */
typedef float v16u __attribute__((vector_size(64), aligned(4)));

CK_INLINE v16 load(const float *p) { return *(const v16u *)p; }
CK_INLINE void store(float *p, v16 x) { *(v16u *)p = x; }
CK_INLINE v16 splat(float x) {
  return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}
CK_INLINE v16 fma16(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }

/* Selects lanes: from a where `mask` is -1, from b where it is 0. */
CK_INLINE v16 pick(v16i mask, v16 a, v16 b) {
  return (v16)((mask & (v16i)a) | (~mask & (v16i)b));
}

/* Returns the larger value in each lane; b if they compare equal, so that the sign of a zero is
   defined. */
CK_INLINE v16 larger(v16 a, v16 b) { return pick(a > b, a, b); }

/* Writes the transpose of x[8×8], with rows ldx apart, to y[8×8], with rows ldy apart. */
CK_INLINE void transpose8(const float *x, size_t ldx, float *y, size_t ldy) {
  typedef float v8 __attribute__((vector_size(32)));
  typedef float v8u __attribute__((vector_size(32), aligned(4)));
  v8 a[8], b[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) a[i] = *(const v8u *)(x + (size_t)i * ldx);
  /* Swaps within pairs of rows, then pairs of pairs, then halves. */
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4) {
    a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 1] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    a[i + 2] = __builtin_shufflevector(b[i + 1], b[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 3] = __builtin_shufflevector(b[i + 1], b[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    *(v8u *)(y + (size_t)i * ldy) =
        __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(v8u *)(y + (size_t)(i + 4) * ldy) =
        __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/* Loads the first n < 16 lanes from memory; the others are `rest`. */
CK_INLINE v16 load_part(const float *p, size_t n, float rest) {
  float lanes[16];
  for (size_t i = 0; i < 16; i++) lanes[i] = rest;
  for (size_t i = 0; i < n; i++) lanes[i] = p[i];
  return load(lanes);
}

CK_INLINE void store_part(float *p, size_t n, v16 x) {
  float lanes[16];
  store(lanes, x);
  for (size_t i = 0; i < n; i++) p[i] = lanes[i];
}

/* Returns -1 in lanes i < n and 0 in the others. */
CK_INLINE v16i first_lanes(size_t n) {
  const v16i index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return index < ((v16i){0} + (int32_t)n);
}

/* Folds in the fixed tree: lanes (i, i+8), then (i, i+4), (i, i+2), (0, 1). */
CK_INLINE float fold_sum(v16 x) {
  float lanes[16];
  store(lanes, x);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lanes[i] = lanes[i] + lanes[i + half];
  return lanes[0];
}

CK_INLINE float fold_larger(v16 x) {
  float lanes[16];
  store(lanes, x);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++)
      lanes[i] = lanes[i] > lanes[i + half] ? lanes[i] : lanes[i + half];
  return lanes[0];
}

/* Runs `STATEMENT` for every 16 elements from `first` to `last`, with `i` the index and `n` the
   number of lanes in use; GET and PUT respect n. The compiler makes two loops of it. */
#define CK_EACH(first, last, STATEMENT)                                                            \
  do {                                                                                             \
    size_t i = (first);                                                                            \
    for (; i + 16 <= (last); i += 16) {                                                            \
      const size_t n = 16;                                                                         \
      STATEMENT                                                                                    \
    }                                                                                              \
    if (i < (last)) {                                                                              \
      const size_t n = (last) - i;                                                                 \
      STATEMENT                                                                                    \
    }                                                                                              \
  } while (0)
#define GET(p) (n == 16 ? load(p) : load_part((p), n, 0.0f))
#define PUT(p, x)                                                                                  \
  do {                                                                                             \
    if (n == 16)                                                                                   \
      store((p), (x));                                                                             \
    else                                                                                           \
      store_part((p), n, (x));                                                                     \
  } while (0)

/* Fills rows of a matrix with zeros. */
CK_INLINE void clear(size_t rows, size_t n, float *c, size_t ldc) {
  for (size_t r = 0; r < rows; r++) memset(c + r * ldc, 0, n * sizeof(float));
}
