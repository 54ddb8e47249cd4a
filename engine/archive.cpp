#include "engine/archive.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include <archive.h>
#include <archive_entry.h>
#include <boost/crc.hpp>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 16;

struct Close {
  void operator()(archive* opened) const { archive_read_free(opened); }
};
using Handle = std::unique_ptr<archive, Close>;

/// What a gz file says at its end about what was packed.
struct GzTrailer {
  std::uint32_t crc = 0;
  std::uint32_t size = 0;       ///< Modulo 2^32.
  std::int64_t file_bytes = 0;  ///< Up to its end.
};

// libarchive's gz filter skips the trailer, so a flipped bit that still unpacks would go unnoticed.
// Nothing if the file is not gz.
std::optional<GzTrailer> read_gz_trailer(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<unsigned char, 8> bytes{};
  const auto read = [&](std::size_t count) -> bool {
    return static_cast<bool>(
        file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count)));
  };
  if (!read(2) || bytes[0] != 0x1F || bytes[1] != 0x8B) {
    return std::nullopt;
  }
  file.seekg(-8, std::ios::end);
  if (!read(8)) {
    throw InputError(path + ": this gz file is cut short");
  }
  const auto word = [&](std::size_t at) {
    return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
           static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
           static_cast<std::uint32_t>(bytes[at + 3]) << 24;
  };
  return GzTrailer{word(0), word(4), static_cast<std::int64_t>(file.tellg())};
}

void check_readable(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw InputError(path + ": expected a file, found a folder");
  }
  // Asked first: libarchive reports a missing file by a sentence of its own around the same words.
  if (!std::ifstream(path, std::ios::binary)) {
    throw InputError(path + ": cannot be opened: " + std::generic_category().message(errno));
  }
}

[[noreturn]] void fail_with(archive* opened, const std::string& place, const char* doing) {
  const char* words = archive_error_string(opened);
  const std::string text =
      place + ": cannot be " + doing + ": " + (words != nullptr ? words : "unknown error");
  if (archive_errno(opened) == EIO) {
    throw MachineError(text);
  }
  throw InputError(text);
}

// Grown by what arrives, not by what a header promises. Returns the bytes that came; 0 at the end.
std::size_t read_piece(archive* opened, std::vector<std::uint8_t>& bytes, std::size_t total,
                       const std::string& place) {
  const std::size_t before = bytes.size();
  bytes.resize(before + std::min(kReadBytes, total - before));
  const la_ssize_t got = archive_read_data(opened, bytes.data() + before, bytes.size() - before);
  if (got < 0) {
    fail_with(opened, place, "unpacked");
  }
  bytes.resize(before + static_cast<std::size_t>(got));
  return static_cast<std::size_t>(got);
}

}  // namespace

struct PackedFile::Impl {
  std::string path;
  Handle opened;
  std::optional<GzTrailer> trailer;
  boost::crc_32_type crc;
  std::uint64_t unpacked = 0;
  bool ended = false;

  void check_trailer() const {
    if (!trailer) {
      return;
    }
    if (static_cast<std::uint32_t>(unpacked) != trailer->size) {
      throw InputError(path + ": this gz file ends by saying that it holds " +
                       std::to_string(trailer->size) + " bytes, but " + std::to_string(unpacked) +
                       " came out: it is damaged, or several were joined");
    }
    if (crc.checksum() != trailer->crc) {
      throw InputError(path + ": this gz file is damaged: the checksum at its end does not fit");
    }
    // A copy of the trailer may stand at the end of anything.
    constexpr int kFileItself = -1;
    const std::int64_t packed = archive_filter_bytes(opened.get(), kFileItself);
    if (packed != trailer->file_bytes) {
      throw InputError(path + ": this gz file is damaged: what is packed ends at byte " +
                       std::to_string(packed) + ", and the file has " +
                       std::to_string(trailer->file_bytes));
    }
  }
};

PackedFile::PackedFile(const std::string& path) : impl_(std::make_unique<Impl>()) {
  check_readable(path);
  impl_->path = path;
  impl_->trailer = read_gz_trailer(path);
  impl_->opened.reset(archive_read_new());
  archive* opened = impl_->opened.get();
  MLPS_CHECK(opened != nullptr, "libarchive gave no handle");
  archive_read_support_filter_gzip(opened);
  archive_read_support_format_raw(opened);
  archive_read_support_format_empty(opened);  // an empty file has no bytes; that is no fault yet
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(opened, path.c_str(), kReadBytes) != ARCHIVE_OK) {
    fail_with(opened, path, "opened");
  }
  const int state = archive_read_next_header(opened, &entry);
  if (state == ARCHIVE_EOF) {
    impl_->ended = true;
    impl_->check_trailer();
  } else if (state != ARCHIVE_OK) {
    fail_with(opened, path, "unpacked");
  }
}

PackedFile::~PackedFile() = default;

void PackedFile::read_until(std::vector<std::uint8_t>& bytes, std::size_t total) {
  while (!impl_->ended && bytes.size() < total) {
    const std::size_t got = read_piece(impl_->opened.get(), bytes, total, impl_->path);
    if (impl_->trailer) {
      impl_->crc.process_bytes(bytes.data() + bytes.size() - got, got);
    }
    impl_->unpacked += got;
    if (got == 0) {
      impl_->ended = true;
      impl_->check_trailer();
    }
  }
}

struct ZipFile::Impl {
  std::string path;
  Handle opened;
  std::string member;
  bool ended = true;  ///< Of the member.
};

ZipFile::ZipFile(const std::string& path) : impl_(std::make_unique<Impl>()) {
  check_readable(path);
  impl_->path = path;
  impl_->opened.reset(archive_read_new());
  archive* opened = impl_->opened.get();
  MLPS_CHECK(opened != nullptr, "libarchive gave no handle");
  // By the directory at the file's end alone: reading as a stream would take a zip that was cut
  // short for one with fewer members.
  archive_read_support_format_zip_seekable(opened);
  if (archive_read_open_filename(opened, path.c_str(), kReadBytes) != ARCHIVE_OK) {
    fail_with(opened, path, "opened as a zip file");
  }
}

ZipFile::~ZipFile() = default;

std::optional<std::string> ZipFile::next() {
  archive_entry* entry = nullptr;
  const int state = archive_read_next_header(impl_->opened.get(), &entry);
  if (state == ARCHIVE_EOF) {
    return std::nullopt;
  }
  if (state != ARCHIVE_OK && state != ARCHIVE_WARN) {
    fail_with(impl_->opened.get(), impl_->path, "read as a zip file");
  }
  const char* name = archive_entry_pathname(entry);
  impl_->member = name != nullptr ? name : "";
  impl_->ended = false;
  return impl_->member;
}

void ZipFile::read_until(std::vector<std::uint8_t>& bytes, std::size_t total) {
  while (!impl_->ended && bytes.size() < total) {
    impl_->ended = read_piece(impl_->opened.get(), bytes, total,
                              impl_->path + ", member " + impl_->member) == 0;
  }
}

std::string plain_or_gz(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) {
    return path;
  }
  const std::string packed = path + ".gz";
  return std::filesystem::is_regular_file(packed, ignored) ? packed : "";
}

bool is_zip(const std::string& path) {
  std::array<char, 2> first{};
  std::ifstream file(path, std::ios::binary);
  return file.read(first.data(), first.size()) && first[0] == 'P' && first[1] == 'K';
}

}  // namespace mlpsweep::engine
