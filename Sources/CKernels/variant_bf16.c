/* The product in bf16 for processors with AVX-512 BF16. Everything else is that of AVX-512. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "table.h"

#pragma clang diagnostic error "-Wignored-attributes"
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma"
#define CK_BLOCK_ROWS 12
#define CK_BLOCK_VECTORS 2
#define CK_NARROW_VECTORS 8
#define CK_DOT
#pragma clang attribute push(__attribute__((target(CK_TARGET), min_vector_width(512))),            \
                             apply_to = function)

#include "Bodies/vector.h"

#include "Bodies/flush.h"

#include "Bodies/bf16.h"

typedef struct {
  const char *from;
  size_t step;
} ahead;
enum { CK_AHEAD = 1 << 16 };
#include "Bodies/product_bf16.h"

void ck_gemm_bf16_dot(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                      const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate) {
  kernel_gemm_bf16(m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate);
}

#pragma clang attribute pop
#endif
