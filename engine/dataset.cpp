#include "engine/dataset.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <future>
#include <optional>

#include <fmt/core.h>
#include <fmt/format.h>
#include <xxhash.h>

#include "engine/duplicates.h"
#include "engine/errors.h"
#include "engine/formats.h"
#include "engine/known_sets.h"
#include "engine/labels.h"
#include "engine/view.h"

namespace mlpsweep::engine {
namespace {

namespace fs = std::filesystem;

DataSpec files_of_known(const KnownSet& known, const std::string& data_folder) {
  FoundSet found = find_files(known, data_folder);
  if (found.found()) {
    return found.files;
  }
  if (found.looked.empty()) {
    found.looked = " nowhere: neither --data nor MLPSWEEP_DATA names a folder";
  }
  const std::string fetch =
      known.addresses.empty() ? "" : fmt::format(" or: mlpsweep data fetch {}\n ", known.name);
  throw InputError(fmt::format(
      "data set '{0}' was not found\n  looked in:{1}\n  get it from: {2}\n {3} then name its "
      "folder by --data DIR or MLPSWEEP_DATA",
      known.name, found.looked, known.source, fetch));
}

/// Names a file of another format than the one that was asked for.
void check_format(const DataSpec& spec) {
  static_cast<void>(find_format(spec.format));
  const auto ends = [&](std::string_view ending) {
    return spec.train.ends_with(ending) || spec.train.ends_with(std::string(ending) + ".gz");
  };
  const std::string_view by_name = ends(".npz") || ends(".npy") ? "npz" : ends(".csv") ? "csv" : "";
  if (!by_name.empty() && spec.format != by_name) {
    throw InputError(
        fmt::format("{}: expected data.format: {}, found {}", spec.train, by_name, spec.format));
  }
}

// ------------------------------------------------------------------------------- parts to data set

/// In memory that the system may hold in pages of 2 MiB: a copy, unless it lies there already.
std::vector<std::uint8_t> pixels_of(RawPart& part) {
  if (part.on_large_pages) {
    return std::move(part.pixels);
  }
  std::vector<std::uint8_t> copy;
  reserve_on_large_pages(copy, part.pixels.size());
  copy.assign(part.pixels.begin(), part.pixels.end());
  return copy;
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
  if (data.class_names != plain_names(data.classes)) {
    // Else two sets could agree in bytes and differ in what `positive: b` picks.
    for (const std::string& name : data.class_names) {
      XXH3_128bits_update(state.get(), name.c_str(), name.size() + 1);
    }
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

/// Bytes of two parts must stand for the same numbers.
void settle_kinds(RawPart& train, RawPart& test, Dataset& data) {
  const auto other = [](const RawPart& one, const RawPart& two) {
    return one.kind == PixelKind::kShares && two.kind == PixelKind::kBytes;
  };
  if (test.rows > 0 && (other(train, test) || other(test, train))) {
    throw InputError(fmt::format(
        "{}: expected numbers of the same range as in {}: one holds 0 to 1, the other 0 to 255",
        test.files[0], train.files[0]));
  }
  if (train.kind == PixelKind::kShares || test.kind == PixelKind::kShares) {
    for (RawPart* part : {&train, &test}) {
      if (part->kind == PixelKind::kZeroOrOne) {
        widen_to_shares(part->pixels);
      }
    }
    data.notes.emplace_back(
        "the images hold 255ths between 0 and 1: kept as bytes, value x 255 (scale: unit gives "
        "them back)");
  } else if (train.kind == PixelKind::kZeroOrOne &&
             (test.rows == 0 || test.kind == PixelKind::kZeroOrOne)) {
    data.notes.emplace_back(
        "the images hold 0 and 1 alone: kept as they are, so that scale: none gives 0 and 1, and "
        "scale: unit 0 and 1/255");
  }
}

/// Where labels stand, for what is said of them.
const std::string& labels_file(const RawPart& part) {
  return part.files.back();
}

void settle_classes(RawPart& train, RawPart& test, Dataset& data) {
  if (train.label_texts.empty()) {  // idx: the byte is the class
    std::uint8_t largest = 0;
    for (const auto* labels : {&train.label_bytes, &test.label_bytes}) {
      for (const std::uint8_t label : *labels) {
        largest = std::max(largest, label);
      }
    }
    if (largest == 0) {
      throw InputError(labels_file(train) + ": expected at least two classes, found label 0 alone");
    }
    data.classes = largest + 1;
    data.class_names = plain_names(data.classes);
    return;
  }
  data.class_names = class_names_of(train.label_texts, test.label_texts, labels_file(train));
  data.classes = static_cast<int>(data.class_names.size());
  for (RawPart* part : {&train, &test}) {
    part->label_bytes = encode_labels(part->label_texts, data.class_names);
  }
}

PartSource source_of(const DataSpec& spec) {
  return {spec.train,         spec.train_labels, spec.arrays.inputs,
          spec.arrays.labels, spec.label_column, spec.header};
}

/// Nothing where the set has no test part of its own.
std::optional<PartSource> test_source_of(const DataSpec& spec) {
  if (!spec.arrays.test_inputs.empty() || !spec.arrays.test_labels.empty()) {
    return PartSource{spec.test.empty() ? spec.train : spec.test,
                      spec.test_labels,
                      spec.arrays.test_inputs,
                      spec.arrays.test_labels,
                      spec.label_column,
                      spec.header};
  }
  if (spec.test.empty()) {
    return std::nullopt;
  }
  return PartSource{spec.test,          spec.test_labels,  spec.arrays.inputs,
                    spec.arrays.labels, spec.label_column, spec.header};
}

Dataset load(std::string name, const DataSpec& spec) {
  check_format(spec);
  const Format& format = find_format(spec.format);
  Dataset data;
  data.name = std::move(name);
  // Beside the training part: unpacking is most of what a short sweep begins with.
  const std::optional<PartSource> test_source = test_source_of(spec);
  std::future<RawPart> beside;
  if (test_source) {
    beside = std::async([&] { return format.read(*test_source); });
  }
  RawPart train = format.read(source_of(spec));
  RawPart test = test_source ? beside.get() : RawPart{};
  data.height = train.height;
  data.width = train.width;
  data.files = train.files;
  if (test_source) {
    if (test.height != data.height || test.width != data.width) {
      throw InputError(fmt::format("{}: expected images of {} x {} as in {}, found {} x {}",
                                   test_source->images, data.height, data.width, spec.train,
                                   test.height, test.width));
    }
    data.files.insert(data.files.end(), test.files.begin(), test.files.end());
  }
  settle_kinds(train, test, data);
  settle_classes(train, test, data);
  data.train = {train.rows, pixels_of(train), std::move(train.label_bytes)};
  data.test = {test.rows, pixels_of(test), std::move(test.label_bytes)};
  data.checksum = checksum_of(data);
  return data;
}

void take_names(const ArrayNames& given, ArrayNames& names) {
  const auto take = [](const std::string& from, std::string& to) {
    if (!from.empty()) {
      to = from;
    }
  };
  take(given.inputs, names.inputs);
  take(given.labels, names.labels);
  take(given.test_inputs, names.test_inputs);
  take(given.test_labels, names.test_labels);
}

/// The files alone, without any choice among what they hold.
std::string files_key(const DataSpec& spec) {
  std::string key = spec.set.empty() ? fmt::format("{} | {} | {} | {}", spec.train,
                                                   spec.train_labels, spec.test, spec.test_labels)
                                     : spec.set;
  const DataSpec usual;
  if (spec.format != usual.format && spec.set.empty()) {
    key += " | " + spec.format;
  }
  if (spec.label_column != usual.label_column) {
    key += " | labels in " + spec.label_column;
  }
  if (spec.header != usual.header) {
    key += " | header: " + spec.header;
  }
  const ArrayNames& names = spec.arrays;
  if (!(names.inputs + names.labels + names.test_inputs + names.test_labels).empty()) {
    key += fmt::format(" | arrays {}, {}, {}, {}", names.inputs, names.labels, names.test_inputs,
                       names.test_labels);
  }
  return key;
}

/// As it is, unless it could be taken for two labels or for more of the key.
std::string label_in_key(const std::string& label) {
  if (label.find_first_of(",|\"") == std::string::npos) {
    return label;
  }
  std::string quoted = "\"";
  for (const char letter : label) {
    quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  }
  return quoted + "\"";
}

/// The choice among them; empty: all.
std::string choice_key(const DataSpec& spec) {
  std::string key;
  if (spec.pool) {
    key += " | pooled";
  }
  for (const std::string& label : spec.classes) {
    key += (&label == &spec.classes.front() ? " | classes " : ",") + label_in_key(label);
  }
  if (!spec.positive.empty()) {
    key += " | positive " + label_in_key(spec.positive);
  }
  return spec.against.empty() ? key : key + " | against " + spec.against;
}

}  // namespace

// Recorded in journals: what it says of a plain set must stay as it is.
std::string data_key(const DataSpec& spec) {
  return files_key(spec) + choice_key(spec);
}

DatasetCache::DatasetCache(std::string data_folder, std::unique_ptr<DatasetShare> share)
    : data_folder_(std::move(data_folder)), share_(std::move(share)) {}

void DatasetCache::expect(const std::string& key, const std::string& checksum) {
  const std::lock_guard lock(mutex_);
  expected_[key] = checksum;
}

std::shared_ptr<const Dataset> DatasetCache::keep(const std::string& key, const std::string& choice,
                                                  const std::function<Dataset()>& make) {
  auto& entry = loaded_[key];
  if (!entry) {
    entry = std::make_shared<const Dataset>(share_ ? share_->get(expected_[key], choice, make)
                                                   : make());
  }
  return entry;
}

std::shared_ptr<const Dataset> DatasetCache::whole(const DataSpec& spec) {
  return keep(files_key(spec), "", [&] {
    if (spec.set.empty()) {
      return load(fs::path(spec.train).filename().string(), spec);
    }
    DataSpec files = files_of_known(find_known_set(spec.set), data_folder_);
    take_names(spec.arrays, files.arrays);
    return load(spec.set, files);
  });
}

Twins DatasetCache::twins(const DataSpec& spec) {
  const auto set = get(spec);
  const std::lock_guard lock(mutex_);
  const std::string key = data_key(spec);
  const auto known = twins_.find(key);
  return known != twins_.end() ? known->second
                               : twins_.emplace(key, count_twins(*set)).first->second;
}

std::shared_ptr<const Dataset> DatasetCache::get(const DataSpec& spec) {
  if (spec.set.empty() == spec.train.empty()) {
    throw InputError("data: expected either a known set or a training file, found " +
                     std::string(spec.set.empty() ? "neither" : "both"));
  }
  // Held while reading: whoever else asks waits for the one copy instead of reading another.
  const std::lock_guard lock(mutex_);
  if (!asks_for_view(spec)) {
    return whole(spec);
  }
  return keep(data_key(spec), choice_key(spec), [&] { return make_view(*whole(spec), spec); });
}

}  // namespace mlpsweep::engine
