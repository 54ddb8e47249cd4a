// What a user reads who hands in a bad sweep.
#pragma once

#include <string>
#include <vector>

#include "engine/errors.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::sweeps {

/// The whole text of the InputError that reading `text` as "s.yaml" throws; empty if it throws
/// none.
inline std::string complaints_about(const std::string& text,
                                    const std::vector<std::string>& overrides = {}) {
  try {
    static_cast<void>(read_sweep("s.yaml", text, {.overrides = overrides}));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace mlpsweep::sweeps
