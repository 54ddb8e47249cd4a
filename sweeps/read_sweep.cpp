#include "sweeps/read_sweep.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <unordered_map>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "engine/errors.h"
#include "sweeps/build_sweep.h"
#include "sweeps/diagnostics.h"
#include "sweeps/node.h"
#include "sweeps/outline.h"
#include "sweeps/overrides.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::sweeps {
namespace {

constexpr std::size_t kDeepest = 32;

/// The nesting that ends the reading: going on would only cost memory.
struct TooDeep {
  Place place;
};

/// Where yaml-cpp's marks lie: in the file, or in an override, whose values are read as a list.
struct Source {
  int number = 0;
  std::size_t begin = 0;  ///< Of the values in the override.

  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    // A null mark (-1) comes with faults at the end of a text.
    if (number == 0)
      return {0, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1, 1};
    // The bracket put before the values takes the place of the '='.
    return {number, 1, static_cast<int>(begin) + std::max(mark.column, 0), 1};
  }
};

/// Turns yaml-cpp's events into our tree and refuses what a sweep has no use for.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Source source, Diagnostics& diagnostics)
      : text_(text), source_(source), diagnostics_(diagnostics) {
    line_begins_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n')
        line_begins_.push_back(i + 1);
    }
  }

  [[nodiscard]] Node take_root() { return std::move(root_); }

  /// Only once the whole text was read: what comes before a fault of syntax is often its
  /// consequence.
  void tell() {
    for (auto& [place, message, notes] : complaints_) {
      diagnostics_.report(place, std::move(message), std::move(notes));
      diagnostics_.mark_incomplete();
    }
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    add({Node::Kind::kNull, source_.place(mark), "", false, false, {}, {}});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(source_.place(mark), "aliases (*name) are not taken",
             "write the value out, or use 'base' for what all have in common");
    add({Node::Kind::kNull, source_.place(mark), "", false, true, {}, {}});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_extras(mark, tag, anchor);
    Place place = source_.place(mark);
    place.width = width_of(mark, value);
    add({Node::Kind::kScalar, place, value, tag == "!", false, {}, {}});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override {
    Node& list = *open_.back();
    list.refused = std::any_of(list.items.begin(), list.items.end(),
                               [](const Node& item) { return item.refused; });
    open_.pop_back();
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMap);
  }
  void OnMapEnd() override {
    keep_good_keys(*open_.back());
    open_.pop_back();
  }

 private:
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    refuse_extras(mark, tag, anchor);
    if (open_.size() == kDeepest)
      throw TooDeep{source_.place(mark)};
    open_.push_back(&add({kind, source_.place(mark), "", false, false, {}, {}}));
  }

  /// Pointers in open_ stay good: a node's siblings come only after it is closed.
  Node& add(Node node) {
    if (open_.empty())
      return root_ = std::move(node);
    Node& parent = *open_.back();
    if (parent.is_map() && parent.keys.size() == parent.items.size()) {
      return parent.keys.emplace_back(std::move(node));
    }
    // yaml-cpp places a missing value at whatever comes next; a reader looks for it at its key.
    if (parent.is_map() && node.kind == Node::Kind::kNull)
      node.place = parent.keys.back().place;
    return parent.items.emplace_back(std::move(node));
  }

  void complain(Place at, std::string message, std::string note = "") {
    std::vector<std::string> notes;
    if (!note.empty())
      notes.push_back(std::move(note));
    complaints_.push_back({at, std::move(message), std::move(notes)});
  }

  void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    // "?" is a plain value and "!" one in quotes; a written tag begins with an exclamation mark.
    const bool tagged = !tag.empty() && (byte_at(mark) == '!' || (tag != "?" && tag != "!"));
    if (anchor != 0) {
      complain(source_.place(mark), "anchors (&name) are not taken",
               "write the value out, or use 'base' for what all have in common");
    } else if (tagged) {
      complain(source_.place(mark), "tags (!name) are not taken",
               "the table of keys knows the type of each value");
    }
  }

  /// Leaves a map with scalar keys, none twice, and with values that can be read.
  void keep_good_keys(Node& map) {
    std::unordered_map<std::string, Place> seen;
    Node good{map.kind, map.place, "", false, false, {}, {}};
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      if (is_bad_key(map.keys[i], seen) || map.items[i].refused)
        continue;
      good.keys.push_back(std::move(map.keys[i]));
      good.items.push_back(std::move(map.items[i]));
    }
    map = std::move(good);
  }

  bool is_bad_key(const Node& key, std::unordered_map<std::string, Place>& seen) {
    if (!key.is_scalar()) {
      complain(key.place, fmt::format("a key must be a word, got {}", described(key)));
      return true;
    }
    if (key.text == "<<") {
      complain(key.place, "merge keys (<<) are not taken",
               "write the settings out, or use 'base' for what all have in common");
      return true;
    }
    const auto [before, is_new] = seen.emplace(key.text, key.place);
    if (is_new)
      return false;
    const Place& first = before->second;
    complain(key.place, fmt::format("duplicate key {}; first in line {}, column {}",
                                    quote(key.text), first.line, first.column));
    return true;
  }

  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    if (line >= line_begins_.size())
      return text_.size();
    return std::min(line_begins_[line] + static_cast<std::size_t>(std::max(mark.column, 0)),
                    text_.size());
  }

  [[nodiscard]] char byte_at(const YAML::Mark& mark) const {
    const std::size_t at = offset_of(mark);
    return at < text_.size() ? text_[at] : '\0';
  }

  /// Bytes that a scalar takes on its line, with its quotes.
  [[nodiscard]] int width_of(const YAML::Mark& mark, const std::string& value) const {
    const std::string_view line = text_.substr(offset_of(mark), text_.find('\n', offset_of(mark)));
    if (line.substr(0, value.size()) == value)
      return static_cast<int>(value.size());
    const bool in_quotes = !line.empty() && (line[0] == '"' || line[0] == '\'');
    const std::size_t end = in_quotes ? line.find(line[0], 1) : line.npos;
    return end == line.npos ? 1 : static_cast<int>(end + 1);
  }

  std::string_view text_;
  Source source_;
  Diagnostics& diagnostics_;
  std::vector<std::size_t> line_begins_;
  Node root_;
  struct Complaint {
    Place place;
    std::string message;
    std::vector<std::string> notes;
  };
  std::vector<Complaint> complaints_;
  std::vector<Node*> open_;  ///< The lists and maps that the next node lies in, outermost first.
};

