#include "table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
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
    &ck_table_avx512, /* CK_AVX512_BF16 */
    &ck_table_avx512, /* CK_AMX */
#endif
};

/* The selected variant; -1 until the first kernel runs. Only tests change it after that. */
static _Atomic int selected = -1;

#if defined(__x86_64__)
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("fma");
}

static int tiles_granted;
static pthread_once_t tiles_once = PTHREAD_ONCE_INIT;

/* Linux grants a process the memory for AMX tiles only when asked. */
static void ask_for_tiles(void) {
#if defined(__linux__)
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
  if (!(d >> 22 & 1) || !(d >> 24 & 1)) return;
  tiles_granted = syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
#endif
}
#endif

int ck_is_available(int variant) {
  if (variant == CK_PORTABLE) return 1;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (variant == CK_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (variant == CK_AVX512) return has_avx512();
  if (variant == CK_AVX512_BF16) return has_avx512() && __builtin_cpu_supports("avx512bf16");
  if (variant == CK_AMX) {
    if (!has_avx512()) return 0;
    pthread_once(&tiles_once, ask_for_tiles);
    return tiles_granted;
  }
#endif
  return 0;
}

/* True if a variant is available and faster than those below it. VDPBF16PS is twice as fast as fp32
   on AMD's processors, and half as fast on Intel's. */
static int is_worthwhile(int variant) {
#if defined(__x86_64__)
  if (variant == CK_AVX512_BF16 && !__builtin_cpu_is("amd")) return 0;
#endif
  return ck_is_available(variant);
}

static int choose(void) {
  static const char *const names[] = {"portable", "avx2", "avx512", "avx512bf16", "amx"};
  const char *wanted = getenv("LACONIC_KERNELS");
  for (int variant = CK_PORTABLE; wanted && variant <= CK_AMX; variant++)
    if (strcmp(wanted, names[variant]) == 0 && ck_is_available(variant)) return variant;
  if (wanted && *wanted)
    fprintf(stderr, "laconic: LACONIC_KERNELS=%s is not supported by this processor; "
                    "using the best that is\n",
            wanted);
  for (int variant = CK_AMX; variant > CK_PORTABLE; variant--)
    if (is_worthwhile(variant)) return variant;
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
                 float *packed) {
  tables[variant]->pack(n, k, b, b_row, b_column, packed);
}

void ck_gemm_packed_f32(int variant, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        size_t a_column, const float *packed, float *c, size_t ldc,
                        int accumulate) {
  tables[variant]->gemm_packed(m, n, k, a, a_row, a_column, packed, c, ldc, accumulate);
}

void ck_pack_bf16(size_t n, size_t k, const float *b, size_t b_row, size_t b_column,
                  uint16_t *packed, size_t deep) {
  tables[ck_selected()]->pack_bf16(n, k, b, b_row, b_column, packed, deep);
}

void ck_gemm_bf16(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                  const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate) {
  int variant = ck_selected();
#if defined(__x86_64__)
  if (variant == CK_AVX512_BF16) {
    ck_gemm_bf16_dot(m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate);
    return;
  }
#endif
  tables[variant]->gemm_bf16(m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate);
}

void ck_gemm_amx(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                 const uint16_t *packed, size_t deep, float *c, size_t ldc, int accumulate) {
  int variant = ck_selected();
#if defined(__x86_64__)
  if (variant == CK_AMX) {
    ck_gemm_amx_tiles(m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate);
    return;
  }
#endif
  tables[variant]->gemm_amx(m, n, k, a, a_row, a_column, packed, deep, c, ldc, accumulate);
}

size_t ck_packed_depth_bf16(size_t k) { return (k + 31) / 32 * 32; }

static size_t padded(size_t length) { return (length + 15) / 16 * 16; }

size_t ck_packed_size(size_t n, size_t k) { return k * padded(n); }

size_t ck_panel_width(int variant) { return tables[variant]->panel_width; }

size_t ck_attention_scratch(size_t length, size_t dim) {
  return padded(length) * dim + padded(dim) * length + CK_QUERY_BLOCK * CK_SCORE_STRIDE(length);
}

size_t ck_attention_backward_scratch(size_t length, size_t dim) {
  return 2 * padded(length) * dim + padded(dim) * (length + 2 * CK_GRADIENT_BLOCK) +
         2 * CK_GRADIENT_BLOCK * CK_SCORE_STRIDE(length);
}

size_t ck_attention_decode_scratch(const ck_attention *a, size_t rows, size_t length) {
  return rows * a->group * (CK_SCORE_STRIDE(length) + 2 * a->dim + 1) + a->page_length * a->dim;
}
