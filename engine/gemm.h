// Matrix products: the only door to oneDNN.
#pragma once

#include <string>
#include <string_view>

namespace mlpsweep::engine {

enum class Turn { kAsIs, kTransposed };

/// One factor of a product, row by row, `stride` entries from one row to the next.
template <class Real>
struct Factor {
  const Real* values;
  int stride;
  Turn turn = Turn::kAsIs;
};

/// What becomes of the values that the product's place holds already.
enum class Keep { kReplace, kAdd };

template <class Real>
struct Product {
  Real* values;
  int stride;
  Keep keep = Keep::kReplace;
};

struct ProductShape {
  int rows;     ///< Of op(A) and C.
  int columns;  ///< Of op(B) and C.
  int depth;    ///< Columns of op(A), rows of op(B): what is summed over.
};

/// C = op(A) op(B), or C += op(A) op(B). float is oneDNN's, on this thread alone; double is a plain
/// product in a fixed order, made for the gradient check.
///
/// Shapes   op(A) (rows, depth), op(B) (depth, columns), C (rows, columns).
/// Errors   std::logic_error: oneDNN refused the call.
/// Threads  Safe on different C.
template <class Real>
void multiply(const ProductShape& shape, const Factor<Real>& a, const Factor<Real>& b,
              const Product<Real>& c);

/// Holds oneDNN to "avx2" or "avx512", whatever the environment says; "" lifts the limit. Only
/// works before the first product of this process: false after it.
[[nodiscard]] bool pin_products(std::string_view isa);

/// "oneDNN 2.6.3"
[[nodiscard]] std::string product_library();

/// Holds the OpenMP pool that oneDNN would start to this thread alone.
///
/// Threads  Concerns the calling thread only.
void keep_products_on_this_thread();

}  // namespace mlpsweep::engine
