/* Matrix product. Vectors run along the columns of C, so every output is one chain over k. */

enum {
  CK_BLOCK_COLUMNS = 16 * CK_BLOCK_VECTORS,
  /* The number of rows from which packing A and B is faster. */
  CK_PACK_ROWS = 24,
  /* The number of floats of B from which prefetching is faster. */
  CK_AHEAD = 1 << 16,
};

/* Memory to prefetch: every step over k prefetches the cache line `step` bytes further on. */
typedef struct {
  const char *from;
  size_t step;
} ahead;

/* C[rows × 16·vectors] (+)= A · B, where the vectors of one row of B are `b_vector` apart. `rows`
   and `vectors` are constants wherever this is inlined. */
CK_INLINE void tile(const size_t rows, const size_t vectors, size_t k, const float *a,
                    size_t a_row, size_t a_column, const float *b, size_t b_row, size_t b_vector,
                    float *c, size_t ldc, int accumulate, ahead next) {
  v16 sum[CK_BLOCK_ROWS > 3 ? CK_BLOCK_ROWS : 3][CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++)
      sum[r][v] = accumulate ? load(c + r * ldc + 16 * v) : splat(0.0f);
  for (size_t p = 0; p < k; p++) {
    v16 row[CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) row[v] = load(b + p * b_row + v * b_vector);
    if (next.from) __builtin_prefetch(next.from + p * next.step, 0, 3);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      v16 x = splat(a[r * a_row + p * a_column]);
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) sum[r][v] = fma16(x, row[v], sum[r][v]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) store(c + r * ldc + 16 * v, sum[r][v]);
}

#define CK_TILE(rows, vectors)                                                                     \
  static __attribute__((noinline)) void tile_##rows##x##vectors(                                   \
      size_t k, const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row,       \
      size_t b_vector, float *c, size_t ldc, int accumulate) {                                     \
    tile(rows, vectors, k, a, a_row, a_column, b, b_row, b_vector, c, ldc, accumulate,             \
         (ahead){0});                                                                              \
  }
typedef void (*tile_function)(size_t, const float *, size_t, size_t, const float *, size_t, size_t,
                              float *, size_t, int);

/* tiles[r]: r + 1 rows of one vector. */
CK_TILE(1, 1)
CK_TILE(2, 1)
CK_TILE(3, 1)
CK_TILE(4, 1)
#if CK_BLOCK_ROWS > 4
CK_TILE(5, 1)
CK_TILE(6, 1)
#endif
#if CK_BLOCK_ROWS > 6
CK_TILE(7, 1)
CK_TILE(8, 1)
CK_TILE(9, 1)
CK_TILE(10, 1)
CK_TILE(11, 1)
CK_TILE(12, 1)
CK_TILE(4, 2)
CK_TILE(5, 2)
CK_TILE(6, 2)
CK_TILE(7, 2)
CK_TILE(8, 2)
CK_TILE(9, 2)
CK_TILE(10, 2)
CK_TILE(11, 2)
CK_TILE(12, 2)
#endif
static const tile_function tiles_one[CK_BLOCK_ROWS] = {
    tile_1x1, tile_2x1, tile_3x1, tile_4x1,
#if CK_BLOCK_ROWS > 4
    tile_5x1, tile_6x1,
#endif
#if CK_BLOCK_ROWS > 6
    tile_7x1, tile_8x1, tile_9x1, tile_10x1, tile_11x1, tile_12x1,
#endif
};

/* One to three rows need wide tiles to keep the multipliers busy: the latency of a fused
   multiply-add is four cycles, and two start in each. */
#if CK_NARROW_VECTORS == 8
CK_TILE(1, 8)
CK_TILE(1, 4)
CK_TILE(2, 4)
CK_TILE(3, 4)
CK_TILE(1, 2)
CK_TILE(2, 2)
CK_TILE(3, 2)
static const tile_function tiles_two[CK_BLOCK_ROWS] = {
    tile_1x2, tile_2x2, tile_3x2, tile_4x2,  tile_5x2,  tile_6x2,
    tile_7x2, tile_8x2, tile_9x2, tile_10x2, tile_11x2, tile_12x2};
