#include "engine/archive.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <new>
#include <optional>
#include <system_error>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 16;

struct Close {
  void operator()(archive* opened) const { archive_read_free(opened); }
};
using Handle = std::unique_ptr<archive, Close>;

struct CloseFile {
  void operator()(std::FILE* opened) const { std::fclose(opened); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File open_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw InputError(path + ": expected a file, found a folder");
  }
  File file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    throw InputError(path + ": cannot be opened: " + std::generic_category().message(errno));
  }
  return file;
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
  explicit Impl(const std::string& name) : path(name), file(open_file(name)) {
    take_input();
    packed = stream.avail_in >= 2 && input[0] == 0x1F && input[1] == 0x8B;
    constexpr int kGzAlone = 15 + 16;  // the largest window; a header and a trailer of gz's
    if (packed && inflateInit2(&stream, kGzAlone) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Impl() {
    if (packed) {
      inflateEnd(&stream);
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// The next bytes of the file itself; none at its end.
  void take_input() {
    const std::size_t got = std::fread(input.data(), 1, input.size(), file.get());
    if (std::ferror(file.get()) != 0) {
      throw MachineError(path + ": cannot be read: " + std::generic_category().message(errno));
    }
    stream.next_in = input.data();
    stream.avail_in = static_cast<unsigned>(got);
    taken += got;
  }

  /// Each of the two gives at most `most` bytes of what the file holds, and how many; 0 at the end.
  std::size_t copy(std::uint8_t* to, std::size_t most) {
    const std::size_t got = std::min<std::size_t>(most, stream.avail_in);
    std::copy_n(stream.next_in, got, to);
    stream.next_in += got;
    stream.avail_in -= static_cast<unsigned>(got);
    return got;
  }

  std::size_t unpack(std::uint8_t* to, std::size_t most) {
    stream.next_out = to;
    stream.avail_out = static_cast<unsigned>(most);
    switch (inflate(&stream, Z_NO_FLUSH)) {
      case Z_OK:
      case Z_BUF_ERROR:  // it asks for more than there is here
        break;
      case Z_STREAM_END:
        refuse_more();
        ended = true;
        break;
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        throw InputError(path + ": this gz file is damaged at byte " + std::to_string(place()) +
                         ": " + (stream.msg != nullptr ? stream.msg : "unknown error"));
    }
    return most - stream.avail_out;
  }

  void refuse_more() {
    const std::uint64_t end = place();
    if (stream.avail_in == 0) {
      take_input();
    }
    if (stream.avail_in != 0) {
      throw InputError(path +
                       ": this gz file is damaged, or several were joined: it ends at byte " +
                       std::to_string(end) + ", and more follows");
    }
  }

  /// How many bytes of the file were made use of.
  [[nodiscard]] std::uint64_t place() const { return taken - stream.avail_in; }

  std::string path;
  File file;
  std::vector<std::uint8_t> input = std::vector<std::uint8_t>(kReadBytes);
  std::uint64_t taken = 0;
  z_stream stream = {};  ///< Its input serves plain files as well.
  bool packed = false;
  bool ended = false;
};

PackedFile::PackedFile(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}

PackedFile::~PackedFile() = default;

void PackedFile::read_until(std::vector<std::uint8_t>& bytes, std::size_t total) {
  // Grown by what arrives, not by what a header promises.
  while (!impl_->ended && bytes.size() < total) {
    if (impl_->stream.avail_in == 0) {
      impl_->take_input();
    }
    const bool at_end = impl_->stream.avail_in == 0;
    const std::size_t before = bytes.size();
    const std::size_t most = std::min(kReadBytes, total - before);
    bytes.resize(before + most);
    std::uint8_t* const to = bytes.data() + before;
    const std::size_t got = impl_->packed ? impl_->unpack(to, most) : impl_->copy(to, most);
    bytes.resize(before + got);
    if (at_end && got == 0 && !impl_->ended) {
      if (impl_->packed) {
        throw InputError(impl_->path + ": this gz file is cut short after " +
                         std::to_string(impl_->taken) + " bytes");
      }
      impl_->ended = true;
    }
  }
}

std::size_t PackedFile::likely_bytes() const {
  constexpr std::size_t kImages = 16;  // to 1; the sets of MNIST's kind are packed 2 to 5 to 1
  std::error_code unknown;
  const std::uintmax_t bytes = std::filesystem::file_size(impl_->path, unknown);
  constexpr std::uintmax_t kMost = std::numeric_limits<std::size_t>::max() / kImages;
  return unknown ? 0 : static_cast<std::size_t>(std::min(bytes, kMost)) * kImages;
}

struct ZipFile::Impl {
  std::string path;
  Handle opened;
  std::string member;
  bool ended = true;  ///< Of the member.
};

ZipFile::ZipFile(const std::string& path) : impl_(std::make_unique<Impl>()) {
  // Asked first: libarchive reports a missing file by a sentence of its own around the same words.
  static_cast<void>(open_file(path));
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
