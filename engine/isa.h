// Which instruction set the hot loops and oneDNN use.
#pragma once

#include <string>
#include <string_view>

namespace mlpsweep::engine {

/// Pins both our kernels and oneDNN's to `isa`: "avx2", "avx512", or "" for the best one here.
/// Must come before any training in this process.
///
/// Errors   InputError: a name that is neither, or a set that this processor has not.
void use_isa(std::string_view isa);

/// The one in use: "avx512", "avx2" or "baseline".
[[nodiscard]] std::string isa_in_use();

/// The processor's own name, from the operating system.
[[nodiscard]] std::string processor_name();

/// "oneDNN 2.6.3, oneTBB 2021.8", as found at run time.
[[nodiscard]] std::string library_versions();

}  // namespace mlpsweep::engine
