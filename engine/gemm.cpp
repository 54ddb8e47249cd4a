#include "engine/gemm.h"

#include <dnnl.h>
#include <omp.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

template <class Real>
Real entry(const Factor<Real>& m, int row, int column) {
  return m.turn == Turn::kAsIs ? m.values[static_cast<long>(row) * m.stride + column]
                               : m.values[static_cast<long>(column) * m.stride + row];
}

char letter(Turn turn) {
  return turn == Turn::kAsIs ? 'N' : 'T';
}

}  // namespace

// dnnl_sgemm, not matmul primitives: measured on AVX-512 within 3 % of each other at the sizes that
// matter (64x784 by 784x128: 109 and 114 GFLOP/s; 784x128 by 128x128: 113 and 108), while a
// function has no state that threads could share by mistake, and a last, shorter batch costs no new
// primitive.
template <>
void multiply<float>(const ProductShape& shape, const Factor<float>& a, const Factor<float>& b,
                     const Product<float>& c) {
  keep_products_on_this_thread();
  const dnnl_status_t status = dnnl_sgemm(letter(a.turn), letter(b.turn), shape.rows, shape.columns,
                                          shape.depth, 1.F, a.values, a.stride, b.values, b.stride,
                                          c.keep == Keep::kAdd ? 1.F : 0.F, c.values, c.stride);
  MLPS_CHECK(status == dnnl_success, "dnnl_sgemm returned " + std::to_string(status));
}

template <>
void multiply<double>(const ProductShape& shape, const Factor<double>& a, const Factor<double>& b,
                      const Product<double>& c) {
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      double& place = c.values[static_cast<long>(i) * c.stride + j];
      double sum = c.keep == Keep::kAdd ? place : 0;
      for (int k = 0; k < shape.depth; ++k)
        sum += entry(a, i, k) * entry(b, k, j);
      place = sum;
    }
  }
}

bool pin_products(std::string_view isa) {
  const dnnl_cpu_isa_t most = isa == "avx2"     ? dnnl_cpu_isa_avx2
                              : isa == "avx512" ? dnnl_cpu_isa_avx512_core
                                                : dnnl_cpu_isa_all;
  return dnnl_set_max_cpu_isa(most) == dnnl_success;
}

std::string product_library() {
  const dnnl_version_t* version = dnnl_version();
  return "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
}

// On a thread that oneDNN may spread over two pinned threads a product ran at 4 instead of 170
// GFLOP/s; the setting is OpenMP's own and belongs to the calling thread.
void keep_products_on_this_thread() {
  thread_local const bool done = [] {
    omp_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace mlpsweep::engine
