#include "engine/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/archive.h"
#include "engine/csv_header.h"
#include "engine/errors.h"
#include "engine/formats.h"
#include "engine/nearest.h"

namespace mlpsweep::engine {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;
/// Memory for a line that never ends; an image of a megapixel has 4 MiB.
constexpr std::size_t kMostLine = std::size_t{1} << 26;
constexpr std::size_t kMostShown = 40;

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string shown(std::string_view text) {
  return text.size() <= kMostShown ? std::string(text)
                                   : std::string(text.substr(0, kMostShown)) + "...";
}

/// Lines of a plain or gz file, one by one, so that the text is never held as a whole.
class Lines {
 public:
  explicit Lines(const std::string& path) : path_(path), file_(path) {}

  /// The next line that is not empty; false at the end.
  bool next(std::string_view& line) {
    do {
      std::size_t end = end_of_line(at_);
      for (bool grew = true; grew && end == buffer_.size();) {
        const std::size_t searched = buffer_.size() - at_;
        grew = more();
        end = end_of_line(searched);
      }
      if (end == at_ && end == buffer_.size())
        return false;
      line = trimmed({reinterpret_cast<const char*>(buffer_.data()) + at_, end - at_});
      at_ = std::min(end + 1, buffer_.size());
      ++number_;
      if (number_ == 1 && line.starts_with("\xEF\xBB\xBF"))
        line.remove_prefix(3);  // a byte order mark, as spreadsheets write it
    } while (line.empty());
    return true;
  }

  /// "FILE:LINE", the line that next() gave.
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", path_, number_); }

 private:
  /// The next line break from there on, or the buffer's end.
  [[nodiscard]] std::size_t end_of_line(std::size_t from) const {
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(std::find(begin, buffer_.end(), std::uint8_t{'\n'}) -
                                    buffer_.begin());
  }

  /// Moves what is left to the front; false at the file's end.
  bool more() {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    const std::size_t before = buffer_.size();
    if (before > kMostLine)
      throw InputError(
          fmt::format("{}:{}: expected a line of text, found no end of it", path_, number_ + 1));
    file_.read_until(buffer_, before + kPiece);
    return buffer_.size() > before;
  }

  std::string path_;
  PackedFile file_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

/// Where the quote ends that `text` begins with: the first that no other follows.
std::size_t end_of_quoted(std::string_view text) {
  std::size_t end = text.find('"', 1);
  while (end != std::string_view::npos && text.substr(end + 1).starts_with('"'))
    end = text.find('"', end + 2);
  return end;
}

/// Makes one of every two quotes in a row, in place.
std::string_view without_double_quotes(char* text, std::size_t bytes) {
  char* to = text;
  for (const char* from = text; from < text + bytes; ++from) {
    *to++ = *from;
    if (*from == '"')
      ++from;
  }
  return {text, static_cast<std::size_t>(to - text)};
}

/// Which field is the label.
std::size_t column_of(const std::string& wanted, const std::vector<std::string_view>& fields,
                      bool is_header, const std::string& place) {
  if (is_header) {
    const auto named = std::find(fields.begin(), fields.end(), wanted);
    if (named != fields.end())
      return static_cast<std::size_t>(named - fields.begin());
  }
  if (wanted == "first")
    return 0;
  if (wanted == "last")
    return fields.size() - 1;
  if (!is_header) {
    throw InputError(fmt::format(
        "{}: data.labels.column: expected first or last, since this file has no header, found '{}'",
        place, wanted));
  }
  std::vector<std::string_view> names = {"first", "last"};
  names.insert(names.end(), fields.begin(), fields.end());
  const std::string_view near = nearest_name(wanted, names);
  throw InputError(fmt::format(
      "{}: data.labels.column: no column '{}'; expected first, last or one of the header's {} "
      "columns ({}, ...){}{}",
      place, wanted, fields.size(), shown(fields[0]), near.empty() ? "" : "\n  nearest: ", near));
}

class PartReader {
 public:
  explicit PartReader(const PartSource& source) : source_(source), lines_(source.images) {}

  RawPart read() {
    Line first;
    Line line;
    const bool any = begin(first);
    bool more = any && next(line);
    if (any && !begins_with_header(first, line)) {
      take_row(first);
      hint_.clear();
    }
    for (; more; more = next(line))
      take_row(line);
    if (part_.rows == 0)
      throw InputError(source_.images + ": expected lines of numbers, found none");
    part_.kind = pixels_.kind();
    part_.pixels = pixels_.take();
    part_.files = {source_.images};
    make_square(part_, columns_ - 1);
    return std::move(part_);
  }

 private:
  struct Line {
    std::string text;
    std::vector<std::string_view> fields;  ///< Of `text`; as many as the first line has, or fewer.
    std::size_t count = 0;                 ///< Fields in all.
    std::string place;                     ///< FILE:LINE
  };

  /// Cuts the first line, once it is known that it has no more columns than an image may have.
  bool begin(Line& line) {
    if (!fetch(line))
      return false;
    columns_ = cut_csv_line(line.text, line.place, line.fields, 0);
    if (columns_ > kMostInputs + 1) {
      throw InputError(fmt::format("{}: expected a label and at most {} numbers, found {} columns",
                                   line.place, kMostInputs, columns_));
    }
    if (columns_ < 2) {
      throw InputError(
          fmt::format("{}: expected a label and numbers with commas between them, found '{}'",
                      line.place, shown(line.text)));
    }
    line.fields.reserve(columns_);
    line.count = cut_csv_line(line.text, line.place, line.fields, columns_);
    return true;
  }

