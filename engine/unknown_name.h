// What is said about a name that stands in no table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/entries.h"

namespace mlpsweep::engine {

/// "activation: expected one of sigmoid, tanh, relu, found 'tanhh'; nearest: tanh"
[[nodiscard]] std::string unknown_name(std::string_view key, std::string_view name,
                                       std::span<const Entry> legal);

}  // namespace mlpsweep::engine
