#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "engine/errors.h"
#include "results/file_bytes.h"
#include "results/frame.h"
#include "results/journal.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

/// Much less than is read at once, so that a step forward is seldom a new read.
constexpr std::size_t kSearchBytes = FileBytes::kReadBytes / 16;

/// What lies at some place in a journal.
struct Look {
  std::uint64_t frame_bytes = 0;  ///< 0: no whole frame.
  bool unfinished = false;        ///< It begins like one, and the file ends inside it.
  std::string what;
};

Look look_at(FileBytes& bytes, std::uint64_t offset) {
  const std::string_view head = bytes.at(offset, kFrameHeaderBytes);
  if (const auto refused = refuse_header(head)) {
    return {.what = *refused};
  }
  const std::uint64_t left = bytes.size() - offset;
  if (head.size() < kFrameHeaderBytes || parse_header(head).frame_bytes() > left) {
    return {.unfinished = true, .what = "an unfinished frame: the writer was stopped inside it"};
  }
  const std::size_t frame_bytes = parse_header(head).frame_bytes();
  const std::string_view frame = bytes.at(offset, frame_bytes);
  if (frame.size() < frame_bytes) {  // the writer has just cut it off
    return {.unfinished = true, .what = "an unfinished frame: the writer cut it off"};
  }
  if (!checksum_holds(frame)) {
    return {.what = fmt::format("a frame of {} bytes whose checksum is wrong", frame_bytes)};
  }
  return {.frame_bytes = frame_bytes, .what = ""};
}

/// Bytes that are no epoch (the checksum held: no disk did that) count as none.
int decode_epoch(std::string_view payload) {
  int epoch = 0;
  const auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), epoch);
  return error == std::errc() ? std::max(epoch, 0) : 0;
}

/// Where the next whole frame begins, from `offset` on; the file's size if there is none.
std::uint64_t find_frame(FileBytes& bytes, std::uint64_t offset) {
  while (offset + kFrameHeaderBytes + kFrameChecksumBytes <= bytes.size()) {
    const std::string_view part = bytes.at(offset, kSearchBytes);
    const std::size_t found = part.find(kFrameMagic);
    if (found == std::string_view::npos) {
      if (part.size() < kFrameMagic.size()) {
        break;
      }
      offset += part.size() - (kFrameMagic.size() - 1);  // a magic may straddle two parts
      continue;
    }
    offset += found;
    if (look_at(bytes, offset).frame_bytes != 0) {
      return offset;
    }
    ++offset;
  }
  return bytes.size();
}

bool only_zeros(FileBytes& bytes, std::uint64_t offset) {
  while (offset < bytes.size()) {
    const std::string_view part = bytes.at(offset, FileBytes::kReadBytes);
    if (part.empty() || part.find_first_not_of('\0') != std::string_view::npos) {
      return false;
    }
    offset += part.size();
  }
  return true;
}

/// The end of a file behind its last whole frame.
JournalFault tail_of(FileBytes& bytes, const fs::path& file, std::uint64_t offset,
                     const Look& look) {
  JournalFault fault = {.file = file.string(),
                        .offset = offset,
                        .bytes = bytes.size() - offset,
                        .torn_tail = look.unfinished,
                        .what = look.what};
  if (!look.unfinished && only_zeros(bytes, offset)) {
    // Some file systems leave them when the size reached the disk before the bytes did.
    fault.torn_tail = true;
    fault.what = "zeros: what a power cut leaves of bytes that were never synced";
  }
  return fault;
}

/// A whole frame of another version is no damage: what wrote it knows what is in it, and training
/// its trials again would be the wrong answer.
/// Errors   InputError.
void refuse_other_version(FileBytes& bytes, const fs::path& file, std::uint64_t offset) {
  const std::string_view head = bytes.at(offset, kFrameHeaderBytes);
  if (head.size() < kFrameHeaderBytes || !head.starts_with(kFrameMagic)) {
    return;
  }
  const FrameHeader header = parse_header(head);
  if (header.version == kFrameVersion || header.payload_bytes > kMostPayloadBytes) {
    return;
  }
  const std::string_view frame = bytes.at(offset, header.frame_bytes());
  if (frame.size() == header.frame_bytes() && checksum_holds(frame)) {
    throw InputError(
        fmt::format("{}: a journal of version {} (at byte {}), and this mlpsweep reads version {}: "
                    "use the one that wrote it, or another folder (-o DIR)",
                    file.string(), header.version, offset, kFrameVersion));
  }
}

