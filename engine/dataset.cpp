#include "engine/dataset.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>

#include <fmt/core.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <xxhash.h>

#include "engine/archive.h"
#include "engine/errors.h"
#include "engine/idx.h"
#include "engine/nearest.h"

namespace mlpsweep::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::array kKnownSets = {
    KnownSet{
        "fashion-mnist", "/usr/share/datasets/fashion-mnist",
        "Debian's package dataset-fashion-mnist, or "
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/ (MIT licence, Zalando SE)",
        784, 10},
    KnownSet{"mnist", "",
             "http://yann.lecun.com/exdb/mnist/ or https://ossci-datasets.s3.amazonaws.com/mnist/ "
             "(CC BY-SA 3.0, Yann LeCun and Corinna Cortes)",
             784, 10},
    KnownSet{"kmnist", "",
             "http://codh.rois.ac.jp/kmnist/dataset/kmnist/ (CC BY-SA 4.0, \"KMNIST Dataset\" "
             "created by CODH, adapted from \"Kuzushiji Dataset\", doi:10.20676/00000341)",
             784, 10},
};

/// The files of a set, in the order of its checksum.
struct Files {
  std::string train;
  std::string train_labels;
  std::string test;  ///< Empty, with test_labels: no test part.
  std::string test_labels;
};

// ---------------------------------------------------------------------------------- finding files

// `path` itself, or with .gz behind it, or empty.
std::string plain_or_gz(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) {
    return path.string();
  }
  const std::string packed = path.string() + ".gz";
  return fs::is_regular_file(packed, ignored) ? packed : "";
}

// All four files from one folder: two halves of different folders might be of different releases.
// `missing` says what is not there.
Files files_in(const fs::path& folder, std::string& missing) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    missing = "no such folder";
    return {};
  }
  const auto find = [&](const char* name) {
    std::string found = plain_or_gz(folder / name);
    if (found.empty() && missing.empty()) {
      missing = fmt::format("no {}[.gz]", name);
    }
    return found;
  };
  return {find("train-images-idx3-ubyte"), find("train-labels-idx1-ubyte"),
          find("t10k-images-idx3-ubyte"), find("t10k-labels-idx1-ubyte")};
}

const KnownSet& find_known(const std::string& name) {
  std::vector<std::string_view> names;
  for (const KnownSet& known : kKnownSets) {
    if (known.name == name) {
      return known;
    }
    names.push_back(known.name);
  }
  const std::string_view nearest = nearest_name(name, names);
  throw InputError(fmt::format("unknown data set '{}'\n  expected one of: {}{}{}", name,
                               fmt::join(names, ", "),
                               nearest.empty() ? "" : "\n  nearest: ", nearest));
}

std::vector<fs::path> folders_of(const KnownSet& known, const std::string& data_folder) {
  std::vector<fs::path> folders;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program sets a variable.
  const char* variable = std::getenv("MLPSWEEP_DATA");
  for (const std::string& folder : {data_folder, std::string(variable ? variable : "")}) {
    if (!folder.empty()) {
      folders.push_back(fs::path(folder) / known.name);
      folders.emplace_back(folder);
    }
  }
  if (!known.debian_folder.empty()) {
    folders.emplace_back(known.debian_folder);
  }
  return folders;
}

Files files_of_known(const KnownSet& known, const std::string& data_folder) {
  std::string looked;
  for (const fs::path& folder : folders_of(known, data_folder)) {
    std::string missing;
    Files files = files_in(folder, missing);
    if (missing.empty()) {
      return files;
    }
    looked += fmt::format("\n    {}: {}", folder.string(), missing);
  }
  if (looked.empty()) {
    looked = " nowhere: neither --data nor MLPSWEEP_DATA names a folder";
  }
  throw InputError(fmt::format(
      "data set '{0}' was not found\n  looked in:{1}\n  get it from: {2}\n  then name its "
      "folder by --data DIR or MLPSWEEP_DATA",
      known.name, looked, known.source));
}

