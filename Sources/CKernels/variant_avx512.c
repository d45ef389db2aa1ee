/* The kernels for processors with AVX-512. */
#if defined(__x86_64__)
#define CK_TABLE ck_table_avx512
#define CK_TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"
#define CK_WIDE 1
/* 12 × 32 accumulators, 24 of the 32 vector registers. */
#define CK_BLOCK_ROWS 12
#define CK_BLOCK_VECTORS 2
#define CK_NARROW_VECTORS 8
#include "Bodies/all.h"
#endif
