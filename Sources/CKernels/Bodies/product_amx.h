/* Matrix products with the bits of TDPBF16PS. Depth is divided into steps of 32. Within a step, the
   even and the odd values are summed apart, each in one chain of fused multiply-adds from zero;
   their sum is then added to the output. Denormals are zeros. */

/* The vectors of a tile, and the rows that leave registers for both chains. */
enum { CK_AMX_ROWS = CK_BLOCK_ROWS / 2 };

CK_INLINE void amx_tile(const size_t rows, size_t steps, const float *a, size_t a_row,
                        const uint16_t *b, size_t b_panel, float *c, size_t ldc, int accumulate) {
  for (size_t s = 0; s < steps; s++) {
    v16 even[CK_AMX_ROWS][CK_BLOCK_VECTORS], odd[CK_AMX_ROWS][CK_BLOCK_VECTORS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < CK_BLOCK_VECTORS; v++) even[r][v] = odd[r][v] = splat(0.0f);
    for (size_t p = s * CK_STEP_PAIRS; p < (s + 1) * CK_STEP_PAIRS; p++) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < CK_BLOCK_VECTORS; v++) {
        v16w pair = *(const v16wu *)(const void *)(b + v * b_panel + p * 32);
        v16 high = (v16)(pair & 0xffff0000), low = (v16)(pair << 16);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
          even[r][v] = flushing_fma(splat(a[r * a_row + 2 * p]), high, even[r][v]);
          odd[r][v] = flushing_fma(splat(a[r * a_row + 2 * p + 1]), low, odd[r][v]);
        }
      }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < CK_BLOCK_VECTORS; v++) {
        float *at = c + r * ldc + 16 * v;
        v16 before = accumulate || s > 0 ? flushed(load(at)) : splat(0.0f);
        store(at, flushing_sum(before, flushing_sum(even[r][v], odd[r][v])));
      }
  }
}

#define CK_AMX_TILE(rows)                                                                          \
  static __attribute__((noinline)) void amx_tile_##rows(                                           \
      size_t steps, const float *a, size_t a_row, const uint16_t *b, size_t b_panel, float *c,     \
      size_t ldc, int accumulate) {                                                                \
    amx_tile(rows, steps, a, a_row, b, b_panel, c, ldc, accumulate);                               \
  }
CK_AMX_TILE(1)
CK_AMX_TILE(2)
#if CK_BLOCK_ROWS > 4
CK_AMX_TILE(3)
#endif
#if CK_BLOCK_ROWS > 6
CK_AMX_TILE(4)
CK_AMX_TILE(5)
CK_AMX_TILE(6)
#endif
typedef void (*amx_function)(size_t, const float *, size_t, const uint16_t *, size_t, float *,
                             size_t, int);
static const amx_function amx_tiles[CK_AMX_ROWS] = {
    amx_tile_1, amx_tile_2,
#if CK_BLOCK_ROWS > 4
    amx_tile_3,
#endif
#if CK_BLOCK_ROWS > 6
    amx_tile_4, amx_tile_5, amx_tile_6,
#endif
};

static void kernel_gemm_amx(size_t m, size_t n, size_t k, const float *a, size_t a_row,
                            size_t a_column, const uint16_t *packed, size_t deep, float *c,
                            size_t ldc, int accumulate) {
  enum { WIDTH = 16 * CK_BLOCK_VECTORS };
  if (k == 0 && !accumulate) clear(m, n, c, ldc);
  unsigned before = begin_flushing();
  for (size_t i = 0; i < m; i += CK_HEIGHT)
    for (size_t p = 0; p < k; p += CK_DEPTH) {
      size_t rows = m - i < CK_HEIGHT ? m - i : CK_HEIGHT;
      size_t steps = ((k - p < CK_DEPTH ? k - p : CK_DEPTH) + CK_STEP - 1) / CK_STEP;
      size_t depth = k - p < CK_DEPTH ? k - p : CK_DEPTH, row = steps * CK_STEP;
      int adding = accumulate || p > 0;
      float *prepared = ck_packed_a();
      round_rows(rows, depth, a + i * a_row + p * a_column, a_row, a_column, prepared, row);
      for (size_t j = 0; j < n; j += WIDTH) {
        size_t columns = n - j < WIDTH ? n - j : WIDTH;
        const uint16_t *panel = packed + j * deep + p * 16;
        /* A tile has two panels even where B has one: the one before it is then read again. */
        size_t next = columns > 16 ? 16 * deep : 0;
        for (size_t r = 0; r < rows; r += CK_AMX_ROWS) {
          size_t count = rows - r < CK_AMX_ROWS ? rows - r : CK_AMX_ROWS;
          const float *from = prepared + r * row;
          float *to = c + (i + r) * ldc + j;
          if (columns == WIDTH) {
            amx_tiles[count - 1](steps, from, row, panel, next, to, ldc, adding);
            continue;
          }
          _Alignas(64) float edge[CK_AMX_ROWS * WIDTH];
          for (size_t q = 0; q < count; q++)
            for (size_t v = 0; v < WIDTH; v++)
              edge[q * WIDTH + v] = adding && v < columns ? to[q * ldc + v] : 0.0f;
          amx_tiles[count - 1](steps, from, row, panel, next, edge, WIDTH, adding);
          for (size_t q = 0; q < count; q++)
            memcpy(to + q * ldc, edge + q * WIDTH, columns * sizeof(float));
        }
      }
    }
  end_flushing(before);
}
