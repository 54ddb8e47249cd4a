// The weights of those trials that keep them: /weights/FINGERPRINT/initial and .../final.
#pragma once

#include "results/hdf5_file.h"
#include "results/record.h"

namespace mlpsweep::results {

[[nodiscard]] bool has_weights(const Record& record);

/// Nothing is written for a record without weights.
void write_weights(Hdf5Group& all_weights, const Record& record);

/// Fills in the weights of a record whose fingerprint is known, if there are any.
void read_weights(const Hdf5Group& all_weights, Record& record);

/// `before` carried on over the record's weights, with their names.
[[nodiscard]] sweeps::Fingerprint chained_weights(const sweeps::Fingerprint& before,
                                                  const Record& record);

}  // namespace mlpsweep::results
