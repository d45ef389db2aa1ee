/* Matrix product. Vectors run along the columns of C, so every output is one chain over k. */

enum {
  /* Depth of a panel of B: 256 × 32 floats fill the first-level cache. The chain goes on
     through C. */
  CK_DEPTH = 256,
  /* Rows of A that stay in the second-level cache while the panels pass. */
  CK_HEIGHT = 192,
  /* From here on copying a panel of B together pays. */
  CK_PACK_ROWS = 24,
};

/* C[rows × 16·vectors] (+)= A · B. `rows` and `vectors` are constants wherever this is inlined. */
CK_INLINE void tile(const size_t rows, const size_t vectors, size_t k, const float *a,
                    size_t a_row, size_t a_column, const float *b, size_t ldb, float *c,
                    size_t ldc, int accumulate) {
  v16 sum[CK_BLOCK_ROWS > 3 ? CK_BLOCK_ROWS : 3][CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++)
      sum[r][v] = accumulate ? load(c + r * ldc + 16 * v) : splat(0.0f);
  for (size_t p = 0; p < k; p++) {
    v16 row[CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) row[v] = load(b + p * ldb + 16 * v);
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
      size_t k, const float *a, size_t a_row, size_t a_column, const float *b, size_t ldb,         \
      float *c, size_t ldc, int accumulate) {                                                      \
    tile(rows, vectors, k, a, a_row, a_column, b, ldb, c, ldc, accumulate);                        \
  }
typedef void (*tile_function)(size_t, const float *, size_t, size_t, const float *, size_t, float *,
                              size_t, int);

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

/* All rows of one panel of `16 · vectors` columns; `columns` of them are real. */
CK_INLINE void panel_product(const tile_function *tiles, size_t rows, size_t vectors,
                             size_t columns, size_t k, const float *a, size_t a_row,
                             size_t a_column, const float *b, size_t ldb, float *c, size_t ldc,
                             int accumulate) {
  for (size_t i = 0; i < rows; i += CK_BLOCK_ROWS) {
    size_t count = rows - i < CK_BLOCK_ROWS ? rows - i : CK_BLOCK_ROWS;
    if (columns == 16 * vectors) {
      tiles[count - 1](k, a + i * a_row, a_row, a_column, b, ldb, c + i * ldc, ldc, accumulate);
      continue;
    }
    /* The edge goes through a tile of its own, since C must not be written beyond it. */
    float edge[CK_BLOCK_ROWS * 16];
    if (accumulate)
      for (size_t r = 0; r < count; r++)
        store(edge + 16 * r, load_part(c + (i + r) * ldc, columns, 0.0f));
    tiles[count - 1](k, a + i * a_row, a_row, a_column, b, ldb, edge, 16, accumulate);
    for (size_t r = 0; r < count; r++)
      store_part(c + (i + r) * ldc, columns, load(edge + 16 * r));
  }
}

static void kernel_gemm(size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        size_t a_column, const float *b, size_t ldb, float *c, size_t ldc,
                        int accumulate) {
  if (k == 0 && !accumulate)
    for (size_t i = 0; i < m; i++) memset(c + i * ldc, 0, n * sizeof(float));
  _Alignas(64) float packed[CK_DEPTH * 16 * CK_BLOCK_VECTORS];
  for (size_t p = 0; p < k; p += CK_DEPTH) {
    size_t depth = k - p < CK_DEPTH ? k - p : CK_DEPTH;
    int adding = accumulate || p > 0;
    const float *ap = a + p * a_column;
    const float *bp = b + p * ldb;
    for (size_t i = 0; i < m; i += CK_HEIGHT) {
      size_t rows = m - i < CK_HEIGHT ? m - i : CK_HEIGHT;
      const float *ai = ap + i * a_row;
      float *ci = c + i * ldc;
      size_t j = 0;
      if (rows <= 3) {
        size_t step = 16 * narrow_vectors[rows - 1];
        for (; j + step <= n; j += step)
          tiles_narrow[rows - 1](depth, ai, a_row, a_column, bp + j, ldb, ci + j, ldc, adding);
#if CK_NARROW_VECTORS == 4
        /* One head of 32: the most frequent product of a decoder. */
        for (; rows == 1 && j + 32 <= n; j += 32)
          tile_1x2(depth, ai, a_row, a_column, bp + j, ldb, ci + j, ldc, adding);
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
        size_t stride = ldb;
        if (columns < 16) {
          for (size_t r = 0; r < depth; r++)
            store(packed + 16 * r, load_part(bp + r * ldb + j, columns, 0.0f));
          panel = packed;
          stride = 16;
        } else if (rows >= CK_PACK_ROWS) {
          stride = 16 * vectors;
          for (size_t r = 0; r < depth; r++)
            for (size_t v = 0; v < vectors; v++)
              store(packed + stride * r + 16 * v, load(bp + r * ldb + j + 16 * v));
          panel = packed;
        }
        panel_product(tiles, rows, vectors, columns, depth, ai, a_row, a_column, panel, stride,
                      ci + j, ldc, adding);
        j += columns;
      }
    }
  }
}

/* In blocks of 16 × 16, so that both sides move whole cache lines. */
static void kernel_transpose(size_t rows, size_t columns, const float *x, size_t ldx, float *y,
                             size_t ldy) {
  for (size_t i = 0; i < rows; i += 16)
    for (size_t j = 0; j < columns; j += 16) {
      size_t height = rows - i < 16 ? rows - i : 16;
      size_t width = columns - j < 16 ? columns - j : 16;
      for (size_t c = 0; c < width; c++)
        for (size_t r = 0; r < height; r++) y[(j + c) * ldy + i + r] = x[(i + r) * ldx + j + c];
    }
}