/// The usual reason why a text that looks good is no YAML.
std::vector<std::string> notes_on(std::string_view text) {
  const bool tab = text.substr(0, 1) == "\t" || text.find("\n\t") != text.npos;
  return tab ? std::vector<std::string>{"tabs cannot indent in YAML: use spaces"}
             : std::vector<std::string>{};
}

/// The tree of a text that holds one document; empty if it is no YAML, which is then reported.
std::optional<Node> parse_yaml(const std::string& text, Source source, Diagnostics& diagnostics) {
  TreeBuilder builder(text, source, diagnostics);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder))
      return Node{};
    Node root = builder.take_root();
    TreeBuilder second(text, source, diagnostics);
    builder.tell();
    if (parser.HandleNextDocument(second)) {
      diagnostics.report(second.take_root().place, "a second document begins here",
                         {"expected one sweep a file"});
    }
    if (!root.refused)
      return root;
  } catch (const YAML::Exception& error) {
    diagnostics.report(source.place(error.mark), fmt::format("this is no YAML: {}", error.msg),
                       notes_on(text));
  } catch (const TooDeep& deep) {
    diagnostics.report(deep.place, fmt::format("nested more than {} deep", kDeepest));
  }
  return {};
}

std::optional<Override> parse_override(const std::string& text, int number,
                                       Diagnostics& diagnostics) {
  const std::size_t equals = text.find('=');
  const auto width = static_cast<int>(std::min(equals, text.size()));
  Override change{text.substr(0, equals), {number, 1, 1, width}, {}};
  const bool control = text.find_first_of("\n\r") != text.npos;
  if (equals == text.npos || equals == 0 || equals + 1 == text.size() || control) {
    diagnostics.report(change.place, fmt::format("no setting: {}", quote(text)),
                       {"expected key=value or key=v1,v2"});
    return {};
  }
  // A comma would be part of a plain text outside a list.
  const std::string list = fmt::format("[{}]", text.substr(equals + 1));
  std::optional<Node> values = parse_yaml(list, {number, equals + 1}, diagnostics);
  if (!values)
    return {};
  if (!values->is_list() || values->items.empty()) {
    diagnostics.report(change.place, fmt::format("no value: {}", quote(text)),
                       {"expected key=value or key=v1,v2"});
    return {};
  }
  change.values = std::move(*values);
  return change;
}

/// The file's name without folder and ending, in the letters that a name may have.
std::string name_from(const std::string& file) {
  std::string name = std::filesystem::path(file).stem().string();
  for (char& c : name) {
    const bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_';
    if (!legal)
      c = '-';
  }
  name = name.substr(0, 100);
  if (name.empty() || name[0] == '.' || name[0] == '-')
    name.insert(0, "sweep");
  return name;
}

Outline outline_of(const std::string& text, const ReadOptions& options, Diagnostics& diagnostics) {
  check_text(text, diagnostics);
  diagnostics.throw_if_any();
  const std::optional<Node> root = parse_yaml(text, {}, diagnostics);
  if (root && !root->is_map()) {
    const bool empty = root->kind == Node::Kind::kNull;
    diagnostics.report(
        {},
        empty ? "the file is empty" : fmt::format("a sweep is a mapping, got {}", described(*root)),
        {"expected 'mlpsweep: 1' as the first key"});
  }
  Outline outline;
  if (root && root->is_map())
    outline = read_outline(*root, diagnostics);
  int number = 0;
  for (const std::string& text_of_one : options.overrides) {
    const auto change = parse_override(text_of_one, ++number, diagnostics);
    if (change)
      apply_override(*change, outline, diagnostics);
  }
  if (!root || !root->is_map())
    diagnostics.throw_if_any();
  return outline;
}

}  // namespace

Sweep read_sweep(std::string_view file, std::string_view text, const ReadOptions& options) {
  Diagnostics diagnostics{std::string(file), text, options.overrides};
  const Outline outline = outline_of(std::string(text), options, diagnostics);
  Sweep sweep = build_sweep(outline, options, diagnostics);
  diagnostics.throw_if_any();
  if (sweep.name.empty())
    sweep.name = name_from(std::string(file));
  sweep.file = file;
  sweep.text = text;
  return sweep;
}

std::optional<Node> read_tree(const std::string& text, Diagnostics& diagnostics) {
  return parse_yaml(text, {}, diagnostics);
}

Sweep read_sweep_file(const std::string& path, const ReadOptions& options) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw InputError(fmt::format("{}: no such file; expected a sweep's YAML text", path));
  }
  if (std::filesystem::is_directory(status)) {
    throw InputError(fmt::format("{}: a folder; expected a sweep's YAML text", path));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text(kMostBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (!stream.eof() && stream.fail())) {
    throw InputError(fmt::format("{}: the file can't be read", path));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return read_sweep(path, text, options);
}

}  // namespace mlpsweep::sweeps
