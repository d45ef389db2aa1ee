#include "table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

_Thread_local float *ck_buffers;
static pthread_key_t buffers_key;
static pthread_once_t buffers_once = PTHREAD_ONCE_INIT;

/* The key is used only to free a thread's buffers when the thread ends. */
static void make_buffers_key(void) { pthread_key_create(&buffers_key, free); }

float *ck_make_buffers(void) {
  size_t size = (size_t)(CK_HEIGHT + CK_WIDTH) * CK_DEPTH * sizeof(float);
  pthread_once(&buffers_once, make_buffers_key);
  ck_buffers = aligned_alloc(64, size);
  if (!ck_buffers) abort();
  pthread_setspecific(buffers_key, ck_buffers);
  return ck_buffers;
}

static const ck_table *const tables[] = {
    &ck_table_portable,
#if defined(__x86_64__)
    &ck_table_avx2,
    &ck_table_avx512,
#endif
};

/* The selected variant; -1 until the first kernel runs. Only tests change it after that. */
static _Atomic int selected = -1;

int ck_is_available(int variant) {
  if (variant == CK_PORTABLE) return 1;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (variant == CK_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (variant == CK_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("fma");
#endif
  return 0;
}

static int choose(void) {
  static const char *const names[] = {"portable", "avx2", "avx512"};
  const char *wanted = getenv("LACONIC_KERNELS");
  for (int variant = CK_PORTABLE; wanted && variant <= CK_AVX512; variant++)
    if (strcmp(wanted, names[variant]) == 0 && ck_is_available(variant)) return variant;
  if (wanted && *wanted)
    fprintf(stderr, "laconic: LACONIC_KERNELS=%s is not supported by this processor; "
                    "using the best that is\n",
            wanted);
  for (int variant = CK_AVX512; variant > CK_PORTABLE; variant--)
    if (ck_is_available(variant)) return variant;
  return CK_PORTABLE;
}

int ck_selected(void) {
  int variant = atomic_load_explicit(&selected, memory_order_relaxed);
  if (variant < 0) {
    /* Two threads may both run this; both get the same result. */
    variant = choose();
    atomic_store_explicit(&selected, variant, memory_order_relaxed);
  }
  return variant;
}

int ck_select(int variant) {
  if (!ck_is_available(variant)) return 0;
  atomic_store_explicit(&selected, variant, memory_order_relaxed);
  return 1;
}

void ck_pause(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#define CK_ENTRY(type, name, parameters, arguments)                                                \
  type ck_##name##_f32 parameters { return tables[ck_selected()]->name arguments; }
CK_KERNELS(CK_ENTRY)

void ck_pack_f32(int variant, size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                 float *packed, int rounding) {
  tables[variant]->pack(n, k, b, b_row, b_column, packed, rounding);
}

void ck_gemm_packed_f32(int variant, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        size_t a_column, const float *packed, float *c, size_t ldc,
                        int accumulate, int rounding) {
  tables[variant]->gemm_packed(m, n, k, a, a_row, a_column, packed, c, ldc, accumulate, rounding);
}

static size_t padded(size_t length) { return (length + 15) / 16 * 16; }

size_t ck_packed_size(size_t n, size_t k) { return k * padded(n); }

size_t ck_attention_scratch(size_t length, size_t dim) {
  return padded(length) * dim + padded(dim) * length + CK_QUERY_BLOCK * CK_SCORE_STRIDE(length);
}

size_t ck_attention_backward_scratch(size_t length, size_t dim) {
  return 2 * padded(length) * dim + padded(dim) * (length + 2 * CK_GRADIENT_BLOCK) +
         2 * CK_GRADIENT_BLOCK * CK_SCORE_STRIDE(length);
}

size_t ck_attention_decode_scratch(size_t length, size_t group) {
  return group * CK_SCORE_STRIDE(length);
}

size_t ck_attention_decode_bf16_scratch(size_t length, size_t dim, size_t group) {
  return ck_attention_decode_scratch(length, group) + 2 * padded(length) * dim;
}
