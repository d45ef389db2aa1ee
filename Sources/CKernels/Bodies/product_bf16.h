/* Matrix products in bf16, summed in fp32: one chain over k per output, in order, with denormals as
   zeros. These are the bits of VDPBF16PS, which fuses the upper value of a pair in first.

   With CK_DOT, that instruction is used, and A is prepared in pairs. Without it, A is prepared in
   rounded floats, and panels of B are widened: for more than three rows once for all of them. */

enum { CK_BF16_HEIGHT = 192, CK_BF16_DEPTH = CK_DEPTH };

#ifdef CK_DOT
/* A pair of values and its depth. */
typedef uint32_t a_value;
enum { CK_A_DEPTH = 2 };
#else
typedef float a_value;
enum { CK_A_DEPTH = 1 };
#endif

/* C[rows × 16·vectors] (+)= A · panels of B, or if `widened`, [depth][vectors][16] floats of B.
   `rows`, `vectors` and `widened` are constants wherever this is inlined. */
CK_INLINE void bf16_tile(const size_t rows, const size_t vectors, const int widened, size_t pairs,
                         const a_value *a, size_t a_row, const void *b, size_t b_panel, float *c,
                         size_t ldc, int accumulate, ahead next) {
  v16 sum[CK_BLOCK_ROWS > 3 ? CK_BLOCK_ROWS : 3][CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++)
      sum[r][v] = accumulate ? flushed(load(c + r * ldc + 16 * v)) : splat(0.0f);
  for (size_t p = 0; p < (widened ? 2 * pairs : pairs); p++) {
    if (next.from) __builtin_prefetch(next.from + p * next.step, 0, 2);
#ifndef CK_DOT
    if (widened) {
      v16 row[CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) row[v] = load((const float *)b + (p * vectors + v) * 16);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < rows; r++) {
        v16 x = splat(a[r * a_row + p]);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sum[r][v] = flushing_fma(x, row[v], sum[r][v]);
      }
      continue;
    }
#endif
    v16w pair[CK_NARROW_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++)
      pair[v] = *(const v16wu *)(const void *)((const uint16_t *)b + v * b_panel + p * 32);
#ifdef CK_DOT
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      __m512bh x = (__m512bh)_mm512_set1_epi32((int)a[r * a_row + p]);
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++)
        sum[r][v] = (v16)_mm512_dpbf16_ps((__m512)sum[r][v], x, (__m512bh)pair[v]);
    }
#else
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) {
        v16 row = (v16)(half ? pair[v] << 16 : pair[v] & 0xffff0000);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++)
          sum[r][v] = flushing_fma(splat(a[r * a_row + 2 * p + half]), row, sum[r][v]);
      }
#endif
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) store(c + r * ldc + 16 * v, sum[r][v]);
}

typedef void (*bf16_function)(size_t, const a_value *, size_t, const void *, size_t, float *,
                              size_t, int, ahead);
#define CK_BF16_TILE_OF(name, rows, vectors, widened)                                              \
  static __attribute__((noinline)) void name(                                                      \
      size_t pairs, const a_value *a, size_t a_row, const void *b, size_t b_panel, float *c,       \
      size_t ldc, int accumulate, ahead next) {                                                    \
    bf16_tile(rows, vectors, widened, pairs, a, a_row, b, b_panel, c, ldc, accumulate, next);      \
  }
