// The sets that go by a name: what they are, where they lie, where a user gets them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"

namespace mlpsweep::engine {

/// A file of a known set as it is published.
struct KnownFile {
  std::string_view name;  ///< Unpacked; published and mostly kept with .gz behind it.
  /// Of the unpacked bytes (Debian packs them otherwise than they are published). md5 as published,
  /// SHA-256 taken here of the same bytes. Empty: no such bytes are published.
  std::string_view md5;
  std::string_view sha256;
};

/// A way in which a set lies in a folder.
struct KnownForm {
  std::string_view format;
  /// Training images, their labels, test images, their labels; an empty name is "no such file".
  std::string_view train;
  std::string_view train_labels;
  std::string_view test;
  std::string_view test_labels;
  std::string_view inputs_array = "";  ///< npz
  std::string_view labels_array = "";
};

/// A set that goes by a name.
struct KnownSet {
  std::string_view name;
  std::string_view debian_folder;  ///< Where a Debian package puts it, or empty.
  std::string_view debian_package;
  std::string_view source;  ///< Where a user gets it, and its licence, in one sentence.
  std::string_view licence;
  std::string_view attribution;  ///< What a work that uses it has to say.
  std::string_view checksum;     ///< Dataset::checksum of the published set, in every form.
  std::span<const std::string_view> addresses;  ///< Folders on the net; NAME.gz behind them.
  std::span<const KnownFile> files;             ///< What `data fetch` brings.
  std::span<const KnownForm> forms;             ///< Looked for in this order.
  int inputs = 0;  ///< Known before it is read, for topologies that are named by their size.
  int classes = 0;
};

/// Every known set, in the order in which they are shown.
[[nodiscard]] std::span<const KnownSet> known_sets();

/// Errors   InputError: no set of that name; with those there are and the nearest.
[[nodiscard]] const KnownSet& find_known_set(std::string_view name);

/// Where a known set was found, or what is missing where.
struct FoundSet {
  DataSpec files;      ///< As a user's own; without a training file where it was not found.
  std::string folder;  ///< Where it was found.
  std::string looked;  ///< Where it was not: "\n    FOLDER: what is missing" for each.

  [[nodiscard]] bool found() const { return !files.train.empty(); }
};

/// Looks in `data_folder`/NAME, `data_folder`, $MLPSWEEP_DATA/NAME, $MLPSWEEP_DATA, the user's own
/// folder of data sets, then Debian's: all files of one form from one folder, plain or gz.
[[nodiscard]] FoundSet find_files(const KnownSet& known, const std::string& data_folder);

/// $XDG_DATA_HOME/mlpsweep, or ~/.local/share/mlpsweep; empty where there is no home.
/// Source   XDG Base Directory Specification, 0.8.
[[nodiscard]] std::string user_data_folder();

}  // namespace mlpsweep::engine
