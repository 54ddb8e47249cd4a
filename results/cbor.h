// CBOR that anybody may have written.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace mlpsweep::results {

enum class Numbers {
  kAny,
  kWhole,  ///< no fractions: the library's reading of one as an integer is undefined where it is
           ///< too large
};

/// Errors   MachineError, which begins with `what` it should be: no CBOR, a fraction where none may
///          be, or nested deeper than ours ever is: the library reads lists and maps by recursion,
///          and a hostile file could overrun the stack.
[[nodiscard]] nlohmann::json parse_cbor(std::string_view payload, std::string_view what,
                                        Numbers numbers);

}  // namespace mlpsweep::results