static const tile_function tiles_narrow[3] = {tile_1x8, tile_2x4, tile_3x4};
static const size_t narrow_vectors[3] = {8, 4, 4};
#elif CK_NARROW_VECTORS == 4
CK_TILE(1, 4)
CK_TILE(1, 2)
CK_TILE(2, 2)
CK_TILE(3, 2)
static const tile_function tiles_narrow[3] = {tile_1x4, tile_2x2, tile_3x2};
static const size_t narrow_vectors[3] = {4, 2, 2};
#else
CK_TILE(1, 2)
static const tile_function tiles_narrow[3] = {tile_1x2, tile_2x1, tile_3x1};
static const size_t narrow_vectors[3] = {2, 1, 1};
#endif

/* Multiplies all rows by one panel of `16 · vectors` columns, of which `columns` are not
   padding. */
CK_INLINE void panel_product(const tile_function *tiles, size_t rows, size_t vectors,
                             size_t columns, size_t k, const float *a, size_t a_row,
                             size_t a_column, const float *b, size_t ldb, float *c, size_t ldc,
                             int accumulate) {
  for (size_t i = 0; i < rows; i += CK_BLOCK_ROWS) {
    size_t count = rows - i < CK_BLOCK_ROWS ? rows - i : CK_BLOCK_ROWS;
    if (columns == 16 * vectors) {
      tiles[count - 1](k, a + i * a_row, a_row, a_column, b, ldb, 16, c + i * ldc, ldc, accumulate);
      continue;
    }
    /* The edge is computed in a separate tile, because C must not be written beyond it. */
    float edge[CK_BLOCK_ROWS * 16];
    if (accumulate)
      for (size_t r = 0; r < count; r++)
        store(edge + 16 * r, load_part(c + (i + r) * ldc, columns, 0.0f));
    tiles[count - 1](k, a + i * a_row, a_row, a_column, b, ldb, 16, edge, 16, accumulate);
    for (size_t r = 0; r < count; r++)
      store_part(c + (i + r) * ldc, columns, load(edge + 16 * r));
  }
}

/* Whole tiles of packed panels of B and of A, packed or not. Strides are compile-time constants
   where possible. */
#define CK_PACKED_TILE(name, vectors, a_row_stride, a_column_stride, wanted)                       \
  static __attribute__((noinline)) void name(size_t k, const float *a, size_t a_row,               \
                                             const float *b, float *c, size_t ldc, int accumulate, \
                                             ahead next) {                                         \
    (void)a_row, (void)next;                                                                       \
    tile(CK_BLOCK_ROWS, vectors, k, a, a_row_stride, a_column_stride, b, 16 * (vectors), 16, c,    \
         ldc, accumulate, wanted);                                                                 \
  }
CK_PACKED_TILE(tile_packed, CK_BLOCK_VECTORS, 1, CK_BLOCK_ROWS, (ahead){0})
CK_PACKED_TILE(tile_packed_narrow, 1, 1, CK_BLOCK_ROWS, (ahead){0})
CK_PACKED_TILE(tile_direct, CK_BLOCK_VECTORS, a_row, 1, (ahead){0})
CK_PACKED_TILE(tile_direct_narrow, 1, a_row, 1, (ahead){0})
CK_PACKED_TILE(tile_ahead, CK_BLOCK_VECTORS, a_row, 1, next)
CK_PACKED_TILE(tile_ahead_narrow, 1, a_row, 1, next)

/* --- Packing: panels of CK_BLOCK_ROWS rows of A, [depth][rows], and of CK_BLOCK_COLUMNS columns of
   B, [depth][columns], the last padded with zeros to a multiple of 16. A panel of B that begins at
   column j is stored at j · depth. --- */

