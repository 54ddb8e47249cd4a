// npz and npy files as images and labels.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/archive.h"
#include "engine/errors.h"
#include "engine/formats.h"
#include "engine/nearest.h"
#include "engine/npy.h"

namespace mlpsweep::engine {
namespace {

/// An array of a file, known by its header alone.
struct Member {
  std::string name;  ///< Without .npy; empty in an npy file.
  NpyHeader header;
};

std::string place_of(const std::string& file, const std::string& name) {
  return name.empty() ? file : fmt::format("{}, array '{}'", file, name);
}

template <class File>
NpyHeader read_header(File& file, std::vector<std::uint8_t>& bytes, const std::string& place) {
  file.read_until(bytes, kNpyFirstBytes);
  file.read_until(bytes, npy_header_bytes(bytes, place));
  return parse_npy_header(bytes, place);
}

template <class File>
std::vector<std::uint8_t> read_array(File& file, const std::string& place) {
  std::vector<std::uint8_t> bytes;
  const NpyHeader header = read_header(file, bytes, place);
  // One byte more than declared shows that there are some left over.
  file.read_until(bytes, header.file_bytes() + 1);
  return bytes;
}

std::string without_npy(std::string member) {
  if (member.ends_with(".npy"))
    member.resize(member.size() - 4);
  return member;
}

std::vector<Member> members_of(const std::string& file) {
  std::vector<Member> members;
  std::vector<std::uint8_t> bytes;
  if (!is_zip(file)) {
    PackedFile plain(file);
    members.push_back({"", read_header(plain, bytes, file)});
    return members;
  }
  ZipFile zip(file);
  while (const auto name = zip.next()) {
    if (name->ends_with('/'))
      continue;  // a folder
    bytes.clear();
    const std::string array = without_npy(*name);
    members.push_back({array, read_header(zip, bytes, place_of(file, array))});
  }
  if (members.empty())
    throw InputError(file + ": expected arrays, found an empty npz file");
  return members;
}

std::vector<std::uint8_t> bytes_of(const std::string& file, const Member& member) {
  const std::string place = place_of(file, member.name);
  if (member.name.empty()) {
    PackedFile plain(file);
    return read_array(plain, place);
  }
  ZipFile zip(file);
  while (const auto name = zip.next()) {
    if (without_npy(*name) == member.name)
      return read_array(zip, place);
  }
  throw InputError(place + ": was there a moment ago and is no more");
}

std::string list_of(const std::vector<Member>& members) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i == kMost)
      return text + fmt::format("\n    and {} more", members.size() - kMost);
    const Member& member = members[i];
    text += fmt::format("\n    {}: {}", member.name.empty() ? "the array" : member.name,
                        member.header.text());
  }
  return text;
}

/// What is looked for, for choosing and for what is said when it is not found.
struct Wanted {
  std::string_view key;
  std::string_view what;
  std::size_t least_dimensions;
  std::size_t most_dimensions;
};

constexpr Wanted kInputs{"data.arrays.inputs", "images (rows, inputs) or (rows, height, width)", 2,
                         3};
constexpr Wanted kLabels{"data.arrays.labels", "labels (rows)", 1, 1};

/// The array of that name, or the only one that can be meant.
const Member& choose(const std::vector<Member>& members, const std::string& name,
                     const Wanted& wanted, const std::string& file) {
  const auto fits = [&](const Member& member) {
    const std::size_t dimensions = member.header.shape.size();
    return dimensions >= wanted.least_dimensions && dimensions <= wanted.most_dimensions;
  };
  if (name.empty()) {
    if (std::count_if(members.begin(), members.end(), fits) == 1)
      return *std::find_if(members.begin(), members.end(), fits);
    throw InputError(fmt::format("{}: expected one array of {}, or its name in {}; found:{}", file,
                                 wanted.what, wanted.key, list_of(members)));
  }
  std::vector<std::string_view> names;
  for (const Member& member : members) {
    if (member.name == name) {
      if (fits(member))
        return member;
      throw InputError(fmt::format("{}: expected {}, found {}", place_of(file, name), wanted.what,
                                   member.header.text()));
    }
    names.push_back(member.name);
  }
  const std::string_view near = nearest_name(name, names);
  throw InputError(fmt::format("{}: no array '{}' ({}); found:{}{}{}", file, name, wanted.key,
                               list_of(members), near.empty() ? "" : "\n  nearest: ", near));
}

void read_images(const std::string& file, const Member& member, RawPart& part) {
  const std::vector<std::size_t>& shape = member.header.shape;
  const std::string place = place_of(file, member.name);
  const std::size_t inputs = member.header.items() / shape[0];
  if (inputs > kMostInputs) {
    throw InputError(
        fmt::format("{}: expected at most {} inputs a row, found {}", place, kMostInputs, inputs));
  }
  PixelSink sink;
  add_npy_pixels(member.header, bytes_of(file, member), place, sink);
  part.rows = shape[0];
  part.kind = sink.kind();
  part.pixels = sink.take();
  make_square(part, inputs);
  if (shape.size() == 3) {
    part.height = static_cast<int>(shape[1]);
    part.width = static_cast<int>(shape[2]);
  }
}

}  // namespace

RawPart read_npz_part(const PartSource& source) {
  RawPart part;
  part.files = {source.images};
  const std::string& file = source.labels.empty() ? source.images : source.labels;
  if (file == source.images && !is_zip(file)) {
    throw InputError(file + ": an npy file holds one array: expected its labels in data.labels");
  }
  const std::vector<Member> members = members_of(source.images);
  const Member& images = choose(members, source.inputs_array, kInputs, source.images);
  std::vector<Member> others;
  if (file != source.images) {
    part.files.push_back(file);
    others = members_of(file);
  }
  const Member& labels =
      choose(others.empty() ? members : others, source.labels_array, kLabels, file);
  if (labels.header.shape[0] != images.header.shape[0]) {
    throw InputError(fmt::format("{}: expected {} labels, one for each row of {}, found {}",
                                 place_of(file, labels.name), images.header.shape[0],
                                 place_of(source.images, images.name), labels.header.shape[0]));
  }
  read_images(source.images, images, part);
  part.label_texts = npy_labels(labels.header, bytes_of(file, labels), place_of(file, labels.name));
  return part;
}

}  // namespace mlpsweep::engine
