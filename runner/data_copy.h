// A data set as the bytes of a file that processes map.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dataset.h"

namespace mlpsweep::runner {

/// What a file of that set and choice holds, piece by piece: a head with checksums of all that
/// follows, then images and labels. The pieces after the head are the data set's own memory.
[[nodiscard]] std::string copy_head(const engine::Dataset& data, std::string_view choice);
[[nodiscard]] std::vector<std::string_view> copy_parts(const engine::Dataset& data);

/// The data set in `bytes`, its images where they lie, which `owner` keeps alive. None unless this
/// version of the program wrote all of it, for that checksum and that choice.
[[nodiscard]] std::optional<engine::Dataset> read_copy(std::string_view bytes,
                                                       const std::shared_ptr<const void>& owner,
                                                       std::string_view checksum,
                                                       std::string_view choice);

}  // namespace mlpsweep::runner
