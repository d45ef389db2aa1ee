/* The product in bf16 for processors with AMX: TDPBF16PS on tiles of 16 rows and 64 bytes. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "table.h"

#pragma clang diagnostic error "-Wignored-attributes"
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,amx-tile,amx-bf16"
#pragma clang attribute push(__attribute__((target(CK_TARGET), min_vector_width(512))),            \
                             apply_to = function)

#include "Bodies/vector.h"

#include "Bodies/bf16.h"

/* Pairs in a tile: 16 rows of 16. */
enum { TILE = 256, TILE_BYTES = 1024 };

typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;

/* Memory to prefetch: `left` cache lines of each of two panels, of which a step takes `lines`. */
typedef struct {
  const char *from;
  size_t apart, lines, left;
} lines_ahead;

CK_INLINE void prefetch(lines_ahead *next) {
  if (next->left < next->lines) return;
  for (size_t line = 0; line < next->lines; line++) {
    __builtin_prefetch(next->from + 64 * line, 0, 2);
    __builtin_prefetch(next->from + next->apart + 64 * line, 0, 2);
  }
  next->from += 64 * next->lines;
  next->left -= next->lines;
}

/* C[32 × 32] (+)= two tiles of rows · two panels. */
static void square(size_t steps, const uint32_t *a, size_t a_block, const uint16_t *b,
                   size_t b_panel, float *c, size_t ldc, int accumulate, lines_ahead *next) {
  size_t stride = ldc * sizeof(float);
  if (accumulate) {
    _tile_loadd(0, c, stride);
    _tile_loadd(1, c + 16, stride);
    _tile_loadd(2, c + 16 * ldc, stride);
    _tile_loadd(3, c + 16 * ldc + 16, stride);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t s = 0; s < steps; s++) {
    _tile_loadd(4, a + s * TILE, 64);
    _tile_loadd(6, b + s * 2 * TILE, 64);
    _tile_loadd(7, b + b_panel + s * 2 * TILE, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + a_block + s * TILE, 64);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
    prefetch(next);
  }
  _tile_stored(0, c, stride);
  _tile_stored(1, c + 16, stride);
  _tile_stored(2, c + 16 * ldc, stride);
  _tile_stored(3, c + 16 * ldc + 16, stride);
}

/* C[16 × 64] (+)= one tile of rows · four panels. */
static void row(size_t steps, const uint32_t *a, const uint16_t *b, size_t b_panel, float *c,
                size_t ldc, int accumulate) {
  size_t stride = ldc * sizeof(float);
  if (accumulate) {
    _tile_loadd(0, c, stride);
    _tile_loadd(1, c + 16, stride);
    _tile_loadd(2, c + 32, stride);
    _tile_loadd(3, c + 48, stride);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t s = 0; s < steps; s++) {
    const uint16_t *at = b + s * 2 * TILE;
    _tile_loadd(4, a + s * TILE, 64);
    _tile_loadd(5, at, 64);
    _tile_dpbf16ps(0, 4, 5);
    _tile_loadd(6, at + b_panel, 64);
    _tile_dpbf16ps(1, 4, 6);
    _tile_loadd(7, at + 2 * b_panel, 64);
    _tile_dpbf16ps(2, 4, 7);
    _tile_loadd(5, at + 3 * b_panel, 64);
    _tile_dpbf16ps(3, 4, 5);
  }
  _tile_stored(0, c, stride);
  _tile_stored(1, c + 16, stride);
  _tile_stored(2, c + 32, stride);
  _tile_stored(3, c + 48, stride);
}

/* C[16 × 16] (+)= one tile of rows · one panel. */
static void single(size_t steps, const uint32_t *a, const uint16_t *b, float *c, size_t ldc,
                   int accumulate) {
  size_t stride = ldc * sizeof(float);
  if (accumulate)
    _tile_loadd(0, c, stride);
  else
    _tile_zero(0);
  for (size_t s = 0; s < steps; s++) {
    _tile_loadd(4, a + s * TILE, 64);
    _tile_loadd(5, b + s * 2 * TILE, 64);
    _tile_dpbf16ps(0, 4, 5);
  }
  _tile_stored(0, c, stride);
}

/* Runs `PRODUCT`, which writes to `to`, rows `at` apart: in C if it has all `height` × `width`
   outputs, otherwise in a copy of what it has. */
