/* Values in bf16, in pairs along the depth of a product. A pair is 32 bits: the value of even depth
   above, that of odd depth below. A value whose exponent is zero is a zero. */

typedef uint32_t v16w __attribute__((vector_size(64)));
typedef uint32_t v16wu __attribute__((vector_size(64), aligned(2)));

/* Depth, in values, that a step of TDPBF16PS has; both operands are padded to a multiple of it. */
enum { CK_STEP = 32, CK_STEP_PAIRS = CK_STEP / 2 };

/* Rounds to bf16, to nearest and ties to even, in the upper halves. NaN stays NaN. */
CK_INLINE v16w round_bits(v16 x) {
  v16w bits = (v16w)x;
  v16w size = bits & 0x7fffffff;
  v16w rounded = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000;
  v16w quiet = (bits & 0xffff0000) | 0x00400000;
  v16w nan = (v16w)((v16i)size > 0x7f800000);
  v16w zero = (v16w)((rounded & 0x7f800000) == 0);
  rounded &= ~zero | 0x80000000;
  return (nan & quiet) | (~nan & rounded);
}

/* The pairs of two vectors, lane by lane. */
CK_INLINE v16w pairs_across(v16 even, v16 odd) { return round_bits(even) | round_bits(odd) >> 16; }

/* The pairs of 32 values one after another. */
CK_INLINE v16w pairs_along(v16 first, v16 second) {
  v16w x = round_bits(first), y = round_bits(second);
  v16w even = __builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28,
                                      30);
  v16w odd = __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29,
                                     31);
  return even | odd >> 16;
}

/* Swaps rows and columns of 16 vectors: pairs of rows, pairs of pairs, then quarters. */
CK_INLINE void transpose16(v16w x[16]) {
  v16w y[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 2) {
    y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28,
                                   13, 29);
    y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27,
                                       14, 30, 15, 31);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 4)
#pragma clang loop unroll(full)
    for (int h = 0; h < 2; h++) {
      x[i + 2 * h] = __builtin_shufflevector(y[i + h], y[i + 2 + h], 0, 1, 16, 17, 4, 5, 20, 21, 8,
                                             9, 24, 25, 12, 13, 28, 29);
      x[i + 2 * h + 1] = __builtin_shufflevector(y[i + h], y[i + 2 + h], 2, 3, 18, 19, 6, 7, 22, 23,
                                                 10, 11, 26, 27, 14, 15, 30, 31);
    }
  /* Vector 4q + r now holds, in quarter s, column 4s + r of rows 4q … 4q + 3. */
#pragma clang loop unroll(full)
  for (int r = 0; r < 4; r++) {
    v16w a = __builtin_shufflevector(x[r], x[4 + r], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24,
                                     25, 26, 27);
    v16w b = __builtin_shufflevector(x[r], x[4 + r], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28,
                                     29, 30, 31);
    v16w c = __builtin_shufflevector(x[8 + r], x[12 + r], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11,
                                     24, 25, 26, 27);
    v16w d = __builtin_shufflevector(x[8 + r], x[12 + r], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14,
                                     15, 28, 29, 30, 31);
    y[r] = __builtin_shufflevector(a, c, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    y[4 + r] = __builtin_shufflevector(b, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
                                       23);
    y[8 + r] = __builtin_shufflevector(a, c, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29,
                                       30, 31);
    y[12 + r] = __builtin_shufflevector(b, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29,
                                        30, 31);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) x[i] = y[i];
}

/* --- A: rows of pairs, or of rounded floats. Missing depth is -0, because adding the product
   -0 · 0 leaves every sum as it is. --- */

/* Finds 16 rows of a step of A, with one unit stride: in place or, if some are missing, in
   `part`. */
CK_INLINE const float *find_step(size_t rows, size_t depth, const float *a, size_t *a_row,
                                 size_t *a_column, float *part) {
  if (rows >= 16 && depth >= CK_STEP && (*a_row == 1 || *a_column == 1)) return a;
  for (size_t i = 0; i < 16; i++)
    for (size_t p = 0; p < CK_STEP; p++)
      part[i * CK_STEP + p] = i < rows && p < depth ? a[i * *a_row + p * *a_column] : -0.0f;
  *a_row = CK_STEP;
  *a_column = 1;
  return part;
}

/* Rounds rows of A to pairs: row i, step s is 16 pairs at to + i · row + s · step, where blocks of
   16 rows are `block` apart. Writes whole blocks of rows. */
CK_INLINE void pair_rows(size_t rows, size_t k, const float *a, size_t a_row, size_t a_column,
                         uint32_t *to, size_t row, size_t step, size_t block) {
  for (size_t i = 0; i < rows; i += 16)
    for (size_t p = 0; p < k; p += CK_STEP) {
      float part[16 * CK_STEP];
      size_t from_row = a_row, from_column = a_column;
      const float *from = find_step(rows - i, k - p, a + i * a_row + p * a_column, &from_row,
                                    &from_column, part);
      uint32_t *out = to + i / 16 * block + p / CK_STEP * step;
      v16w x[16];
      if (from_column == 1) {
#pragma clang loop unroll(full)
        for (size_t r = 0; r < 16; r++)
          x[r] = pairs_along(load(from + r * from_row), load(from + r * from_row + 16));
      } else {
#pragma clang loop unroll(full)
        for (size_t q = 0; q < 16; q++)
          x[q] = pairs_across(load(from + 2 * q * from_column),
                              load(from + (2 * q + 1) * from_column));
        transpose16(x);
      }
#pragma clang loop unroll(full)
      for (size_t r = 0; r < 16; r++) *(v16wu *)(out + r * row) = x[r];
    }
}

/* Rounds rows of A to floats, `row` apart. Writes whole blocks of 16 rows and whole steps. */
CK_INLINE void round_rows(size_t rows, size_t k, const float *a, size_t a_row, size_t a_column,
                          float *to, size_t row) {
  for (size_t i = 0; i < rows; i += 16)
    for (size_t p = 0; p < k; p += CK_STEP) {
      float part[16 * CK_STEP];
      size_t from_row = a_row, from_column = a_column;
      const float *from = find_step(rows - i, k - p, a + i * a_row + p * a_column, &from_row,
                                    &from_column, part);
      float *out = to + i * row + p;
#pragma clang loop unroll(full)
      for (size_t half = 0; half < CK_STEP; half += 16) {
        v16w x[16];
#pragma clang loop unroll(full)
        for (size_t r = 0; r < 16; r++)
          x[r] = round_bits(load(from + (from_column == 1 ? r * from_row + half
                                                          : (half + r) * from_column)));
        if (from_column != 1) transpose16(x);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < 16; r++) store(out + r * row + half, (v16)x[r]);
      }
    }
}
