/* Products with kept weights: matrices of 8- or 16-bit values that are widened to 32 bits, a piece
   at a time, and then multiplied by the tiles of product.h. A piece stays in the first-level cache
   while all rows are multiplied by it. Widening is exact or has the roundings of the file formats'
   definitions, so the products have the bits of those with a widened matrix. */

/* The number of floats of a piece, and of rows and columns of a block of A; a run is a multiple of
   every piece's depth. */
enum { CK_PIECE = 8192, CK_KEPT_HEIGHT = 96, CK_RUN = 1024 };

/* The place in memory, in values, of input p and output j, a multiple of 16: there, the values of
   16 outputs lie side by side. */
CK_INLINE size_t kept_place(const ck_kept *b, size_t p, size_t j) {
  size_t panel = j / b->width * b->width;
  size_t width = (b->outputs - panel + 15) / 16 * 16;
  if (width > b->width) width = b->width;
  return panel * b->inputs + p * width + (j - panel);
}

CK_INLINE v16 widen_bf16(const uint16_t *p) {
  typedef uint16_t v16h __attribute__((vector_size(32), aligned(2)));
  typedef uint32_t v16w __attribute__((vector_size(64)));
  return (v16)(__builtin_convertvector(*(const v16h *)p, v16w) << 16);
}

CK_INLINE v16 widen_f16(const uint16_t *p) {
#ifdef CK_WIDE
  typedef _Float16 v16h __attribute__((vector_size(32), aligned(2)));
  return __builtin_convertvector(*(const v16h *)p, v16);
#else
  typedef uint16_t v16h __attribute__((vector_size(32), aligned(2)));
  v16i bits = (v16i)__builtin_convertvector(*(const v16h *)p, __typeof__((v16i){0}));
  v16i magnitude = (bits & 0x7fff) << 13;
  /* A subnormal number f · 2⁻²⁴ is the fraction of a number that begins at 2⁻¹⁴. */
  v16 small = (v16)(magnitude + (113 << 23)) - splat(0x1p-14f);
  v16 value = pick(magnitude < (1 << 23), small, (v16)(magnitude + (112 << 23)));
  return (v16)((v16i)value | (bits & 0x8000) << 16);
#endif
}

CK_INLINE v16 widen_int8(const int8_t *p) {
  typedef int8_t v16b __attribute__((vector_size(16), aligned(1)));
  return __builtin_convertvector(__builtin_convertvector(*(const v16b *)p, v16i), v16);
}

/* Widens inputs p ..< p + depth of outputs j ..< j + 16 to [depth][16], rows `to_row` apart. */
static void widen_piece(const ck_kept *b, size_t j, size_t p, size_t depth, float *to,
                        size_t to_row) {
  size_t place = kept_place(b, p, j);
  switch (b->form) {
  case CK_KEPT_F32: {
    size_t from_row = depth > 1 ? kept_place(b, p + 1, j) - place : 16;
    for (size_t i = 0; i < depth; i++)
      store(to + i * to_row, load((const float *)b->values + place + i * from_row));
    return;
  }
  case CK_KEPT_BF16:
    for (size_t i = 0; i < depth; i++)
      store(to + i * to_row, widen_bf16((const uint16_t *)b->values + place + i * 16));
    return;
  case CK_KEPT_F16:
    for (size_t i = 0; i < depth; i++)
      store(to + i * to_row, widen_f16((const uint16_t *)b->values + place + i * 16));
    return;
  case CK_KEPT_INT8: {
    const int8_t *from = (const int8_t *)b->values + place;
    size_t blocks = (b->inputs + b->block - 1) / b->block;
    for (size_t i = 0; i < depth;) {
      size_t block = (p + i) / b->block;
      size_t end = (block + 1) * b->block - p;
      if (end > depth) end = depth;
      v16 scale = load(b->scales + (j / 16 * blocks + block) * 16);
      if (b->added) {
        v16 added = load(b->added + (j / 16 * blocks + block) * 16);
        for (; i < end; i++) store(to + i * to_row, scale * widen_int8(from + i * 16) + added);
      } else {
        for (; i < end; i++) store(to + i * to_row, scale * widen_int8(from + i * 16));
      }
    }
    return;
  }
  }
}

/* The distance of two panels of a piece for few rows, which is not a power of two, so that they do
   not share lines of the first-level cache. */
CK_INLINE size_t piece_step(size_t depth) { return 16 * depth + 16; }

/* Multiplies rows by inputs p ..< p + depth of outputs j ..< j + columns: one panel, or for up to 3
   rows several panels of 16. */
CK_INLINE void kept_piece(size_t rows, size_t columns, size_t depth, const ck_kept *b, size_t j,
                          size_t p, const float *a, size_t a_row, float *c, size_t ldc,
                          int accumulate) {
  float *piece = ck_packed_b();
  if (rows <= 3) {
    size_t step = piece_step(depth);
    for (size_t v = 0; v < columns; v += 16)
      widen_piece(b, j + v, p, depth, piece + v / 16 * step, 16);
    columns_product(rows, columns, depth, a + p, a_row, 1, piece, step, c, ldc, accumulate);
    return;
  }
  size_t width = (columns + 15) / 16 * 16;
  for (size_t v = 0; v < columns; v += 16) widen_piece(b, j + v, p, depth, piece + v, width);
  block_product(rows, columns, depth, a + p, a_row, piece, 0, depth, c, ldc, accumulate);
}