static void pack_rows(size_t rows, size_t depth, const float *a, size_t a_row, size_t a_column,
                      float *packed) {
  size_t whole = rows / CK_BLOCK_ROWS * CK_BLOCK_ROWS;
  if (a_row == 1) {
    /* Several panels at a time, so that a cache line of A is read once. */
    enum { GROUP = 8 * CK_BLOCK_ROWS };
    for (size_t first = 0; first < whole; first += GROUP) {
      size_t end = whole - first < GROUP ? whole : first + GROUP;
      for (size_t p = 0; p < depth; p++)
        for (size_t i = first; i < end; i += CK_BLOCK_ROWS)
          memcpy(packed + i * depth + p * CK_BLOCK_ROWS, a + i + p * a_column,
                 CK_BLOCK_ROWS * sizeof(float));
    }
  } else {
    for (size_t i = 0; i < whole; i += CK_BLOCK_ROWS) {
      const float *from = a + i * a_row;
      float *to = packed + i * depth;
      for (size_t p = 0; p < depth; p++)
#pragma clang loop unroll(full)
        for (size_t r = 0; r < CK_BLOCK_ROWS; r++)
          to[p * CK_BLOCK_ROWS + r] = from[r * a_row + p * a_column];
    }
  }
  if (whole == rows) return;
  for (size_t p = 0; p < depth; p++)
    for (size_t r = 0; r < CK_BLOCK_ROWS; r++)
      packed[whole * depth + p * CK_BLOCK_ROWS + r] =
          whole + r < rows ? a[(whole + r) * a_row + p * a_column] : 0.0f;
}

/* Packs `columns` columns into a panel that is `width` wide, padded with zeros. */
CK_INLINE void pack_panel(size_t depth, size_t columns, size_t width, const float *b, size_t b_row,
                          size_t b_column, float *packed) {
  if (b_column == 1 && columns == width) {
    for (size_t p = 0; p < depth; p++)
      for (size_t v = 0; v < width; v += 16) store(packed + p * width + v, load(b + p * b_row + v));
  } else {
    size_t p = 0;
    if (b_row == 1 && columns == width)
      for (; p + 8 <= depth; p += 8)
        for (size_t j = 0; j < width; j += 8)
          transpose8(b + j * b_column + p, b_column, packed + p * width + j, width);
    for (; p < depth; p++)
      for (size_t j = 0; j < width; j++)
        packed[p * width + j] = j < columns ? b[p * b_row + j * b_column] : 0.0f;
  }
}

static void pack_columns(size_t depth, size_t n, const float *b, size_t b_row, size_t b_column,
                         float *packed) {
  size_t j = 0;
  if (b_column == 1) {
    /* Four panels at a time, which are neighbouring cache lines of B. */
    enum { GROUP = 4 * CK_BLOCK_COLUMNS };
    for (; j + GROUP <= n; j += GROUP)
      for (size_t p = 0; p < depth; p++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < GROUP; v += 16)
          store(packed + (j + v / CK_BLOCK_COLUMNS * CK_BLOCK_COLUMNS) * depth +
                    p * CK_BLOCK_COLUMNS + v % CK_BLOCK_COLUMNS,
                load(b + p * b_row + j + v));
  }
  for (; j < n; j += CK_BLOCK_COLUMNS) {
    size_t columns = n - j < CK_BLOCK_COLUMNS ? n - j : CK_BLOCK_COLUMNS;
    pack_panel(depth, columns, (columns + 15) / 16 * 16, b + j * b_column, b_row, b_column,
               packed + j * depth);
  }
}

/* --- Products by panels of 16 columns, [depth][16], `step` floats apart. --- */

