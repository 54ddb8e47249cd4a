// A plain or gz file, read piece by piece, against zlib's own reading of it.
#include <algorithm>
#include <optional>
#include <vector>

#include <zlib.h>

#include "engine/archive.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {
namespace {

using Unpacked = std::vector<std::uint8_t>;

/// More is not looked at: what unpacks to gigabytes is a reader's to ask for.
constexpr std::size_t kMost = std::size_t{1} << 16;

bool is_gz(Bytes input) {
  return input.size() >= 2 && input[0] == 0x1F && input[1] == 0x8B;
}

/// What the first member of a gz file holds, up to kMost; nothing where zlib refuses it.
std::optional<Unpacked> unpack(Bytes input) {
  constexpr int kGzAlone = 15 + 16;
  z_stream stream = {};
  stream.next_in = const_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<unsigned>(input.size());
  Unpacked bytes(kMost);
  stream.next_out = bytes.data();
  stream.avail_out = static_cast<unsigned>(bytes.size());
  must(inflateInit2(&stream, kGzAlone) == Z_OK, "zlib starts");
  const int state = inflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return state == Z_STREAM_END || bytes.size() == kMost ? std::optional(bytes) : std::nullopt;
}

std::size_t pack(const Unpacked& bytes, std::uint8_t* to, std::size_t most, int level) {
  z_stream stream = {};
  must(deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK,
       "zlib starts");
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<unsigned>(bytes.size());
  stream.next_out = to;
  stream.avail_out = static_cast<unsigned>(most);
  deflate(&stream, Z_FINISH);
  const std::size_t size = stream.total_out;
  deflateEnd(&stream);
  return size;
}

}  // namespace

void read(Bytes input) {
  engine::PackedFile file(as_file(input, "file.gz"));
  Unpacked bytes;
  for (const std::size_t total : {std::size_t{1}, std::size_t{100}, kMost}) {
    file.read_until(bytes, total);
    must(bytes.size() <= total, "no more than was asked for");
  }
  if (!is_gz(input)) {
    must(std::equal(bytes.begin(), bytes.end(), input.begin(), input.end()),
         "a plain file is read as it is");
    return;
  }
  const std::optional<Unpacked> expected = unpack(input);
  must(expected && bytes == *expected, "a gz file holds what zlib finds in it");
}

}  // namespace mlpsweep::fuzz

/// Three of four changes are made to what is packed: else the checksum would stop nearly all.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  using namespace mlpsweep::fuzz;
  std::optional<Unpacked> inside = is_gz({data, size}) ? unpack({data, size}) : std::nullopt;
  if (seed % 4 == 0 || !inside || inside->size() > most) {
    return LLVMFuzzerMutate(data, size, most);
  }
  const std::size_t held = inside->size();
  inside->resize(most);
  inside->resize(LLVMFuzzerMutate(inside->data(), held, most));
  return pack(*inside, data, most, static_cast<int>(seed / 4 % 10));
}
