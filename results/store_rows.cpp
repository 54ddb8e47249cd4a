#include "results/store_rows.h"

#include <algorithm>
#include <utility>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

constexpr std::uint64_t kBlockBytes = 256U << 10U;
constexpr std::uint64_t kTextRows = 1024;

}  // namespace

std::uint64_t block_rows(ElementType type, std::uint64_t row_elements) {
  if (type == ElementType::kText) {
    return kTextRows;
  }
  const std::uint64_t row_bytes = bytes_of(type) * row_elements;
  return std::clamp<std::uint64_t>(kBlockBytes / std::max<std::uint64_t>(row_bytes, 1), 1, 4096);
}

sweeps::Fingerprint chained(const sweeps::Fingerprint& before, std::span<const std::byte> bytes) {
  const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return sweeps::hash_bytes(before.hex() + sweeps::hash_bytes(view).hex());
}

sweeps::Fingerprint chained(const sweeps::Fingerprint& before, std::span<const std::string> texts) {
  std::string joined;
  for (const std::string& text : texts) {
    joined += text;
    joined += '\0';  // no text has one inside (Hdf5Dataset::write_texts)
  }
  return chained(before, std::as_bytes(std::span(joined)));
}

RowWriter::RowWriter(Hdf5Dataset dataset)
    : dataset_(std::move(dataset)),
      row_bytes_(bytes_of(dataset_.type()) * dataset_.row_elements()),
      block_rows_(block_rows(dataset_.type(), dataset_.row_elements())) {}

std::span<std::byte> RowWriter::next_row() {
  if (waiting_ == block_rows_) {
    flush();
  }
  ++waiting_;
  bytes_.resize(waiting_ * row_bytes_);
  return std::span(bytes_).last(row_bytes_);
}

void RowWriter::add_text(std::string text) {
  if (waiting_ == block_rows_) {
    flush();
  }
  ++waiting_;
  texts_.push_back(std::move(text));
}

void RowWriter::flush() {
  if (!texts_.empty()) {
    dataset_.write_texts(written_, texts_);
    checksum_ = chained(checksum_, texts_);
  } else if (!bytes_.empty()) {
    dataset_.write(written_, waiting_, bytes_.data());
    checksum_ = chained(checksum_, bytes_);
  }
  written_ += std::exchange(waiting_, 0);
  texts_.clear();
  bytes_.clear();
}

void RowWriter::finish() {
  flush();
  MLPS_CHECK(written_ == dataset_.rows(), "rows written: " + std::to_string(written_));
  dataset_.close();
}

RowReader::RowReader(Hdf5Dataset dataset)
    : dataset_(std::move(dataset)),
      row_bytes_(bytes_of(dataset_.type()) * dataset_.row_elements()),
      block_rows_(block_rows(dataset_.type(), dataset_.row_elements())) {}

void RowReader::fetch() {
  held_ = std::min(block_rows_, dataset_.rows() - fetched_);
  MLPS_CHECK(held_ > 0, "a row past the end was asked for");
  used_ = 0;
  if (dataset_.type() == ElementType::kText) {
    texts_ = dataset_.read_texts(fetched_, held_);
    checksum_ = chained(checksum_, texts_);
  } else if (row_bytes_ > 0) {
    bytes_.resize(held_ * row_bytes_);
    dataset_.read(fetched_, held_, bytes_.data());
    checksum_ = chained(checksum_, bytes_);
  }
  fetched_ += held_;
}

std::span<const std::byte> RowReader::next_row() {
  if (used_ == held_) {
    fetch();
  }
  return std::span(bytes_).subspan(used_++ * row_bytes_, row_bytes_);
}

std::string RowReader::next_text() {
  if (used_ == held_) {
    fetch();
  }
  return std::move(texts_[used_++]);
}

sweeps::Fingerprint RowReader::read_checksum() {
  while (fetched_ < dataset_.rows()) {
    fetch();
  }
  return checksum_;
}

}  // namespace mlpsweep::results
