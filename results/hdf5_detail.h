// What the hdf5_*.cpp files share; nobody else includes it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "results/hdf5_file.h"

namespace mlpsweep::results {

/// Throws MachineError: "can't DOING (HDF5: its innermost message)".
[[noreturn]] void hdf5_failed(std::string_view doing);

/// The status of an HDF5 call, unless it tells of a failure.
template <typename Status>
Status checked(Status status, std::string_view doing) {
  if (status < 0) {
    hdf5_failed(doing);
  }
  return status;
}

/// A new identifier, which is closed when it goes.
inline Hdf5Handle owned(std::int64_t id, std::string_view doing) {
  return Hdf5Handle(checked(id, doing));
}

/// HDF5 prints every failure to stderr until it is told not to, in each thread.
void stop_printing_of_errors();

/// Little-endian numbers, or variable-length UTF-8 text.
[[nodiscard]] Hdf5Handle file_type(ElementType type);

[[nodiscard]] std::vector<std::uint64_t> dims_of(std::int64_t dataset);

/// The product of all lengths.
/// Errors   MachineError: 2^60 or more, so that a number of bytes can't overflow.
[[nodiscard]] std::uint64_t elements_of(std::span<const std::uint64_t> dims);

/// A property list that makes HDF5 write through `output`, which must outlive the file.
[[nodiscard]] Hdf5Handle access_through(OutputFile& output);

}  // namespace mlpsweep::results