  bool fetch(Line& line) {
    std::string_view text;
    if (!lines_.next(text))
      return false;
    line.text.assign(text);
    line.place = lines_.place();
    return true;
  }

  bool next(Line& line) {
    if (!fetch(line))
      return false;
    line.count = cut_csv_line(line.text, line.place, line.fields, columns_);
    return true;
  }

  /// Settles what holds for all lines. `second` is without fields where there is none.
  bool begins_with_header(const Line& first, const Line& second) {
    const bool is_header =
        source_.header == "auto" ? looks_like_header(first, second) : source_.header == "true";
    label_ = column_of(source_.label_column, first.fields, is_header, first.place);
    if (source_.header == "auto")
      hint_ = "\n  if this line is a header: data.header: true";
    return is_header;
  }

  [[nodiscard]] bool looks_like_header(const Line& first, const Line& second) const {
    const std::string& wanted = source_.label_column;
    const bool by_place = wanted == "first" || wanted == "last";
    const auto& fields = first.fields;
    if (!by_place && std::find(fields.begin(), fields.end(), wanted) != fields.end())
      return true;
    const std::size_t label = wanted == "last" ? columns_ - 1 : 0;
    const FirstLine kind = kind_of_first_line(fields, second.fields, label);
    if (kind == FirstLine::kEither && by_place) {
      throw InputError(
          fmt::format("{}: can't tell whether '{}, ...' is a header or an image of class '{}'\n"
                      "  expected data.header: true, or data.header: false",
                      first.place, shown(fields[0]), shown(fields[label])));
    }
    return kind != FirstLine::kRow;
  }

  void take_row(const Line& line) {
    if (line.count != columns_) {
      throw InputError(fmt::format("{}: expected {} fields as in the first line, found {}",
                                   line.place, columns_, line.count));
    }
    for (std::size_t i = 0; i < columns_; ++i) {
      if (i == label_)
        continue;
      const std::optional<double> value = csv_number(line.fields[i]);
      if (!value || !pixels_.add(*value)) {
        throw InputError(fmt::format("{}: field {}: {}, found '{}'{}", line.place, i + 1,
                                     kPixelsExpected, shown(line.fields[i]), hint_));
      }
    }
    take_label(line.fields[label_], line.place);
    ++part_.rows;
  }

  void take_label(std::string_view text, const std::string& place) {
    if (text.empty())
      throw InputError(
          fmt::format("{}: field {}: expected a label, found nothing", place, label_ + 1));
    const std::optional<double> value = csv_number(text);
    if (!value) {
      part_.label_texts.emplace_back(text);
      return;
    }
    if (*value != std::floor(*value) || std::abs(*value) > 9e15) {
      throw InputError(
          fmt::format("{}: field {}: expected a label, a whole number or a text, found '{}'; "
                      "data.labels.column says where labels stand",
                      place, label_ + 1, shown(text)));
    }
    part_.label_texts.push_back(std::to_string(static_cast<std::int64_t>(*value)));
  }

  const PartSource& source_;
  Lines lines_;
  std::size_t columns_ = 0;
  std::size_t label_ = 0;
  std::string
      hint_;  ///< Behind a complaint about the first line, if it was guessed to be an image.
  PixelSink pixels_;
  RawPart part_;
};

}  // namespace

std::optional<double> csv_number(std::string_view text) {
  double value = 0;
  if (text.starts_with('+'))
    text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::size_t cut_csv_line(std::string& line, std::string_view place,
                         std::vector<std::string_view>& fields, std::size_t most) {
  fields.clear();
  std::size_t count = 0;
  const auto add = [&](std::string_view text) {
    if (count++ < most)
      fields.push_back(text);
  };
  std::string_view rest = trimmed(line);
  while (true) {
    if (rest.starts_with('"')) {
      const std::size_t end = end_of_quoted(rest);
      if (end == std::string_view::npos)
        throw InputError(fmt::format("{}: field {}: a quote that does not end", place, count + 1));
      const auto begin = static_cast<std::size_t>(rest.data() - line.data()) + 1;
      add(count < most ? without_double_quotes(line.data() + begin, end - 1) : "");
      rest = trimmed(rest.substr(end + 1));
    } else {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      add(trimmed(rest.substr(0, comma)));
      rest.remove_prefix(comma);
    }
    if (rest.empty())
      return count;
    if (rest.front() != ',') {
      throw InputError(fmt::format("{}: field {}: expected a comma behind the quote, found '{}'",
                                   place, count, shown(rest)));
    }
    rest = trimmed(rest.substr(1));
    if (rest.empty()) {
      add("");
      return count;
    }
  }
}

RawPart read_csv_part(const PartSource& source) {
  if (!source.labels.empty()) {
    throw InputError(source.images + ": a csv file holds its labels itself: expected no " +
                     "data.labels but data.labels.column, found " + source.labels);
  }
  return PartReader(source).read();
}

}  // namespace mlpsweep::engine
