// What is said about a name that stands in no table.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "engine/entries.h"

namespace mlpsweep::engine {

/// "activation: expected one of sigmoid, tanh, relu, found 'tanhh'; nearest: tanh"
[[nodiscard]] std::string unknown_name(std::string_view key, std::string_view name,
                                       std::span<const Entry> legal);

/// Errors   InputError: `word` is none of the legal ones: "shuffle: expected each_epoch or none,
/// found
///          'never'".
void check_word(std::string_view key, std::string_view word,
                std::initializer_list<std::string_view> legal);

}  // namespace mlpsweep::engine
