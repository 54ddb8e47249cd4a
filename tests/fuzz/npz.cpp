// An npz file that holds images and labels.

#include <zlib.h>

#include "engine/formats.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {

void read(Bytes input) {
  const engine::RawPart part = engine::read_npz_part({.images = as_file(input, "part.npz")});
  must(part.rows > 0 && part.label_texts.size() == part.rows, "a label for each row");
  must(part.pixels.size() ==
           part.rows * static_cast<std::size_t>(part.height) * static_cast<std::size_t>(part.width),
       "height times width pixels a row");
}

namespace {

class Zip {
 public:
  explicit Zip(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  /// Gives the stored members the checksums that they ought to have.
  void mend() {
    for (std::size_t at = 0; at + 46 <= bytes_.size(); ++at) {
      constexpr std::uint32_t kDirectoryEntry = 0x02014B50;
      constexpr std::size_t kStored = 0;
      if (number(at, 4) == kDirectoryEntry && number(at + 10, 2) == kStored) {
        mend_member(at);
      }
    }
  }

 private:
  void mend_member(std::size_t entry) {
    const std::size_t size = number(entry + 20, 4);
    const std::size_t head = number(entry + 42, 4);
    if (head + 30 > bytes_.size()) {
      return;
    }
    const std::size_t begin = head + 30 + number(head + 26, 2) + number(head + 28, 2);
    if (begin + size > bytes_.size()) {
      return;
    }
    const auto sum = crc32(0, bytes_.data() + begin, static_cast<unsigned>(size));
    put(entry + 16, sum);
    put(head + 14, sum);
  }

  [[nodiscard]] std::size_t number(std::size_t at, std::size_t count) const {
    std::size_t value = 0;
    for (std::size_t i = count; i > 0; --i) {
      value = value << 8 | bytes_[at + i - 1];
    }
    return value;
  }

  void put(std::size_t at, std::size_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
      bytes_[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  std::span<std::uint8_t> bytes_;
};

void mend(std::span<std::uint8_t> bytes) { Zip(bytes).mend(); }

}  // namespace
}  // namespace mlpsweep::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  return mlpsweep::fuzz::mutate({data, most}, size, seed, mlpsweep::fuzz::mend);
}
