#include "engine/known_sets.h"

#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/archive.h"
#include "engine/errors.h"
#include "engine/nearest.h"

namespace mlpsweep::engine {
namespace {

namespace fs = std::filesystem;

constexpr KnownForm kIdxForm{"idx", "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                             "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

constexpr std::array kIdxForms = {kIdxForm};
constexpr std::array kKmnistForms = {
    kIdxForm, KnownForm{"npz", "kmnist-train-imgs.npz", "kmnist-train-labels.npz",
                        "kmnist-test-imgs.npz", "kmnist-test-labels.npz"}};
constexpr std::array kSignForms = {
    KnownForm{"npz", "dataset_labels.npz", "", "", "", "dataset", "labels"}};

constexpr std::array kFashionFiles = {
    KnownFile{"train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a",
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
    KnownFile{"train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9",
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
    KnownFile{"t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a",
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
    KnownFile{"t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}};

constexpr std::array kMnistFiles = {
    KnownFile{"train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb",
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
    KnownFile{"train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624",
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
    KnownFile{"t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea",
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
    KnownFile{"t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}};

// The current release, not the one before 2019-02-05.
constexpr std::array kKmnistFiles = {
    KnownFile{"train-images-idx3-ubyte", "92be26ec9822e900ac425d0a0aa84ced",
              "7112ba9ec422d98de4885262d4a4dff14cc4fefb81c11ace8bf563a8255df5c3"},
    KnownFile{"train-labels-idx1-ubyte", "949e75301f8813e0dc5800dcc320fc52",
              "2a16eeae62da984b8bd24fa32e31d47291f01dac3fe84d5594f304f71e7d374b"},
    KnownFile{"t10k-images-idx3-ubyte", "bf305b8cd328700fbc17f5acbc2856d2",
              "76fbd229ce87db80dd281af5e6670de4ad0e42fb30a7bd643972994c47c1f42e"},
    KnownFile{"t10k-labels-idx1-ubyte", "9f55f451c0988b028eccdf7d5cc265ab",
              "a11dc742be8e781a40a92f53d6a4957e7b7d36df2faa097659131ebfd8fd60c6"}};

constexpr std::array kSignFiles = {KnownFile{"dataset_labels.npz", "", ""}};

constexpr std::array<std::string_view, 1> kFashionAddresses = {
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"};
constexpr std::array<std::string_view, 2> kMnistAddresses = {
    "http://yann.lecun.com/exdb/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"};
constexpr std::array<std::string_view, 1> kKmnistAddresses = {
    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"};

constexpr std::array kKnownSets = {
    KnownSet{
        "fashion-mnist", "/usr/share/datasets/fashion-mnist", "dataset-fashion-mnist",
        "Debian's package dataset-fashion-mnist, or "
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/ (MIT licence, Zalando SE)",
        "MIT", "Fashion-MNIST, Zalando SE (Xiao, Rasul and Vollgraf 2017)",
        "9ac90dc5cd15a92b52b8b66430025bbc", kFashionAddresses, kFashionFiles, kIdxForms, 784, 10},
    KnownSet{"mnist", "", "",
             "http://yann.lecun.com/exdb/mnist/ or https://ossci-datasets.s3.amazonaws.com/mnist/ "
             "(CC BY-SA 3.0, Yann LeCun and Corinna Cortes)",
             "CC BY-SA 3.0", "MNIST, Yann LeCun and Corinna Cortes",
             "9feb9d505aec17f834a8424a9502dbc6", kMnistAddresses, kMnistFiles, kIdxForms, 784, 10},
    KnownSet{"kmnist", "", "",
             "http://codh.rois.ac.jp/kmnist/dataset/kmnist/ (CC BY-SA 4.0, \"KMNIST Dataset\" "
             "created by CODH, adapted from \"Kuzushiji Dataset\", doi:10.20676/00000341)",
             "CC BY-SA 4.0",
             "\"KMNIST Dataset\" (created by CODH), adapted from \"Kuzushiji Dataset\" (created by "
             "NIJL and others), doi:10.20676/00000341",
             "52688cf1d6ed1286cce61ab8228734c3", kKmnistAddresses, kKmnistFiles, kKmnistForms, 784,
             10},
    KnownSet{"sign-digits",
             "",
             "",
             "whoever has it. 5,000 grey images of 28 "
             "x 28, of hands that sign the digits 0 to 9, 500 each; dataset_labels.npz with the "
             "arrays dataset (5000, 784), 0 to 255, and labels (5000), one-character texts",
             "unknown",
             "no licence and no author are known: do not pass it on",
             "",
             {},
             kSignFiles,
             kSignForms,
             784,
             10},
};

// `missing` says what is not there.
DataSpec files_in(const fs::path& folder, const KnownForm& form, std::string& missing) {
  DataSpec files;
  const auto find = [&](std::string_view name) -> std::string {
    if (name.empty()) {
      return "";
    }
    std::string found = plain_or_gz((folder / name).string());
    if (found.empty() && missing.empty()) {
      missing = fmt::format("no {}{}", name, form.format == "idx" ? "[.gz]" : "");
    }
    return found;
  };
  files.format = form.format;
  files.train = find(form.train);
  files.train_labels = find(form.train_labels);
  files.test = find(form.test);
  files.test_labels = find(form.test_labels);
  files.arrays.inputs = form.inputs_array;
  files.arrays.labels = form.labels_array;
  return files;
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
  if (const std::string own = user_data_folder(); !own.empty()) {
    folders.push_back(fs::path(own) / known.name);
  }
  if (!known.debian_folder.empty()) {
    folders.emplace_back(known.debian_folder);
  }
  return folders;
}

}  // namespace

std::span<const KnownSet> known_sets() {
  return kKnownSets;
}

const KnownSet& find_known_set(std::string_view name) {
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

FoundSet find_files(const KnownSet& known, const std::string& data_folder) {
  FoundSet result;
  for (const fs::path& folder : folders_of(known, data_folder)) {
    std::error_code ignored;
    std::string first_missing = fs::is_directory(folder, ignored) ? "" : "no such folder";
    for (const KnownForm& form : known.forms) {
      std::string missing = first_missing;
      DataSpec files = missing.empty() ? files_in(folder, form, missing) : DataSpec();
      if (missing.empty()) {
        result.files = std::move(files);
        result.folder = folder.string();
        return result;
      }
      if (&form == known.forms.data()) {
        result.looked += fmt::format("\n    {}: {}", folder.string(), missing);
      }
    }
  }
  return result;
}

std::string user_data_folder() {
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing in this program sets a variable.
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  if (data != nullptr && *data == '/') {
    return (fs::path(data) / "mlpsweep").string();
  }
  return home != nullptr && *home == '/' ? (fs::path(home) / ".local/share/mlpsweep").string() : "";
}

}  // namespace mlpsweep::engine