#define CK_WITH_EDGE(height, width, c, ldc, rows, columns, accumulate, PRODUCT)                    \
  do {                                                                                             \
    float *to = (c);                                                                               \
    size_t at = (ldc);                                                                             \
    _Alignas(64) float edge[(height) * (width)];                                                   \
    if ((rows) < (height) || (columns) < (width)) {                                                \
      to = edge;                                                                                   \
      at = (width);                                                                                \
      if (accumulate)                                                                              \
        for (size_t r = 0; r < (rows); r++)                                                        \
          memcpy(edge + r * (width), (c) + r * (ldc), (columns) * sizeof(float));                  \
      PRODUCT;                                                                                     \
      for (size_t r = 0; r < (rows); r++)                                                          \
        memcpy((c) + r * (ldc), edge + r * (width), (columns) * sizeof(float));                    \
    } else {                                                                                       \
      PRODUCT;                                                                                     \
    }                                                                                              \
  } while (0)

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Multiplies at most 16 rows, whose weights are read once, in four streams. */
static void few_rows(size_t rows, size_t n, size_t steps, const uint32_t *a, const uint16_t *b,
                     size_t deep, float *c, size_t ldc, int accumulate) {
  size_t j = 0;
  for (; j + 48 < n; j += 64) {
    size_t columns = smaller(n - j, 64);
    CK_WITH_EDGE(16, 64, c + j, ldc, rows, columns, accumulate,
                 row(steps, a, b + j * deep, 16 * deep, to, at, accumulate));
  }
  for (; j < n; j += 16) {
    size_t columns = smaller(n - j, 16);
    CK_WITH_EDGE(16, 16, c + j, ldc, rows, columns, accumulate,
                 single(steps, a, b + j * deep, to, at, accumulate));
  }
}

/* Multiplies all prepared rows. The weights of 32 columns and CK_AMX_STEPS stay in the first-level
   cache meanwhile, the rows in the second. */
enum { CK_AMX_STEPS = 16 };
static void many_rows(size_t rows, size_t n, size_t steps, const uint32_t *a, const uint16_t *b,
                      size_t deep, float *c, size_t ldc, int accumulate) {
  size_t block = steps * TILE;
  for (size_t j = 0; j < n; j += 32) {
    size_t columns = smaller(n - j, 32);
    const uint16_t *panel = b + j * deep;
    for (size_t s = 0; s < steps; s += CK_AMX_STEPS) {
      size_t count = smaller(steps - s, CK_AMX_STEPS);
      int adding = accumulate || s > 0;
      const uint16_t *weights = panel + s * 2 * TILE;
      /* Meanwhile the same part of the next columns is prefetched. */
      lines_ahead next = {0};
      if (columns == 32 && n - j >= 64 && n * deep > (1 << 19)) {
        size_t squares = (rows + 31) / 32;
        next = (lines_ahead){(const char *)(weights + 32 * deep), 32 * deep,
                             (16 + squares - 1) / squares, 16 * count};
      }
      for (size_t i = 0; i < rows; i += 32) {
        size_t height = smaller(rows - i, 32);
        const uint32_t *from = a + i / 16 * block + s * TILE;
        CK_WITH_EDGE(32, 32, c + i * ldc + j, ldc, height, columns, adding,
                     square(count, from, height > 16 ? block : 0, weights,
                            columns > 16 ? 16 * deep : 0, to, at, adding, &next));
      }
    }
  }
}

/* The rows of A that are prepared at a time take 1 MB, half of the second-level cache, in the
   thread's buffer. */
enum { CK_AMX_PAIRS = 1 << 18, CK_AMX_DEPTH = 4096 };
_Static_assert(CK_AMX_PAIRS <= (CK_HEIGHT + CK_WIDTH) * CK_DEPTH, "rows that fit the buffer");

void ck_gemm_amx_tiles(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                       const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate) {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    if (!accumulate) clear(m, n, c, ldc);
    return;
  }
  tile_configuration configuration = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    configuration.row_bytes[tile] = 64;
    configuration.rows[tile] = 16;
  }
  _tile_loadconfig(&configuration);
  uint32_t *prepared = (uint32_t *)(void *)ck_packed_a();
  for (size_t p = 0; p < k; p += CK_AMX_DEPTH) {
    size_t depth = smaller(k - p, CK_AMX_DEPTH), steps = (depth + CK_STEP - 1) / CK_STEP;
    size_t height = CK_AMX_PAIRS / (steps * CK_STEP_PAIRS) / 32 * 32;
    int adding = accumulate || p > 0;
    for (size_t i = 0; i < m; i += height) {
      size_t rows = smaller(m - i, height);
      pair_rows(rows, depth, a + i * a_row + p * a_column, a_row, a_column, prepared,
                CK_STEP_PAIRS, TILE, steps * TILE);
      (rows <= 16 ? few_rows : many_rows)(rows, n, steps, prepared, packed + p * 16, deep,
                                          c + i * ldc, ldc, adding);
    }
  }
  _tile_release();
}

#pragma clang attribute pop
#endif