/* Product with whole panels: C has room for 16 · panels columns. */
static void panels_product(size_t rows, size_t panels, size_t depth, const float *a, size_t a_row,
                           size_t a_column, const float *b, size_t step, float *c, size_t ldc,
                           int accumulate) {
  if (rows == 0) return;
  size_t j = 0;
  if (rows <= 3) {
    size_t wide = narrow_vectors[rows - 1];
    for (; j + wide <= panels; j += wide)
      tiles_narrow[rows - 1](depth, a, a_row, a_column, b + j * step, 16, step, c + 16 * j, ldc,
                             accumulate);
#if CK_NARROW_VECTORS == 8
    for (; rows == 1 && j + 4 <= panels; j += 4)
      tile_1x4(depth, a, a_row, a_column, b + j * step, 16, step, c + 16 * j, ldc, accumulate);
#endif
#if CK_NARROW_VECTORS == 4
    for (; rows == 1 && j + 2 <= panels; j += 2)
      tile_1x2(depth, a, a_row, a_column, b + j * step, 16, step, c + 16 * j, ldc, accumulate);
#endif
  }
#if CK_BLOCK_VECTORS == 2
  for (; j + 2 <= panels; j += 2)
    for (size_t i = 0; i < rows; i += CK_BLOCK_ROWS) {
      size_t count = rows - i < CK_BLOCK_ROWS ? rows - i : CK_BLOCK_ROWS;
      tiles_two[count - 1](depth, a + i * a_row, a_row, a_column, b + j * step, 16, step,
                           c + i * ldc + 16 * j, ldc, accumulate);
    }
#endif
  for (; j < panels; j++)
    panel_product(tiles_one, rows, 1, 16, depth, a, a_row, a_column, b + j * step, 16,
                  c + 16 * j, ldc, accumulate);
}

/* Product with any number of columns, the last panel padded. */
static void columns_product(size_t rows, size_t columns, size_t depth, const float *a,
                            size_t a_row, size_t a_column, const float *b, size_t step, float *c,
                            size_t ldc, int accumulate) {
  size_t panels = columns / 16;
  panels_product(rows, panels, depth, a, a_row, a_column, b, step, c, ldc, accumulate);
  if (columns % 16)
    panel_product(tiles_one, rows, 1, columns % 16, depth, a, a_row, a_column, b + panels * step,
                  16, c + 16 * panels, ldc, accumulate);
}

/* Packs B in these panels: B(p, j) is b[p · b_row + j · b_column]; panels are depth · 16 apart. */
static void pack_panels(size_t depth, size_t n, const float *b, size_t b_row, size_t b_column,
                        float *packed) {
  for (size_t j = 0; j < n; j += 16)
    pack_panel(depth, n - j < 16 ? n - j : 16, 16, b + j * b_column, b_row, b_column,
               packed + j * depth);
}

/* Product with too few rows for packing A. B(p, j) is b[p · b_row + j · b_column]. */
static void product_of_few_rows(size_t rows, size_t n, size_t k, const float *a, size_t a_row,
                                size_t a_column, const float *b, size_t b_row, size_t b_column,
                                float *c, size_t ldc, int accumulate) {
  float *packed = ck_packed_b();
  for (size_t p = 0; p < k; p += CK_DEPTH) {
    size_t depth = k - p < CK_DEPTH ? k - p : CK_DEPTH;
    int adding = accumulate || p > 0;
    const float *ap = a + p * a_column;
    const float *bp = b + p * b_row;
    size_t j = 0;
    if (rows <= 3 && b_column == 1) {
      size_t step = 16 * narrow_vectors[rows - 1];
      for (; j + step <= n; j += step)
        tiles_narrow[rows - 1](depth, ap, a_row, a_column, bp + j, b_row, 16, c + j, ldc, adding);
#if CK_NARROW_VECTORS == 8
      /* One head of 64. */
      for (; rows == 1 && j + 64 <= n; j += 64)
        tile_1x4(depth, ap, a_row, a_column, bp + j, b_row, 16, c + j, ldc, adding);
#endif
#if CK_NARROW_VECTORS == 4
      /* One head of 32: the most frequent product of a decoder. */
      for (; rows == 1 && j + 32 <= n; j += 32)
        tile_1x2(depth, ap, a_row, a_column, bp + j, b_row, 16, c + j, ldc, adding);
#endif
    }
    while (j < n) {
      size_t vectors = 1;
      const tile_function *tiles = tiles_one;
#if CK_BLOCK_VECTORS == 2
      if (n - j >= 32) {
        vectors = 2;
        tiles = tiles_two;
      }
#endif
      size_t columns = n - j < 16 * vectors ? n - j : 16 * vectors;
      const float *panel = bp + j;
      size_t stride = b_row;
      if (columns < 16 || b_column != 1) {
        pack_panel(depth, columns, 16 * vectors, bp + j * b_column, b_row, b_column, packed);
        panel = packed;
        stride = 16 * vectors;
      }
      panel_product(tiles, rows, vectors, columns, depth, ap, a_row, a_column, panel, stride,
                    c + j, ldc, adding);
      j += columns;
    }
  }
}

