// CBOR that anybody may have written.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace mlpsweep::results {

/// Errors   MachineError, which begins with `what` it should be: no CBOR, or nested deeper than
///          ours ever is: the library reads lists and maps by recursion, and a hostile file could
///          overrun the stack.
[[nodiscard]] nlohmann::json parse_cbor(std::string_view payload, std::string_view what);

}  // namespace mlpsweep::results
