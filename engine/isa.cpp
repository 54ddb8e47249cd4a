#include "engine/isa.h"

#include <atomic>
#include <fstream>

#include "engine/errors.h"
#include "engine/gemm.h"
#include "engine/kernels.h"
#include "engine/parallel.h"

namespace mlpsweep::engine {

// One table a copy of the loops; the build says which ones there are (engine/CMakeLists.txt).
#ifdef MLPS_X86
namespace avx2 {
extern const Kernels<float> kKernels;
}
namespace avx512 {
extern const Kernels<float> kKernels;
}
#else
namespace baseline {
extern const Kernels<float> kKernels;
}
#endif
namespace plain {
extern const Kernels<double> kKernels;
}

namespace {

std::atomic<const Kernels<float>*> in_use = nullptr;

#ifdef MLPS_X86
// What -march=x86-64-v4 lets the compiler use.
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

}  // namespace

const Kernels<float>* find_kernels(std::string_view isa) {
#ifdef MLPS_X86
  const bool best = isa.empty();
  if ((best || isa == "avx512") && has_avx512())
    return &avx512::kKernels;
  if ((best || isa == "avx2") && has_avx2())
    return &avx2::kKernels;
#else
  if (isa.empty() || isa == "baseline")
    return &baseline::kKernels;
#endif
  return nullptr;
}

template <>
const Kernels<float>& kernels<float>() {
  const Kernels<float>* chosen = in_use.load(std::memory_order_acquire);
  if (chosen == nullptr) {
    chosen = find_kernels("");
    MLPS_CHECK(chosen != nullptr, "this build needs a processor with AVX2 and FMA");
    in_use.store(chosen, std::memory_order_release);
  }
  return *chosen;
}

void use_kernels(const Kernels<float>& table) {
  in_use.store(&table, std::memory_order_release);
}

template <>
const Kernels<double>& kernels<double>() {
  return plain::kKernels;
}

void use_isa(std::string_view isa) {
  if (!isa.empty() && isa != "avx2" && isa != "avx512")
    throw InputError("--isa: expected avx2 or avx512, got '" + std::string(isa) + "'");
  const Kernels<float>* wanted = find_kernels(isa);
  if (wanted == nullptr)
    throw InputError("--isa " + std::string(isa) + ": this processor (" + processor_name() +
                     ") or this build does not have it; the best one here is " +
                     kernels<float>().isa);
  // oneDNN fixes its choice at its first product. Asking again for what is in use changes nothing.
  if (!pin_products(isa))
    MLPS_CHECK(in_use.load() == wanted, "use_isa came after the first product of this process");
  in_use.store(wanted, std::memory_order_release);
}

std::string isa_in_use() {
  return kernels<float>().isa;
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos)
      return line.substr(colon + 2);
  }
  return "unknown";
}

std::string library_versions() {
  return product_library() + ", " + pool_library();
}

}  // namespace mlpsweep::engine
