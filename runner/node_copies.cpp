#include "runner/node_copies.h"

#include <array>
#include <chrono>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/little_endian.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using engine::Dataset;
using nlohmann::json;
using results::Descriptor;

/// For a node's first rank to unpack a large set; after that each rank goes on alone.
constexpr std::chrono::seconds kMostForAnother{60};
/// For whoever only looks whether a copy is in use.
constexpr std::chrono::milliseconds kMostForALook{200};

constexpr std::string_view kMagic = "mlpsdat1";
constexpr std::size_t kPrefix = 8 + 8 + 16;  // magic, bytes of the head, its checksum
constexpr std::size_t kAlignment = 64;

/// False: somebody else has had it for as long as that, or there are no locks here.
bool locks(const Descriptor& file, int operation, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (::flock(file.get(), operation | LOCK_NB) != 0) {
    if ((errno != EWOULDBLOCK && errno != EINTR) || std::chrono::steady_clock::now() >= end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

/// Of a name whose file may have been replaced meanwhile.
bool is_still(const Descriptor& open, const fs::path& name) {
  struct stat here {};
  struct stat there {};
  return fstat(open.get(), &here) == 0 && lstat(name.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

Descriptor open_quietly(const fs::path& name, int flags) {
  return Descriptor(::open(name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
}

/// A file that is mapped and, by a shared lock, in use; the last one to let go of it removes it.
class Mapping {
 public:
  Mapping(Descriptor file, fs::path name) : file_(std::move(file)), name_(std::move(name)) {
    struct stat found {};
    if (fstat(file_.get(), &found) != 0 || found.st_size <= 0) {
      return;
    }
    size_ = static_cast<std::size_t>(found.st_size);
    bytes_ = mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, file_.get(), 0);
  }
  ~Mapping() {
    if (bytes_ != MAP_FAILED) {
      munmap(bytes_, size_);
    }
    if (locks(file_, LOCK_EX, {}) && is_still(file_, name_)) {
      ::unlink(name_.c_str());
    }
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] std::string_view bytes() const {
    return bytes_ == MAP_FAILED ? std::string_view()
                                : std::string_view(static_cast<const char*>(bytes_), size_);
  }

 private:
  Descriptor file_;
  fs::path name_;
  void* bytes_ = MAP_FAILED;
  std::size_t size_ = 0;
};

template <class Bytes>
std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What follows the head, in this order.
std::array<std::string_view, 4> parts_of(const Dataset& data) {
  return {text_of(data.train.pixels), text_of(data.test.pixels), text_of(data.train.labels),
          text_of(data.test.labels)};
}

std::string prefix_and_head(const Dataset& data) {
  json head = {{"name", data.name},
               {"height", data.height},
               {"width", data.width},
               {"classes", data.classes},
               {"class_names", data.class_names},
               {"train_rows", data.train.rows},
               {"test_rows", data.test.rows},
               {"checksum", data.checksum},
               {"files", data.files},
               {"notes", data.notes}};
  for (const std::string_view part : parts_of(data)) {
    head["parts"].push_back(sweeps::hash_bytes(part).hex());
  }
  std::string packed;
  json::to_cbor(head, packed);
  packed.resize((kPrefix + packed.size() + kAlignment - 1) / kAlignment * kAlignment - kPrefix,
                '\0');
  const sweeps::Fingerprint sum = sweeps::hash_bytes(packed);
  std::string bytes(kMagic);
  results::put(bytes, std::uint64_t{packed.size()});
  results::put(bytes, sum.high);
  results::put(bytes, sum.low);
  return bytes + packed;
}

/// Throws what nlohmann::json throws where the head is another program's.
std::optional<Dataset> decode(const std::shared_ptr<const Mapping>& file) {
  const std::string_view all = file->bytes();
  if (all.size() < kPrefix || !all.starts_with(kMagic)) {
    return std::nullopt;
  }
  const auto head_bytes = results::take<std::uint64_t>(all, 8);
  if (head_bytes > all.size() - kPrefix) {
    return std::nullopt;
  }
  const std::string_view packed = all.substr(kPrefix, head_bytes);
  const sweeps::Fingerprint sum{results::take<std::uint64_t>(all, 16),
                                results::take<std::uint64_t>(all, 24)};
  if (sweeps::hash_bytes(packed) != sum) {
    return std::nullopt;
  }
  const json head = json::from_cbor(packed, false);
  Dataset data;
  head.at("name").get_to(data.name);
  head.at("height").get_to(data.height);
  head.at("width").get_to(data.width);
  head.at("classes").get_to(data.classes);
  head.at("class_names").get_to(data.class_names);
  head.at("train_rows").get_to(data.train.rows);
  head.at("test_rows").get_to(data.test.rows);
  head.at("checksum").get_to(data.checksum);
  head.at("files").get_to(data.files);
  head.at("notes").get_to(data.notes);
  const std::array<std::size_t, 4> sizes = {data.train.rows * data.inputs(),
                                            data.test.rows * data.inputs(), data.train.rows,
                                            data.test.rows};
  std::array<std::span<const std::uint8_t>, 4> parts;
  std::size_t at = kPrefix + head_bytes;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (sizes[i] > all.size() - at) {
      return std::nullopt;
    }
    const std::string_view part = all.substr(at, sizes[i]);
    if (sweeps::hash_bytes(part).hex() != head.at("parts").at(i)) {
      return std::nullopt;
    }
    parts[i] = {reinterpret_cast<const std::uint8_t*>(part.data()), part.size()};
    at += sizes[i];
  }
  data.train.pixels = engine::SharedBytes(file, parts[0]);
  data.test.pixels = engine::SharedBytes(file, parts[1]);
  data.train.labels.assign(parts[2].begin(), parts[2].end());
  data.test.labels.assign(parts[3].begin(), parts[3].end());
  return data;
}

std::string name_of(const std::string& checksum, const std::string& choice) {
  return choice.empty() ? checksum : checksum + "-" + sweeps::hash_bytes(choice).hex();
}

}  // namespace

NodeCopies::NodeCopies(fs::path folder) : folder_(std::move(folder)) {}

fs::path NodeCopies::usual_folder() {
  std::error_code ignored;
  const fs::path base = fs::temp_directory_path(ignored);
  return (base.empty() ? fs::path("/tmp") : base) / fmt::format("mlpsweep-{}", geteuid());
}

/// Where others may write, they could change what is mapped.
void NodeCopies::prepare_folder() const {
  struct stat found {};
  if (mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    results::fail(folder_, "make", errno);
  }
  if (lstat(folder_.c_str(), &found) != 0) {
    results::fail(folder_, "look at", errno);
  }
  if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid() || (found.st_mode & 077) != 0) {
    throw MachineError(folder_.string() + ": expected a folder that only this user may enter");
  }
}

/// Null: somebody else has been making a copy for long, or has stopped.
std::shared_ptr<const Descriptor> NodeCopies::only_maker() {
  if (auto held = making_.lock()) {
    return held;
  }
  auto lock = std::make_shared<const Descriptor>(
      results::open_file(folder_ / "lock", O_RDWR | O_CREAT | O_NOFOLLOW));
  if (!locks(*lock, LOCK_EX, kMostForAnother)) {
    return nullptr;
  }
  making_ = lock;
  return lock;
}

std::optional<Dataset> NodeCopies::find(const std::string& name) const {
  const fs::path path = folder_ / name;
  Descriptor file = open_quietly(path, O_RDONLY);
  if (!file.is_open() || !locks(file, LOCK_SH, kMostForALook) || !is_still(file, path)) {
    return std::nullopt;
  }
  const auto mapping = std::make_shared<const Mapping>(std::move(file), path);
  try {
    if (auto data = decode(mapping)) {
      return data;
    }
  } catch (const json::exception&) {
  }
  ::unlink(path.c_str());  // damaged, or of another version
  return std::nullopt;
}

void NodeCopies::write(const Dataset& data, const std::string& name) const {
  const fs::path path = folder_ / name;
  const fs::path temporary = folder_ / fmt::format("{}.{}", name, getpid());
  const Descriptor file = results::open_file(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
  try {
    (void)locks(file, LOCK_EX, {});  // in use
    results::write_all(file, prefix_and_head(data), temporary);
    for (const std::string_view part : parts_of(data)) {
      results::write_all(file, part, temporary);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      results::fail(temporary, "rename", errno);
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void NodeCopies::remove_unused() const {
  for (const std::string& name : results::names_in(folder_)) {
    const fs::path path = folder_ / name;
    if (const Descriptor file = open_quietly(path, O_RDONLY);
        name != "lock" && file.is_open() && locks(file, LOCK_EX, {}) && is_still(file, path)) {
      ::unlink(path.c_str());
    }
  }
}

Dataset NodeCopies::get(const std::string& checksum, const std::string& choice,
                        const std::function<Dataset()>& make) {
  const std::string known = checksum.empty() ? "" : name_of(checksum, choice);
  std::optional<Dataset> data;
  try {
    prepare_folder();
    if (auto there = known.empty() ? std::nullopt : find(known)) {
      return *there;
    }
    const auto alone = only_maker();
    if (auto there = known.empty() ? std::nullopt : find(known)) {
      return *there;
    }
    data = make();
    const std::string name = name_of(data->checksum, choice);
    auto there = find(name);
    if (!there) {
      remove_unused();
      write(*data, name);
      there = find(name);
    }
    if (there) {
      data->train.pixels = there->train.pixels;
      data->test.pixels = there->test.pixels;
    }
    return *data;
  } catch (const MachineError& error) {
    Dataset own = data ? *data : make();
    own.notes.push_back(
        fmt::format("each process of this node holds it for itself: {}", error.what()));
    return own;
  }
}

std::unique_ptr<engine::DatasetShare> share_among(int ranks_here) {
  return ranks_here > 1 ? std::make_unique<NodeCopies>() : nullptr;
}

}  // namespace mlpsweep::runner
