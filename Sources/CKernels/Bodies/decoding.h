/* Kernels for new tokens of sequences with a cache in pages; CKernels.h describes a page. */

static void kernel_cache_append(size_t position, size_t capacity, size_t dim, size_t kv_heads,
                                const float *key, const float *value, float *keys, float *values) {
  for (size_t h = 0; h < kv_heads; h++) {
    float *panel = keys + (h * capacity + position / 16 * 16) * dim + position % 16;
    for (size_t d = 0; d < dim; d++) panel[16 * d] = key[h * dim + d];
    memcpy(values + (h * capacity + position) * dim, value + h * dim, dim * sizeof(float));
  }
}

CK_INLINE uint16_t to_bf16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  if (x != x) return (uint16_t)(bits >> 16 | 1);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

CK_INLINE void widen(size_t count, const uint16_t *x, float *y) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(y + i, &bits, 4);
  }
}

static void kernel_cache_append_bf16(size_t position, size_t capacity, size_t dim,
                                     size_t kv_heads, const float *key, const float *value,
                                     uint16_t *keys, uint16_t *values) {
  for (size_t h = 0; h < kv_heads; h++) {
    uint16_t *panel = keys + (h * capacity + position / 16 * 16) * dim + position % 16;
    uint16_t *row = values + (h * capacity + position) * dim;
    for (size_t d = 0; d < dim; d++) {
      panel[16 * d] = to_bf16(key[h * dim + d]);
      row[d] = to_bf16(value[h * dim + d]);
    }
  }
}

/* Neighbouring rows that read the same page: tokens from ..< to of it are multiplied by all of
   their queries at once. */
typedef struct {
  size_t end; /* the row after the last */
  size_t from, to;
} page_readers;

CK_INLINE page_readers readers_of_page(const ck_attention *a, size_t rows,
                                       const ck_attention_row *row, size_t r, size_t page,
                                       size_t low) {
  size_t start = page * a->page_length;
  size_t longest = row[r].length;
  size_t end = r + 1;
  for (; end < rows && row[end].length > start && row[end].pages[page] == row[r].pages[page]; end++)
    if (row[end].length > longest) longest = row[end].length;
  return (page_readers){end, start > low ? start : low,
                        smaller_size(start + a->page_length, longest)};
}

/* The floats of a page from `at` on; those of a page in bf16 are widened into `wide`. */
CK_INLINE const float *page_values(const ck_attention *a, const void *page, size_t at,
                                   size_t count, int half, float *wide) {
  if (!half) return (const float *)page + at;
  widen(count, (const uint16_t *)page + at, wide);
  return wide;
}

/* A row's sum over tokens is one chain, which goes on from page to page. */
CK_INLINE void attend_pages(const ck_attention *a, size_t head, size_t rows,
                            const ck_attention_row *row, float *scratch, int half) {
  const size_t dim = a->dim, group = a->group, length = a->page_length;
  size_t longest = 0, low = SIZE_MAX;
  for (size_t r = 0; r < rows; r++) {
    size_t first = first_visible(row[r].length - 1, a->window) / 16 * 16;
    longest = row[r].length > longest ? row[r].length : longest;
    low = smaller_size(low, first);
  }
  size_t ld = CK_SCORE_STRIDE(longest);
  float *s = scratch;                            /* [rows × group × ld] */
  float *inverse = s + rows * group * ld;        /* [rows × group] */
  float *queries = inverse + rows * group;       /* [rows × group × dim] */
  float *outputs = queries + rows * group * dim; /* the same */
  float *wide = outputs + rows * group * dim;
  const size_t width = group * dim;
  if (rows == 1) outputs = row[0].o + head * width;
  for (size_t r = 0; r < rows; r++)
    memcpy(queries + r * width, row[r].q + head * width, width * sizeof(float));

  size_t pages = (longest + length - 1) / length;
  size_t keys = a->offset + head * length * dim;
  size_t values = keys + a->kv_heads * length * dim;
  for (size_t page = low / length; page < pages; page++)
    for (size_t r = 0; r < rows;) {
      if (row[r].length <= page * length) {
        r++;
        continue;
      }
      page_readers part = readers_of_page(a, rows, row, r, page, low);
      size_t tokens = round16(part.to) - part.from;
      /* Scores past the length, up to a whole vector, are computed and masked. */
      const float *k = page_values(a, row[r].pages[page], keys + (part.from - page * length) * dim,
                                   tokens * dim, half, wide);
      panels_product((part.end - r) * group, tokens / 16, dim, queries + r * width, dim, 1, k,
                     16 * dim, s + r * group * ld + part.from, ld, 0);
      r = part.end;
    }

  for (size_t r = 0; r < rows; r++)
    for (size_t g = r * group; g < (r + 1) * group; g++) {
      float maximum;
      inverse[g] = 1.0f / softmax_row(first_visible(row[r].length - 1, a->window), row[r].length,
                                      s + g * ld, a->scale, &maximum);
    }

  for (size_t page = low / length; page < pages; page++)
    for (size_t r = 0; r < rows;) {
      if (row[r].length <= page * length) {
        r++;
        continue;
      }
      page_readers part = readers_of_page(a, rows, row, r, page, low);
      for (size_t other = r; other < part.end && rows > 1; other++) {
        size_t first = first_visible(row[other].length - 1, a->window) / 16 * 16;
        size_t end = round16(row[other].length);
        for (size_t g = other * group; g < (other + 1) * group; g++) {
          zero_from(s + g * ld, part.from, smaller_size(first, part.to));
          zero_from(s + g * ld, end > part.from ? end : part.from, part.to);
        }
      }
      const float *v = page_values(a, row[r].pages[page],
                                   values + (part.from - page * length) * dim,
                                   (part.to - part.from) * dim, half, wide);
      product_of_few_rows((part.end - r) * group, dim, part.to - part.from,
                          s + r * group * ld + part.from, ld, 1, v, dim, 1, outputs + r * width,
                          dim, page > low / length);
      r = part.end;
    }

  for (size_t r = 0; r < rows; r++) {
    for (size_t g = 0; g < group; g++)
      finish_row(dim, outputs + r * width + g * dim, inverse[r * group + g]);
    if (rows > 1) memcpy(row[r].o + head * width, outputs + r * width, width * sizeof(float));
  }
}

static void kernel_attention_decode(const ck_attention *a, size_t head, size_t rows,
                                    const ck_attention_row *row, float *scratch) {
  attend_pages(a, head, rows, row, scratch, 0);
}

static void kernel_attention_decode_bf16(const ck_attention *a, size_t head, size_t rows,
                                         const ck_attention_row *row, float *scratch) {
  attend_pages(a, head, rows, row, scratch, 1);
}
