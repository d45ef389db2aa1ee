/* Included once by every variant_*.c, with:
   CK_TABLE           the table to define
   CK_TARGET          instruction sets; if undefined, the compiler's baseline
   CK_BLOCK_ROWS, CK_BLOCK_VECTORS   register block of the matrix product, in rows and 16 columns
   CK_NARROW_VECTORS  vectors of 16 columns for products with one to three rows
   None of these changes bits. */

#include "../table.h"
#include <string.h>

/* Clang only warns about a target string it does not know, and ignores it; make this an error. */
#pragma clang diagnostic error "-Wignored-attributes"
/* 16 lanes are split in two or four if registers are narrower. No such vector crosses an ABI. */
#pragma clang diagnostic ignored "-Wpsabi"

#ifdef CK_TARGET
#ifdef CK_WIDE
/* Without this, clang uses half of every register on processors that lower their clock for wide
   vectors. */
#pragma clang attribute push(__attribute__((target(CK_TARGET), min_vector_width(512))),            \
                             apply_to = function)
#else
#pragma clang attribute push(__attribute__((target(CK_TARGET))), apply_to = function)
#endif
#endif

#include "vector.h"

#include "elementary.h"

#include "product.h"

#include "flush.h"

#include "bf16.h"

#include "packing_bf16.h"

#include "product_bf16.h"

#include "product_amx.h"

#include "widening.h"

#include "rows.h"

#include "blocks.h"

#include "attention.h"

#include "decoding.h"

#include "probabilities.h"

#include "sampling.h"

#include "optimizing.h"

#ifdef CK_TARGET
#pragma clang attribute pop
#endif

#define CK_ADDRESS(type, name, parameters, arguments) .name = kernel_##name,
const ck_table CK_TABLE = {.panel_width = CK_BLOCK_COLUMNS,
                           CK_PACKED_KERNELS(CK_ADDRESS) CK_BF16_KERNELS(CK_ADDRESS)
                               CK_KERNELS(CK_ADDRESS)};
#undef CK_ADDRESS
