/* The kernels for any processor. */
#define CK_TABLE ck_table_portable
#define CK_BLOCK_ROWS 4
#define CK_BLOCK_VECTORS 1
#define CK_NARROW_VECTORS 2
#include "Bodies/all.h"
