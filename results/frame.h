// One frame of a journal as bytes; journal.h says what frames are for, FORMAT.md has the table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "results/journal.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::results {

/// DO NOT CHANGE: journals of every version begin each frame with it.
inline constexpr std::string_view kFrameMagic = "MLPJ";
inline constexpr std::uint16_t kFrameVersion = 1;
inline constexpr std::size_t kFrameHeaderBytes = 28;
inline constexpr std::size_t kFrameChecksumBytes = 4;
/// A length beyond this is damage, not a reason to reserve memory.
inline constexpr std::size_t kMostPayloadBytes = std::size_t{64} << 20;

struct FrameHeader {
  std::uint16_t version = kFrameVersion;
  FrameType type = FrameType::kHeader;
  std::uint32_t payload_bytes = 0;
  sweeps::Fingerprint fingerprint;

  [[nodiscard]] std::size_t frame_bytes() const {
    return kFrameHeaderBytes + payload_bytes + kFrameChecksumBytes;
  }
};

/// CRC-32C (Castagnoli), reflected, as in iSCSI.
/// Source   RFC 3720, appendix B.4.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);
/// Of all pieces, one behind the other.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::string_view> pieces);

/// The whole frame with its checksum.
/// Errors   InputError: the payload is larger than a frame may be.
[[nodiscard]] std::string make_frame(FrameType type, const sweeps::Fingerprint& fingerprint,
                                     std::string_view payload);

/// Why `bytes` can't begin a frame of this version, or nothing. A header that is cut short is
/// judged by what is there.
[[nodiscard]] std::optional<std::string> refuse_header(std::string_view bytes);

/// `bytes` holds at least kFrameHeaderBytes that refuse_header() took.
[[nodiscard]] FrameHeader parse_header(std::string_view bytes);

/// Whether the checksum at the end of a whole frame is that of the bytes before it.
[[nodiscard]] bool checksum_holds(std::string_view frame);

}  // namespace mlpsweep::results