#ifdef CK_DOT
#define CK_BF16_TILE(rows, vectors)                                                                \
  CK_BF16_TILE_OF(bf16_tile_##rows##x##vectors, rows, vectors, 0)
#else
#define CK_BF16_TILE(rows, vectors)                                                                \
  CK_BF16_TILE_OF(bf16_tile_##rows##x##vectors, rows, vectors, 1)
#endif
#define CK_BF16_NARROW(rows, vectors)                                                              \
  CK_BF16_TILE_OF(bf16_narrow_##rows##x##vectors, rows, vectors, 0)

/* bf16_blocks[r]: r + 1 rows of CK_BLOCK_VECTORS panels. bf16_single[r]: of one panel. */
#if CK_BLOCK_VECTORS == 2
#define CK_BF16_TILES(rows) CK_BF16_TILE(rows, 1) CK_BF16_TILE(rows, 2)
#else
#define CK_BF16_TILES(rows) CK_BF16_TILE(rows, 1)
#endif
CK_BF16_TILES(1)
CK_BF16_TILES(2)
CK_BF16_TILES(3)
CK_BF16_TILES(4)
#if CK_BLOCK_ROWS > 4
CK_BF16_TILES(5)
CK_BF16_TILES(6)
#endif
#if CK_BLOCK_ROWS > 6
CK_BF16_TILES(7)
CK_BF16_TILES(8)
CK_BF16_TILES(9)
CK_BF16_TILES(10)
CK_BF16_TILES(11)
CK_BF16_TILES(12)
static const bf16_function bf16_blocks[CK_BLOCK_ROWS] = {
    bf16_tile_1x2, bf16_tile_2x2, bf16_tile_3x2, bf16_tile_4x2,  bf16_tile_5x2,  bf16_tile_6x2,
    bf16_tile_7x2, bf16_tile_8x2, bf16_tile_9x2, bf16_tile_10x2, bf16_tile_11x2, bf16_tile_12x2};
#endif
static const bf16_function bf16_single[CK_BLOCK_ROWS] = {
    bf16_tile_1x1, bf16_tile_2x1, bf16_tile_3x1, bf16_tile_4x1,
#if CK_BLOCK_ROWS > 4
    bf16_tile_5x1, bf16_tile_6x1,
#endif
#if CK_BLOCK_ROWS > 6
    bf16_tile_7x1, bf16_tile_8x1, bf16_tile_9x1, bf16_tile_10x1, bf16_tile_11x1, bf16_tile_12x1,
#endif
};
#if CK_BLOCK_VECTORS == 1
#define bf16_blocks bf16_single
#endif

/* bf16_narrow[r]: r + 1 rows of as many panels as keep the multipliers busy, read as they are. */
#if CK_NARROW_VECTORS == 8
CK_BF16_NARROW(1, 8)
CK_BF16_NARROW(2, 4)
CK_BF16_NARROW(3, 4)
static const bf16_function bf16_narrow[3] = {bf16_narrow_1x8, bf16_narrow_2x4, bf16_narrow_3x4};
static const size_t bf16_narrow_panels[3] = {8, 4, 4};
#elif CK_NARROW_VECTORS == 4
CK_BF16_NARROW(1, 4)
CK_BF16_NARROW(2, 2)
CK_BF16_NARROW(3, 2)
static const bf16_function bf16_narrow[3] = {bf16_narrow_1x4, bf16_narrow_2x2, bf16_narrow_3x2};
static const size_t bf16_narrow_panels[3] = {4, 2, 2};
#else
CK_BF16_NARROW(1, 2)
CK_BF16_NARROW(2, 1)
CK_BF16_NARROW(3, 1)
static const bf16_function bf16_narrow[3] = {bf16_narrow_1x2, bf16_narrow_2x1, bf16_narrow_3x1};
static const size_t bf16_narrow_panels[3] = {2, 1, 1};
#endif

/* Multiplies prepared rows of A by panels of B, of whose columns C has `columns`. */
CK_INLINE void bf16_panels(const bf16_function *tiles, size_t rows, size_t panels, size_t columns,
                           size_t pairs, const a_value *a, size_t a_row, const void *b,
                           size_t b_panel, float *c, size_t ldc, int accumulate, ahead next) {
  for (size_t i = 0; i < rows; i += CK_BLOCK_ROWS) {
    size_t count = rows - i < CK_BLOCK_ROWS ? rows - i : CK_BLOCK_ROWS;
    size_t width = 16 * panels;
    if (columns == width) {
      tiles[count - 1](pairs, a + i * a_row, a_row, b, b_panel, c + i * ldc, ldc, accumulate, next);
    } else {
      /* The edge is computed in a separate tile, because C must not be written beyond it. */
      _Alignas(64) float edge[CK_BLOCK_ROWS * CK_NARROW_VECTORS * 16];
      if (accumulate)
        for (size_t r = 0; r < count; r++)
          for (size_t j = 0; j < width; j++)
            edge[r * width + j] = j < columns ? c[(i + r) * ldc + j] : 0.0f;
      tiles[count - 1](pairs, a + i * a_row, a_row, b, b_panel, edge, width, accumulate, next);
      for (size_t r = 0; r < count; r++)
        memcpy(c + (i + r) * ldc, edge + r * width, columns * sizeof(float));
    }
    if (next.from) next.from += 2 / CK_A_DEPTH * pairs * next.step;
  }
}

#ifndef CK_DOT
/* Widens panels of B to [2 · pairs][panels][16] floats. */
CK_INLINE void widen_panels(size_t panels, size_t pairs, const uint16_t *b, size_t b_panel,
                            float *to) {
  for (size_t p = 0; p < pairs; p++)
    for (size_t v = 0; v < panels; v++) {
      v16w pair = *(const v16wu *)(const void *)(b + v * b_panel + p * 32);
      store(to + (2 * p * panels + v) * 16, (v16)(pair & 0xffff0000));
      store(to + ((2 * p + 1) * panels + v) * 16, (v16)(pair << 16));
    }
}
#endif

/* Multiplies prepared rows of A by all panels of B, `pairs` deep. */
static void bf16_rows(size_t rows, size_t n, size_t pairs, const a_value *a, size_t a_row,
                      const uint16_t *b, size_t deep, float *c, size_t ldc, int accumulate) {
  size_t j = 0;
  if (rows <= 3)
    for (size_t panels = bf16_narrow_panels[rows - 1]; j + 16 * panels <= n; j += 16 * panels)
      bf16_narrow[rows - 1](pairs, a, a_row, b + j * deep, 16 * deep, c + j, ldc, accumulate,
                            (ahead){0});
  size_t blocks = (rows + CK_BLOCK_ROWS - 1) / CK_BLOCK_ROWS;
  while (j < n) {
    size_t panels = n - j > 16 * (CK_BLOCK_VECTORS - 1) ? CK_BLOCK_VECTORS : 1;
    size_t columns = n - j < 16 * panels ? n - j : 16 * panels;
    const uint16_t *panel = b + j * deep;
    const void *from = panel;
    /* Meanwhile the next panels are prefetched from memory. A small matrix is in the cache. */
    ahead next = {(const char *)(panel + 16 * panels * deep), 32 * CK_A_DEPTH * panels / blocks};
    if (n - j < 32 * panels || n * deep < 2 * CK_AHEAD) next = (ahead){0};
#ifndef CK_DOT
    _Alignas(64) float widened[CK_BF16_DEPTH * CK_BLOCK_VECTORS * 16];
    widen_panels(panels, pairs, panel, 16 * deep, widened);
    from = widened;
#endif
    bf16_panels(panels == CK_BLOCK_VECTORS ? bf16_blocks : bf16_single, rows, panels, columns,
                pairs, a, a_row, from, 16 * deep, c + j, ldc, accumulate, next);
    j += 16 * panels;
  }
}

static void kernel_gemm_bf16(size_t m, size_t n, size_t k, const float *a, size_t a_row,
                             size_t a_column, const uint16_t *packed, size_t deep, float *c,
                             size_t ldc, int accumulate) {
  if (k == 0 && !accumulate) clear(m, n, c, ldc);
  unsigned before = begin_flushing();
  a_value *prepared = (a_value *)(void *)ck_packed_a();
  for (size_t i = 0; i < m; i += CK_BF16_HEIGHT) {
    size_t rows = m - i < CK_BF16_HEIGHT ? m - i : CK_BF16_HEIGHT;
    for (size_t p = 0; p < k; p += CK_BF16_DEPTH * CK_A_DEPTH) {
      size_t depth = k - p < CK_BF16_DEPTH * CK_A_DEPTH ? k - p : CK_BF16_DEPTH * CK_A_DEPTH;
      size_t row = (depth + CK_STEP - 1) / CK_STEP * CK_STEP / CK_A_DEPTH;
      const float *from = a + i * a_row + p * a_column;
#ifdef CK_DOT
      pair_rows(rows, depth, from, a_row, a_column, prepared, row, CK_STEP_PAIRS, 16 * row);
#else
      round_rows(rows, depth, from, a_row, a_column, prepared, row);
#endif
      bf16_rows(rows, n, (depth + 1) / 2, prepared, row, packed + p * 16, deep, c + i * ldc, ldc,
                accumulate || p > 0);
    }
  }
  end_flushing(before);
}
