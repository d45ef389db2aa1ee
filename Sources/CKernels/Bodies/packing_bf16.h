/* Packs right operands of products in bf16: panels of 16 columns, [depth / 2][16] pairs, `deep`
   values deep. Missing columns and depth are zeros. */

/* Packs 16 columns of 32 values of depth: [16 pairs][16 columns]. */
CK_INLINE void pack_step(size_t depth, size_t columns, const float *b, size_t b_row,
                         size_t b_column, uint32_t *to) {
  float part[CK_STEP * 16];
  if (depth < CK_STEP || columns < 16 || (b_row != 1 && b_column != 1)) {
    for (size_t p = 0; p < CK_STEP; p++)
      for (size_t j = 0; j < 16; j++)
        part[p * 16 + j] = p < depth && j < columns ? b[p * b_row + j * b_column] : 0.0f;
    b = part;
    b_row = 16;
    b_column = 1;
  }
  if (b_column == 1) {
#pragma clang loop unroll(full)
    for (size_t p = 0; p < CK_STEP; p += 2)
      *(v16wu *)(to + p / 2 * 16) = pairs_across(load(b + p * b_row), load(b + (p + 1) * b_row));
  } else {
    v16w x[16];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 16; j++)
      x[j] = pairs_along(load(b + j * b_column), load(b + j * b_column + 16));
    transpose16(x);
#pragma clang loop unroll(full)
    for (size_t p = 0; p < 16; p++) *(v16wu *)(to + p * 16) = x[p];
  }
}

static void kernel_pack_bf16(size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                             uint16_t *packed, size_t deep) {
  /* Several panels at a time where they are neighbouring cache lines of B; where columns lie
     together in memory, one panel. */
  const size_t group = b_column == 1 ? 128 : 16;
  for (size_t first = 0; first < n; first += group) {
    size_t last = n - first < group ? n : first + group;
    for (size_t p = 0; p < k; p += CK_STEP)
      for (size_t j = first; j < last; j += 16)
        pack_step(k - p < CK_STEP ? k - p : CK_STEP, n - j < 16 ? n - j : 16,
                  b + p * b_row + j * b_column, b_row, b_column,
                  (uint32_t *)(void *)(packed + j * deep + p * 16));
  }
}
