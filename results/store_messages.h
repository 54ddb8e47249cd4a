// What of results.h5 travels from the process that reads it to the one that wants it.
#pragma once

#include <string>
#include <string_view>

#include "results/store.h"

namespace mlpsweep::results {

/// As CBOR; a record travels as in the journal (record.h).
[[nodiscard]] std::string encode(const SweepInfo& info);

/// Errors   MachineError: no CBOR, or a field of another type.
[[nodiscard]] SweepInfo decode_info(std::string_view payload);

}  // namespace mlpsweep::results
