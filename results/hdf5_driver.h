// HDF5's file calls, passed on to an OutputFile, which never lets them fail.
#pragma once

#include <cstdint>

namespace mlpsweep::results {

/// HDF5's identifier of the driver, once a process; negative: HDF5 refused it. What it asks for is the
/// address of a pointer to the OutputFile.
[[nodiscard]] std::int64_t register_output_driver();

}  // namespace mlpsweep::results