CK_INLINE void compute_tile(size_t rows, size_t width, size_t depth, const float *a, size_t a_row,
                            const float *b, float *c, size_t ldc, int accumulate, ahead next) {
  if (!a_row)
    (width == 16 ? tile_packed_narrow : tile_packed)(depth, a, a_row, b, c, ldc, accumulate, next);
  else if (rows == CK_BLOCK_ROWS && next.from)
    (width == 16 ? tile_ahead_narrow : tile_ahead)(depth, a, a_row, b, c, ldc, accumulate, next);
  else if (rows == CK_BLOCK_ROWS)
    (width == 16 ? tile_direct_narrow : tile_direct)(depth, a, a_row, b, c, ldc, accumulate, next);
#if CK_BLOCK_VECTORS == 2
  else if (width == 32)
    tiles_two[rows - 1](depth, a, a_row, 1, b, width, 16, c, ldc, accumulate);
#endif
  else
    tiles_one[rows - 1](depth, a, a_row, 1, b, width, 16, c, ldc, accumulate);
}

/* Computes one tile with a packed panel of B, `width` columns wide. A is either not packed, with
   unit column stride, or packed, with a_row 0 and zeros for missing rows. If C ends inside the
   tile, the result is computed in a separate tile. */
CK_INLINE void panel_tile(size_t rows, size_t columns, size_t width, size_t depth, const float *a,
                          size_t a_row, const float *b, float *c, size_t ldc, int accumulate,
                          ahead next) {
  size_t computed = a_row ? rows : CK_BLOCK_ROWS;
  if (rows == computed && columns == width) {
    compute_tile(rows, width, depth, a, a_row, b, c, ldc, accumulate, next);
    return;
  }
  _Alignas(64) float edge[CK_BLOCK_ROWS * CK_BLOCK_COLUMNS];
  if (accumulate)
    for (size_t r = 0; r < computed; r++)
      for (size_t j = 0; j < width; j++)
        edge[r * width + j] = r < rows && j < columns ? c[r * ldc + j] : 0.0f;
  compute_tile(computed, width, depth, a, a_row, b, edge, width, accumulate, next);
  for (size_t r = 0; r < rows; r++) memcpy(c + r * ldc, edge + r * width, columns * sizeof(float));
}

/* Multiplies rows of A by rows p ..< p + depth of packed panels of B that are `deep` rows deep;
   a_row as in panel_tile. */
