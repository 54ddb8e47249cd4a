// Records out of their journals.
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/frame.h"
#include "results/journal.h"

namespace mlpsweep::results {
namespace {

/// Of a large job's journals; a process may have 1,024 files open.
constexpr std::size_t kMostOpen = 256;

}  // namespace

RecordReader::RecordReader(const JournalIndex& index, Detail detail, Order order)
    : index_(index),
      decoder_(detail),
      ahead_(order == Order::kAsWritten ? FileBytes::kReadBytes : 0) {}

Record RecordReader::read(const sweeps::Fingerprint& fingerprint) {
  const auto found = index_.records.find(fingerprint);
  MLPS_CHECK(found != index_.records.end(), fingerprint.hex());
  return read(fingerprint, found->second);
}

Record RecordReader::read(const sweeps::Fingerprint& fingerprint, const FramePlace& place) {
  const auto where = [&] {
    return std::pair(index_.files[place.file].string(), place.offset - kFrameHeaderBytes);
  };
  const std::string_view bytes = payload(fingerprint, place);
  Record record = [&] {
    try {
      return decoder_.decode(bytes);
    } catch (const MachineError& error) {
      throw MachineError(fmt::format("{}: the record of trial {} at byte {}: {}", where().first,
                                     fingerprint.hex(), where().second, error.what()));
    }
  }();
  if (record.fingerprint != fingerprint) {
    throw MachineError(fmt::format("{}: the frame at byte {} is of trial {}, and its record of {}",
                                   where().first, where().second, fingerprint.hex(),
                                   record.fingerprint.hex()));
  }
  return record;
}

std::string_view RecordReader::payload(const sweeps::Fingerprint& fingerprint,
                                       const FramePlace& place) {
  const std::filesystem::path& file = index_.files[place.file];
  auto open = open_.find(place.file);
  if (open == open_.end()) {
    if (open_.size() == kMostOpen) {
      open_.clear();
      last_ = nullptr;
    }
    open = open_.try_emplace(place.file, file, ahead_).first;
  }
  if (last_ != nullptr && last_ != &open->second) {
    last_->forget();
  }
  last_ = &open->second;
  const std::uint64_t offset = place.offset - kFrameHeaderBytes;
  const std::size_t frame_bytes = kFrameHeaderBytes + place.bytes + kFrameChecksumBytes;
  const std::string_view frame = open->second.at(offset, frame_bytes);
  if (frame.size() < frame_bytes || !checksum_holds(frame)) {
    throw MachineError(
        fmt::format("{}: the record of trial {} at byte {} was whole and is damaged "
                    "now; run the sweep again and it is trained again",
                    file.string(), fingerprint.hex(), offset));
  }
  return frame.substr(kFrameHeaderBytes, place.bytes);
}

}  // namespace mlpsweep::results