std::string replaced(std::string text, std::string_view old_part, std::string_view new_part) {
  const std::size_t at = text.find(old_part);
  return at == std::string::npos ? text : text.replace(at, old_part.size(), new_part);
}

std::string labels_beside(const std::string& images) {
  const fs::path path(images);
  const std::string name = path.filename().string();
  std::string labels = replaced(replaced(name, "images", "labels"), "idx3", "idx1");
  if (labels == name) {
    throw InputError(images +
                     ": its labels' file can't be guessed (no 'images' or 'idx3' in the "
                     "name): expected it to be named as well");
  }
  // The images may be packed and the labels plain, or the other way round.
  if (labels.ends_with(".gz")) {
    labels.resize(labels.size() - 3);
  }
  const std::string expected = (path.parent_path() / labels).string();
  std::string found = plain_or_gz(expected);
  if (found.empty()) {
    throw InputError(
        fmt::format("{}: its labels are neither in {} nor in {}.gz", images, expected, expected));
  }
  return found;
}

Files files_of_user(const DataSpec& spec) {
  Files files{spec.train, spec.train_labels, spec.test, spec.test_labels};
  if (files.train_labels.empty()) {
    files.train_labels = labels_beside(files.train);
  }
  if (files.test_labels.empty() && !files.test.empty()) {
    files.test_labels = labels_beside(files.test);
  }
  return files;
}

// ---------------------------------------------------------------------------------- reading files

IdxArray read_idx(const std::string& path) {
  PackedFile file(path);
  std::vector<std::uint8_t> bytes;
  file.read_until(bytes, kIdxMagicBytes);
  file.read_until(bytes, idx_header_bytes(bytes, path));
  // One byte more than declared shows that there are some left over.
  file.read_until(bytes, idx_file_bytes(bytes, path) + 1);
  return parse_idx(std::move(bytes), path);
}

/// Shapes   height, width of one image; a (n, d) file holds rows of one line.
struct Images {
  ImageSet set;
  int height = 0;
  int width = 0;
};

/// A copy whose memory the system may hold in pages of 2 MiB: rows are read in random order, and
/// with 4 KiB pages an epoch took 2 % longer. Only a hint; nothing hangs on it.
std::vector<std::uint8_t> on_large_pages(const std::vector<std::uint8_t>& values) {
  constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20;
  std::vector<std::uint8_t> copy;
  copy.reserve(values.size());
  const auto begin = reinterpret_cast<std::uintptr_t>(copy.data());
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
  const std::uintptr_t last = (begin + values.size()) / kPage * kPage;
  if (first < last) {
    (void)madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
  }
  copy.assign(values.begin(), values.end());
  return copy;
}

Images read_part(const std::string& images_file, const std::string& labels_file) {
  constexpr std::size_t kMostInputs = std::size_t{1} << 24;  // so that height and width fit an int
  IdxArray images = read_idx(images_file);
  const std::vector<std::size_t>& shape = images.shape;
  if (shape.size() != 2 && shape.size() != 3) {
    throw InputError(
        fmt::format("{}: expected images (rows, height, width) or (rows, inputs), found "
                    "{} dimensions ({})",
                    images_file, shape.size(), fmt::join(shape, " x ")));
  }
  const std::size_t inputs = images.values.size() / shape[0];
  if (inputs > kMostInputs) {
    throw InputError(fmt::format("{}: expected at most {} inputs a row, found {}", images_file,
                                 kMostInputs, inputs));
  }
  IdxArray labels = read_idx(labels_file);
  if (labels.shape.size() != 1) {
    throw InputError(fmt::format("{}: expected labels (rows), found {} dimensions ({})",
                                 labels_file, labels.shape.size(), fmt::join(labels.shape, " x ")));
  }
  if (labels.shape[0] != shape[0]) {
    throw InputError(fmt::format("{}: expected {} labels, one for each row of {}, found {}",
                                 labels_file, shape[0], images_file, labels.shape[0]));
  }
  return {ImageSet{shape[0], on_large_pages(images.values), std::move(labels.values)},
          shape.size() == 3 ? static_cast<int>(shape[1]) : 1, static_cast<int>(shape.back())};
}