CK_INLINE void block_product(size_t rows, size_t n, size_t depth, const float *a, size_t a_row,
                             const float *b, size_t p, size_t deep, float *c, size_t ldc,
                             int accumulate) {
  size_t j = 0;
#if CK_BLOCK_VECTORS == 1
  if (a_row && rows <= 3) {
    /* Several panels side by side, as in product_of_few_rows. */
    size_t step = 16 * narrow_vectors[rows - 1];
    for (; j + step <= n; j += step)
      tiles_narrow[rows - 1](depth, a, a_row, 1, b + j * deep + p * 16, 16, 16 * deep, c + j, ldc,
                             accumulate);
  }
#endif
  for (; j < n; j += CK_BLOCK_COLUMNS) {
    size_t columns = n - j < CK_BLOCK_COLUMNS ? n - j : CK_BLOCK_COLUMNS;
    size_t width = (columns + 15) / 16 * 16;
    const float *panel = b + j * deep + p * width;
    /* While whole blocks of rows are multiplied by this panel, the next one is prefetched from
       memory. A small matrix is in the cache anyway. */
    size_t blocks = rows / CK_BLOCK_ROWS;
    int is_ahead = blocks > 0 && j + CK_BLOCK_COLUMNS < n && n * deep >= CK_AHEAD;
    ahead next = {is_ahead ? (const char *)(panel + width * deep) : NULL,
                  is_ahead ? width * sizeof(float) / blocks : 0};
    for (size_t i = 0; i < rows; i += CK_BLOCK_ROWS) {
      size_t count = rows - i < CK_BLOCK_ROWS ? rows - i : CK_BLOCK_ROWS;
      panel_tile(count, columns, width, depth, a + i * (a_row ? a_row : depth), a_row, panel,
                 c + i * ldc + j, ldc, accumulate, next);
      if (is_ahead) next.from += depth * next.step;
    }
  }
}

/* Multiplies all rows by one packed block of B. */
static void blocks_of_rows(size_t m, size_t n, size_t depth, const float *a, size_t a_row,
                           size_t a_column, const float *b, size_t p, size_t deep, float *c,
                           size_t ldc, int accumulate) {
  const size_t height = a_column == 1 ? CK_HEIGHT / 4 : CK_HEIGHT;
  for (size_t i = 0; i < m; i += height) {
    size_t rows = m - i < height ? m - i : height;
    const float *from = a + i * a_row;
    size_t stride = a_row;
    if (a_column != 1) {
      pack_rows(rows, depth, from, a_row, a_column, ck_packed_a());
      from = ck_packed_a();
      stride = 0;
    }
    block_product(rows, n, depth, from, stride, b, p, deep, c + i * ldc, ldc, accumulate);
  }
}

static void kernel_gemm(size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        size_t a_column, const float *b, size_t b_row, size_t b_column, float *c,
                        size_t ldc, int accumulate) {
  if (k == 0 && !accumulate) clear(m, n, c, ldc);
  if (m == 0) return;
  if (m < CK_PACK_ROWS) {
    product_of_few_rows(m, n, k, a, a_row, a_column, b, b_row, b_column, c, ldc, accumulate);
    return;
  }
  for (size_t j = 0; j < n; j += CK_WIDTH) {
    size_t columns = n - j < CK_WIDTH ? n - j : CK_WIDTH;
    for (size_t p = 0; p < k; p += CK_DEPTH) {
      size_t depth = k - p < CK_DEPTH ? k - p : CK_DEPTH;
      int adding = accumulate || p > 0;
      pack_columns(depth, columns, b + p * b_row + j * b_column, b_row, b_column, ck_packed_b());
      blocks_of_rows(m, columns, depth, a + p * a_column, a_row, a_column, ck_packed_b(), 0, depth,
                     c + j, ldc, adding);
    }
  }
}

static void kernel_pack(size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                        float *packed) {
  pack_columns(k, n, b, b_row, b_column, packed);
}

static void kernel_gemm_packed(size_t m, size_t n, size_t k, const float *a, size_t a_row,
                               size_t a_column, const float *packed, float *c, size_t ldc,
                               int accumulate) {
  if (k == 0 && !accumulate) clear(m, n, c, ldc);
  for (size_t p = 0; p < k; p += CK_DEPTH) {
    size_t depth = k - p < CK_DEPTH ? k - p : CK_DEPTH;
    blocks_of_rows(m, n, depth, a + p * a_column, a_row, a_column, packed, p, k, c, ldc,
                   accumulate || p > 0);
  }
}