static void kernel_kept_product(size_t m, size_t first, size_t n, const ck_kept *b, const float *a,
                                size_t a_row, float *c, size_t ldc, int accumulate) {
  size_t k = b->inputs;
  if (k == 0 && !accumulate) clear(m, n, c, ldc);
  if (m == 0) return;
  size_t wide = 16 * (m <= 3 ? narrow_vectors[m - 1] : CK_BLOCK_VECTORS);
  size_t deep = CK_PIECE / wide;
  /* A block of A stays in the second-level cache, and panels are read in long runs. */
  for (size_t i = 0; i < m; i += CK_KEPT_HEIGHT)
    for (size_t run = 0; run < k; run += CK_RUN)
      for (size_t j = 0; j < n; j += wide)
        for (size_t p = run; p < k && p < run + CK_RUN; p += deep)
          kept_piece(m - i < CK_KEPT_HEIGHT ? m - i : CK_KEPT_HEIGHT, n - j < wide ? n - j : wide,
                     k - p < deep ? k - p : deep, b, first + j, p, a + i * a_row, a_row,
                     c + i * ldc + j, ldc, accumulate || p > 0);
}

/* Widens outputs p ..< p + depth, a multiple of 16 on, of inputs j ..< j + columns, at most 16, to
   [depth][16], rows `to_row` apart; the depth is rounded up to a multiple of 16, and missing
   columns are zeros. */
static void widen_transposed(const ck_kept *b, size_t j, size_t columns, size_t p, size_t depth,
                             float *to, size_t to_row) {
  _Alignas(64) float square[256];
  if (columns < 16) memset(square, 0, sizeof square);
  for (size_t i = 0; i < depth; i += 16) {
    widen_piece(b, p + i, j, columns, square, 16);
    for (size_t row = 0; row < 16; row += 8)
      for (size_t column = 0; column < 16; column += 8)
        transpose8(square + row * 16 + column, 16, to + (i + column) * to_row + row, to_row);
  }
}

static void kernel_kept_product_transposed(size_t m, size_t first, size_t n, const ck_kept *b,
                                           const float *a, size_t a_row, float *c, size_t ldc,
                                           int accumulate) {
  enum { WIDE = 16 * CK_BLOCK_VECTORS, DEEP = CK_PIECE / WIDE };
  if (b->outputs == 0 && !accumulate) clear(m, n, c, ldc);
  float *piece = ck_packed_b();
  for (size_t i = 0; i < m; i += CK_HEIGHT)
    for (size_t p = 0; p < b->outputs; p += DEEP) {
      size_t depth = b->outputs - p < DEEP ? b->outputs - p : DEEP;
      for (size_t j = 0; j < n; j += WIDE) {
        size_t columns = n - j < WIDE ? n - j : WIDE;
        size_t width = (columns + 15) / 16 * 16;
        for (size_t v = 0; v < columns; v += 16)
          widen_transposed(b, first + j + v, columns - v < 16 ? columns - v : 16, p, depth,
                           piece + v, width);
        block_product(m - i < CK_HEIGHT ? m - i : CK_HEIGHT, columns, depth, a + i * a_row + p,
                      a_row, piece, 0, depth, c + i * ldc + j, ldc, accumulate || p > 0);
      }
    }
}

static void kernel_kept_rows(size_t count, const ck_kept *b, const int32_t *ids, float *y) {
  enum { DEEP = CK_PIECE / 16 };
  float *piece = ck_packed_b();
  for (size_t row = 0; row < count; row++) {
    size_t lane = (size_t)ids[row] % 16, j = (size_t)ids[row] - lane;
    for (size_t p = 0; p < b->inputs; p += DEEP) {
      size_t depth = b->inputs - p < DEEP ? b->inputs - p : DEEP;
      widen_piece(b, j, p, depth, piece, 16);
      for (size_t i = 0; i < depth; i++) y[row * b->inputs + p + i] = piece[i * 16 + lane];
    }
  }
}

/* Stores up to 16 rows of `size`-byte values side by side: from[rows][inputs] to to[inputs][16],
   rows of which are `width` values apart. */
#define CK_STORE_ROWS(type)                                                                        \
  for (size_t p = 0; p < inputs; p++)                                                              \
    for (size_t row = 0; row < rows; row++)                                                        \
      ((type *)to)[p * width + row] = ((const type *)from)[row * inputs + p];

static void kernel_keep_rows(size_t rows, size_t inputs, size_t size, const void *from, void *to,
                             size_t width) {
  switch (size) {
  case 1: CK_STORE_ROWS(uint8_t) return;
  case 2: CK_STORE_ROWS(uint16_t) return;
  default: CK_STORE_ROWS(uint32_t) return;
  }
}
#undef CK_STORE_ROWS