// DO NOT CHANGE: the checksum is part of every fingerprint. Dimensions are hashed as little-endian
// 64-bit numbers, so that two sets of the same bytes in another shape differ.
std::string checksum_of(const Dataset& data) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  MLPS_CHECK(state != nullptr, "xxHash gave no state");
  XXH3_128bits_reset(state.get());
  for (const std::size_t length : {data.train.rows, static_cast<std::size_t>(data.height),
                                   static_cast<std::size_t>(data.width), data.test.rows}) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(std::uint64_t{length} >> (8 * i));
    }
    XXH3_128bits_update(state.get(), bytes.data(), bytes.size());
  }
  for (const ImageSet* part : {&data.train, &data.test}) {
    XXH3_128bits_update(state.get(), part->pixels.data(), part->pixels.size());
    XXH3_128bits_update(state.get(), part->labels.data(), part->labels.size());
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

int count_classes(const Dataset& data, const std::string& labels_file) {
  int largest = 0;
  for (const ImageSet* part : {&data.train, &data.test}) {
    for (const std::uint8_t label : part->labels) {
      largest = std::max<int>(largest, label);
    }
  }
  if (largest == 0) {
    throw InputError(labels_file + ": expected at least two classes, found label 0 alone");
  }
  return largest + 1;
}

std::shared_ptr<const Dataset> load(std::string name, const Files& files) {
  auto data = std::make_shared<Dataset>();
  data->name = std::move(name);
  data->files = {files.train, files.train_labels};
  Images train = read_part(files.train, files.train_labels);
  data->height = train.height;
  data->width = train.width;
  data->train = std::move(train.set);
  if (!files.test.empty()) {
    data->files.insert(data->files.end(), {files.test, files.test_labels});
    Images test = read_part(files.test, files.test_labels);
    if (test.height != data->height || test.width != data->width) {
      throw InputError(fmt::format("{}: expected images of {} x {} as in {}, found {} x {}",
                                   files.test, data->height, data->width, files.train, test.height,
                                   test.width));
    }
    data->test = std::move(test.set);
  }
  data->classes = count_classes(*data, files.train_labels);
  data->checksum = checksum_of(*data);
  return data;
}

}  // namespace

std::span<const KnownSet> known_sets() {
  return kKnownSets;
}

DatasetCache::DatasetCache(std::string data_folder) : data_folder_(std::move(data_folder)) {}

std::shared_ptr<const Dataset> DatasetCache::get(const DataSpec& spec) {
  if (spec.set.empty() == spec.train.empty()) {
    throw InputError("data: expected either a known set or a training file, found " +
                     std::string(spec.set.empty() ? "neither" : "both"));
  }
  if (spec.set.empty() && spec.format != "idx") {
    throw InputError("data: expected format idx, found '" + spec.format + "'");
  }
  // Names can't clash with a known set's: a line break stands in none.
  const std::string key = spec.set.empty()
                              ? fmt::format("{}\n{}\n{}\n{}", spec.train, spec.train_labels,
                                            spec.test, spec.test_labels)
                              : spec.set;
  // Held while reading: whoever else asks waits for the one copy instead of reading another.
  const std::lock_guard lock(mutex_);
  auto& entry = loaded_[key];
  if (!entry) {
    entry = spec.set.empty() ? load(fs::path(spec.train).filename().string(), files_of_user(spec))
                             : load(spec.set, files_of_known(find_known(spec.set), data_folder_));
  }
  return entry;
}

}  // namespace mlpsweep::engine
