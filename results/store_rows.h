// Data sets written and read row by row, in blocks: memory does not grow with the number of trials.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/hdf5_file.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::results {

/// Rows that are written, read and (where it pays) packed together.
[[nodiscard]] std::uint64_t block_rows(ElementType type, std::uint64_t row_elements);

/// Appends rows; finish() must come last. A row of a shape with no elements is nothing at all.
class RowWriter {
 public:
  explicit RowWriter(Hdf5Dataset dataset);

  /// The place for the next row's bytes; zero where nothing is written into it.
  [[nodiscard]] std::span<std::byte> next_row();
  void add_text(std::string text);

  /// Writes what is left and closes.
  /// Errors   std::logic_error: not as many rows as the data set has.
  void finish();

  /// Hash over all rows so far flushed, block by block; RowReader arrives at the same one.
  [[nodiscard]] const sweeps::Fingerprint& checksum() const { return checksum_; }

 private:
  void flush();

  Hdf5Dataset dataset_;
  std::size_t row_bytes_;
  std::uint64_t block_rows_;
  std::uint64_t written_ = 0;
  std::uint64_t waiting_ = 0;
  std::vector<std::byte> bytes_;
  std::vector<std::string> texts_;
  sweeps::Fingerprint checksum_;
};

/// Reads rows from the first on.
/// Errors   std::logic_error: more rows asked for than there are.
class RowReader {
 public:
  explicit RowReader(Hdf5Dataset dataset);

  [[nodiscard]] const Hdf5Dataset& dataset() const { return dataset_; }
  [[nodiscard]] std::span<const std::byte> next_row();  ///< Holds until the next call.
  [[nodiscard]] std::string next_text();

  /// Hash over all rows.
  [[nodiscard]] sweeps::Fingerprint read_checksum();

 private:
  void fetch();

  Hdf5Dataset dataset_;
  std::size_t row_bytes_;
  std::uint64_t block_rows_;
  std::uint64_t fetched_ = 0;  ///< Rows read so far.
  std::uint64_t used_ = 0;     ///< Of the present block.
  std::uint64_t held_ = 0;     ///< Rows of the present block.
  std::vector<std::byte> bytes_;
  std::vector<std::string> texts_;
  sweeps::Fingerprint checksum_;
};

/// `before` carried on over some more bytes or texts.
[[nodiscard]] sweeps::Fingerprint chained(const sweeps::Fingerprint& before,
                                          std::span<const std::byte> bytes);
[[nodiscard]] sweeps::Fingerprint chained(const sweeps::Fingerprint& before,
                                          std::span<const std::string> texts);

}  // namespace mlpsweep::results
