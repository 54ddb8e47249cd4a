// A journal: every byte is part of a whole frame or of a fault that is told; what is decoded can be
// written again.
#include "results/journal.h"

#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "engine/errors.h"
#include "results/frame.h"
#include "results/record.h"
#include "results/run_header.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {
namespace {

using namespace results;

std::string_view frame_at(std::string_view bytes, std::size_t offset) {
  const FrameHeader header = parse_header(bytes.substr(offset, kFrameHeaderBytes));
  return bytes.substr(offset, header.frame_bytes());
}

void check_frame(std::string_view frame) {
  const FrameHeader header = parse_header(frame);
  const std::string_view payload = frame.substr(kFrameHeaderBytes, header.payload_bytes);
  must(frame == make_frame(header.type, header.fingerprint, payload), "a frame is written as read");
}

void check_bytes(std::string_view bytes, const JournalIndex& index) {
  std::map<std::size_t, std::size_t> faults;
  for (const JournalFault& fault : index.faults) {
    must(fault.bytes > 0 && fault.offset + fault.bytes <= bytes.size(), "a fault is in the file");
    must(!fault.what.empty(), "a fault is told in words");
    faults.emplace(fault.offset, fault.bytes);
  }
  for (std::size_t offset = 0; offset < bytes.size();) {
    if (const auto fault = faults.find(offset); fault != faults.end()) {
      offset += fault->second;
      continue;
    }
    must(!refuse_header(bytes.substr(offset, kFrameHeaderBytes)), "what is no frame is a fault");
    const std::string_view frame = frame_at(bytes, offset);
    must(checksum_holds(frame), "a damaged frame is a fault");
    check_frame(frame);
    offset += frame.size();
  }
}

void check_record(const JournalIndex& index, const sweeps::Fingerprint& fingerprint) {
  try {
    const Record record = index.read(fingerprint);
    const std::string written = encode(record);
    must(encode(decode(written)) == written, "a record is read as it was written");
  } catch (const MachineError&) {
    // a whole frame that holds no record: refused by name when it is asked for
  }
}

void check_header(const std::string& payload) {
  try {
    const RunHeader header = decode_header(payload);
    must(decode_header(encode(header)) == header, "a header is read as it was written");
  } catch (const InputError&) {
    // as above
  }
}

}  // namespace

void read(Bytes input) {
  static_cast<void>(as_file(input, "run-1.mlj"));
  const JournalIndex index = read_journals(folder());
  check_bytes({reinterpret_cast<const char*>(input.data()), input.size()}, index);
  for (const auto& [fingerprint, place] : index.records) {
    check_record(index, fingerprint);
  }
  for (const std::string& header : index.headers) {
    check_header(header);
  }
}

namespace {

/// Frames whose length still fits get the checksum that they ought to have.
void mend(std::span<std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t at = text.find(kFrameMagic);
       at != std::string_view::npos && at + kFrameHeaderBytes <= text.size();
       at = text.find(kFrameMagic, at + 1)) {
    const std::size_t size = parse_header(text.substr(at)).frame_bytes();
    if (size <= text.size() - at) {
      const std::uint32_t sum = crc32c(text.substr(at, size - kFrameChecksumBytes));
      std::memcpy(bytes.data() + at + size - kFrameChecksumBytes, &sum, sizeof sum);
    }
  }
}

}  // namespace
}  // namespace mlpsweep::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  return mlpsweep::fuzz::mutate({data, most}, size, seed, mlpsweep::fuzz::mend);
}