/// Reading a pipe or a device could wait for ever, and a link leads out of the sweep's folder.
void refuse_no_file(const fs::path& file) {
  std::error_code ignored;
  if (fs::symlink_status(file, ignored).type() != fs::file_type::regular) {
    throw InputError(
        fmt::format("{}: expected a journal, found a link, a folder or a device", file.string()));
  }
}

/// run-10000 comes after run-9999: the shorter name first, then by letters.
bool earlier(const fs::path& left, const fs::path& right) {
  const std::string a = left.filename().string();
  const std::string b = right.filename().string();
  return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
}

}  // namespace

JournalReader::JournalReader(fs::path folder, States states)
    : folder_(std::move(folder)), states_(states) {}

JournalReader::News JournalReader::refresh() {
  const News news = read_new();
  if (news == News::kOther) {
    index_ = {};
    progress_.clear();
    read_new();
  }
  index_.faults.clear();
  for (const Progress& progress : progress_) {
    index_.faults.insert(index_.faults.end(), progress.damage.begin(), progress.damage.end());
    index_.faults.insert(index_.faults.end(), progress.tail.begin(), progress.tail.end());
  }
  return news;
}

JournalReader::News JournalReader::read_new() {
  const bool damaged = std::any_of(progress_.begin(), progress_.end(),
                                   [](const Progress& one) { return !one.damage.empty(); });
  News news = damaged ? News::kOther : list_files();
  for (std::uint32_t file = 0; news != News::kOther && file < index_.files.size(); ++file) {
    news = std::max(news, read_on(file));
  }
  return news;
}

JournalReader::News JournalReader::list_files() {
  int error_number = 0;
  std::vector<fs::path> files;
  for (const std::string& name : names_in(folder_, error_number)) {
    if (fs::path file = folder_ / name; file.extension() == ".mlj") {
      files.push_back(std::move(file));
    }
  }
  if (error_number != 0 && error_number != ENOENT) {
    fail(folder_, "list", error_number);
  }
  std::sort(files.begin(), files.end(), earlier);
  const std::size_t known = index_.files.size();
  if (files.size() < known ||
      !std::equal(index_.files.begin(), index_.files.end(), files.begin())) {
    return News::kOther;
  }
  std::for_each(files.begin() + static_cast<std::ptrdiff_t>(known), files.end(), refuse_no_file);
  index_.files = std::move(files);
  progress_.resize(index_.files.size());
  return index_.files.size() > known ? News::kMore : News::kNone;
}

JournalReader::News JournalReader::read_on(std::uint32_t file) {
  const fs::path& name = index_.files[file];
  Progress& progress = progress_[file];
  FileBytes bytes(name);
  const std::uint64_t read_before = progress.read_to;
  const std::size_t seal_bytes = progress.seal.size();
  if (bytes.at(read_before - seal_bytes, seal_bytes) != progress.seal) {
    return News::kOther;
  }
  progress.tail.clear();
  while (progress.read_to < bytes.size()) {
    const std::uint64_t offset = progress.read_to;
    const Look look = look_at(bytes, offset);
    if (look.frame_bytes != 0) {
      const std::string_view frame = bytes.at(offset, static_cast<std::size_t>(look.frame_bytes));
      take_frame(file, offset, frame);
      progress.seal = frame.substr(frame.size() - kFrameChecksumBytes);
      progress.read_to = offset + look.frame_bytes;
      continue;
    }
    refuse_other_version(bytes, name, offset);
    const std::uint64_t next = find_frame(bytes, offset + 1);
    if (next == bytes.size()) {
      progress.tail.push_back(tail_of(bytes, name, offset, look));
      break;
    }
    progress.damage.push_back(
        {.file = name.string(), .offset = offset, .bytes = next - offset, .what = look.what});
    progress.read_to = next;
  }
  return progress.read_to > read_before ? News::kMore : News::kNone;
}

