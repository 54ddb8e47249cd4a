// What can be chosen by name, for readers that check names before anything is trained.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/spec.h"

namespace mlpsweep::engine {

/// A legal value of a setting, with what it means and where the formula comes from.
struct Entry {
  std::string_view name;
  std::string_view meaning;
};

/// Each list comes from the one table that the engine itself looks the name up in.
[[nodiscard]] std::span<const Entry> activation_entries();
[[nodiscard]] std::span<const Entry> output_entries();
[[nodiscard]] std::span<const Entry> loss_entries();
[[nodiscard]] std::span<const Entry> output_delta_entries();
[[nodiscard]] std::span<const Entry> initializer_entries();
[[nodiscard]] std::span<const Entry> optimizer_entries();
[[nodiscard]] std::span<const Entry> scale_entries();
[[nodiscard]] std::span<const Entry> format_entries();

/// Whether a loss can stand behind an output; if not, why, and what could.
[[nodiscard]] std::optional<std::string> refuse_pair(std::string_view output,
                                                     std::string_view loss);
/// Whether a delta can stand behind an output in place of the loss's gradient.
[[nodiscard]] std::optional<std::string> refuse_delta(std::string_view output,
                                                      std::string_view delta);
/// Whether a clip means something for this loss.
[[nodiscard]] std::optional<std::string> refuse_clip(std::string_view loss, double clip);

}  // namespace mlpsweep::engine
