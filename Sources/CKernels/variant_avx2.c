/* The kernels for processors with AVX2 and FMA. */
#if defined(__x86_64__)
#define CK_TABLE ck_table_avx2
#define CK_TARGET "avx2,fma"
/* 6 × 16 accumulators, 12 of the 16 vector registers. */
#define CK_BLOCK_ROWS 6
#define CK_BLOCK_VECTORS 1
#define CK_NARROW_VECTORS 4
#include "Bodies/all.h"
#endif