void JournalReader::take_frame(std::uint32_t file, std::uint64_t offset, std::string_view frame) {
  const FrameHeader header = parse_header(frame);
  const std::string_view payload = frame.substr(kFrameHeaderBytes, header.payload_bytes);
  const auto place = [&](bool final) {
    return FramePlace{
        file, offset + kFrameHeaderBytes, header.payload_bytes, final,
        states_ == States::kKept ? state_in(payload, header.fingerprint) : std::nullopt};
  };
  switch (header.type) {
    case FrameType::kHeader:
      index_.header_of[file] = index_.headers.size();
      index_.headers.emplace_back(payload);
      break;
    case FrameType::kBegun:
      ++index_.begun[header.fingerprint];
      index_.unended.emplace(header.fingerprint, JournalIndex::Start{file, decode_epoch(payload)});
      break;
    case FrameType::kGivenBack:
      end_start(header.fingerprint, file);
      break;
    case FrameType::kRecord:
      end_start(header.fingerprint, file);
      add_record(header.fingerprint, place(true));
      break;
    case FrameType::kFailed:
      end_start(header.fingerprint, file);
      add_failure(header.fingerprint, place(false));
      break;
  }
}

/// A worker trains a trial once at a time, so its last start in that file is the one that ends.
void JournalReader::end_start(const sweeps::Fingerprint& fingerprint, std::uint32_t file) {
  const auto [first, last] = index_.unended.equal_range(fingerprint);
  const auto at =
      std::find_if(first, last, [file](const auto& start) { return start.second.file == file; });
  if (at != last) {
    index_.unended.erase(at);
  }
}

void JournalReader::add_record(const sweeps::Fingerprint& fingerprint, const FramePlace& place) {
  const auto [known, is_new] = index_.records.try_emplace(fingerprint, place);
  if (is_new || !known->final) {
    *known = place;
    return;
  }
  ++index_.repeated;
  const FramePlace held = *known;
  bool held_is_record = false;
  try {
    const auto held_digest = digest_of(index_.read(fingerprint));
    held_is_record = true;
    *known = place;
    const bool differs = digest_of(index_.read(fingerprint)) != held_digest;
    auto& told = index_.contradictions;
    if (differs && std::find(told.begin(), told.end(), fingerprint) == told.end()) {
      told.push_back(fingerprint);
    }
  } catch (const MachineError& error) {
    const FramePlace bad = *known;  // whole, but no record: what can be read is kept
    progress_[bad.file].damage.push_back(
        {.file = index_.files[bad.file].string(),
         .offset = bad.offset - kFrameHeaderBytes,
         .bytes = kFrameHeaderBytes + bad.bytes + kFrameChecksumBytes,
         .what = error.what()});
    *known = held_is_record ? held : place;
    return;
  }
  const fs::path& held_file = index_.files[held.file];
  if (place.file == held.file || earlier(held_file, index_.files[place.file])) {
    *known = held;
  }
}

void JournalReader::add_failure(const sweeps::Fingerprint& fingerprint, const FramePlace& place) {
  const auto [known, is_new] = index_.records.try_emplace(fingerprint, place);
  const bool newer =
      !is_new && !known->final && !earlier(index_.files[place.file], index_.files[known->file]);
  if (newer) {
    *known = place;
  }
}

bool JournalIndex::ended(const sweeps::Fingerprint& fingerprint) const {
  const auto found = records.find(fingerprint);
  return found != records.end() && found->second.final;
}

std::optional<engine::State> JournalIndex::state(const sweeps::Fingerprint& fingerprint) const {
  const auto found = records.find(fingerprint);
  if (found == records.end()) {
    return {};
  }
  return found->second.state ? *found->second.state : read(fingerprint).result.state;
}

Record JournalIndex::read(const sweeps::Fingerprint& fingerprint) const {
  return RecordReader(*this, Detail::kWhole, RecordReader::Order::kAny).read(fingerprint);
}

std::string JournalIndex::payload(const sweeps::Fingerprint& fingerprint) const {
  const auto found = records.find(fingerprint);
  MLPS_CHECK(found != records.end(), fingerprint.hex());
  RecordReader reader(*this, Detail::kWhole, RecordReader::Order::kAny);
  return std::string(reader.payload(fingerprint, found->second));
}

JournalIndex read_journals(const fs::path& folder) {
  JournalReader reader(folder);
  reader.refresh();
  return std::move(reader).index();
}

}  // namespace mlpsweep::results
