#include "sweeps/read_sweep.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

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
#include "sweeps/tree_builder.h"

namespace mlpsweep::sweeps {
namespace {

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

/// Whether a quoted text goes on to the end of the file: yaml-cpp then takes all of it for the
/// value.
bool is_unended_quote(std::string_view text) {
  const char quote = text.empty() ? '\0' : text[0];
  if (quote != '"' && quote != '\'')
    return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && text.substr(i + 1, 1) == "'";
      if (!doubled)
        return false;
      ++i;
    }
  }
  return true;
}

/// Hands yaml-cpp's events on, and refuses what YAML has and a sweep has no use for.
class Events : public YAML::EventHandler {
 public:
  Events(std::string_view text, Source source) : text_(text), source_(source) {
    line_begins_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n')
        line_begins_.push_back(i + 1);
    }
  }

  [[nodiscard]] TreeBuilder& tree() { return tree_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    tree_.add({Node::Kind::kNull, source_.place(mark), "", false, false, {}, {}});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    tree_.complain(source_.place(mark), "aliases (*name) are not taken",
                   "write the value out, or use 'base' for what all have in common");
    tree_.add({Node::Kind::kNull, source_.place(mark), "", false, true, {}, {}});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_extras(mark, tag, anchor);
    Place place = source_.place(mark);
    place.width = width_of(mark, value);
    if (tag == "!" && is_unended_quote(text_.substr(offset_of(mark))))
      tree_.complain(place, "this quote does not end");
    tree_.add({Node::Kind::kScalar, place, value, tag == "!", false, {}, {}});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    tree_.open(Node::Kind::kList, source_.place(mark));
  }
  void OnSequenceEnd() override { tree_.close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    tree_.open(Node::Kind::kMap, source_.place(mark));
  }
  void OnMapEnd() override { tree_.close(); }

 private:
  void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    // "?" is a plain value and "!" one in quotes; a written tag begins with an exclamation mark.
    const bool tagged = !tag.empty() && (byte_at(mark) == '!' || (tag != "?" && tag != "!"));
    if (anchor != 0) {
      tree_.complain(source_.place(mark), "anchors (&name) are not taken",
                     "write the value out, or use 'base' for what all have in common");
    } else if (tagged) {
      tree_.complain(source_.place(mark), "tags (!name) are not taken",
                     "the table of keys knows the type of each value");
    }
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
  std::vector<std::size_t> line_begins_;
  TreeBuilder tree_;
};

/// The usual reason why a text that looks good is no YAML.
std::vector<std::string> notes_on(std::string_view text) {
  const bool tab = text.substr(0, 1) == "\t" || text.find("\n\t") != text.npos;
  return tab ? std::vector<std::string>{"tabs cannot indent in YAML: use spaces"}
             : std::vector<std::string>{};
}

/// The tree of a text that holds one document; empty if it is no YAML, which is then reported.
std::optional<Node> parse_yaml(const std::string& text, Source source, Diagnostics& diagnostics) {
  Events events(text, source);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(events))
      return Node{};
    Node root = events.tree().take_root();
    Events second(text, source);
    events.tree().tell(diagnostics);
    if (parser.HandleNextDocument(second)) {
      diagnostics.report(second.tree().take_root().place, "a second document begins here",
                         {"expected one sweep a file"});
    }
    if (!root.refused)
      return root;
  } catch (const YAML::Exception& error) {
    diagnostics.report(source.place(error.mark), fmt::format("this is no YAML: {}", error.msg),
                       notes_on(text));
  } catch (const TreeBuilder::TooDeep& deep) {
    diagnostics.report(deep.place, fmt::format("nested more than {} deep", TreeBuilder::kDeepest));
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

Sweep read_sweep_file(const std::string& path, const ReadOptions& options) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    const bool absent = !error || error == std::errc::no_such_file_or_directory;
    throw InputError(fmt::format("{}: {}; expected a sweep's YAML text", path,
                                 absent ? "no such file" : error.message()));
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
