#include "runner/report_command.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/classification.h"
#include "results/figure_text.h"
#include "results/file_io.h"
#include "results/gnuplot.h"
#include "results/pictures.h"
#include "results/report_page.h"
#include "results/select.h"
#include "runner/example_images.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/progress.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kExamplesAClass = 8;
constexpr std::size_t kMistakeRows = 4;
constexpr std::size_t kMistakesARow = 8;

fs::path folder_of(const ReportOptions& options) {
  if (!options.folder.empty()) {
    return options.folder;
  }
  const fs::path path = options.path;
  return fs::is_directory(path) ? path / "report"
                                : path.parent_path() / (path.stem().string() + "-report");
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    results::fail(folder, "make", error.value());
  }
}

/// The settings that tell a configuration from the others: "learning_rate = 0.05, hidden = 64".
std::string settings_text(const results::KeyNames& names, const std::vector<std::string>& keys,
                          const results::Combination& values) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    parts.push_back(
        fmt::format("{} = {}", names.heading(keys[k]), sweeps::text_of(values.values[k])));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The same as a file's name: nothing but letters, digits and -_.=, not too long, each only once.
std::string file_name(const std::string& settings, std::set<std::string>& taken) {
  constexpr std::size_t kMost = 80;
  std::string name;
  for (const char letter : settings) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' ||
                       letter == '=' || letter == '_' || letter == '-';
    if (plain) {
      name += letter;
    } else if (letter == ',') {
      name += '_';
    } else if (letter != ' ') {
      name += '-';
    }
  }
  if (name.empty()) {
    name = "all";
  }
  const std::string begin = name.substr(0, kMost);
  if (name.size() > kMost || taken.contains(name)) {
    name = begin + "-" + sweeps::hash_bytes(settings).hex().substr(0, 8);
  }
  taken.insert(name);
  return name;
}

/// What one report is made of.
struct Work {
  const results::StoredResults& stored;
  const std::vector<std::string>& keys;  ///< That tell configurations apart.
  const results::KeyNames& names;
  const results::PictureFormat& format;
  fs::path folder;
  engine::DatasetCache& data;
  results::ReportPage page;
  std::optional<std::string> no_images;  ///< Why there are no examples; told once.
};

/// One configuration's part of the page.
class Section {
 public:
  Section(Work& work, const results::Group& group, std::string settings, std::string name)
      : work_(work), group_(group), settings_(std::move(settings)), name_(std::move(name)) {}

  void write() {
    work_.page.heading(settings_.empty() ? work_.stored.info.name : settings_);
    if (group_.complete.empty()) {
      work_.page.text("No complete trial: " + results::count_unfinished(group_.unfinished) + ".");
      return;
    }
    tell_trials();
    curves();
    const results::Record& first = *group_.complete.front();
    if (first.result.confusion.empty()) {
      work_.page.text("There is no test part, so no confusion matrix.");
      return;
    }
    const auto images = images_of(first);
    std::vector<std::string> names = images ? images->names() : std::vector<std::string>();
    if (names.empty()) {
      for (int k = 0; k < first.result.classes; ++k) {
        names.push_back(std::to_string(k));
      }
    }
    matrix(names);
    if (images) {
      examples(*images, first);
    }
  }

 private:
  std::string title(std::string_view what) const {
    return fmt::format("{}: {}{}{}", work_.stored.info.name, what, settings_.empty() ? "" : ", ",
                       settings_);
  }

  /// Draws, writes, and puts it on the page.
  void add(std::string_view what, std::string_view text, const results::Drawing& drawing) {
    const std::string file = fmt::format("{}-{}.{}", name_, what, work_.format.name);
    results::write_picture(work_.folder / file, drawing, work_.format);
    work_.page.picture(std::string(text), file);
  }

  void tell_trials() {
    std::vector<std::string> trials;
    for (const results::Record* trial : group_.complete) {
      trials.push_back(trial->fingerprint.brief());
    }
    std::string text = fmt::format("Trials: {}.", fmt::join(trials, ", "));
    if (!group_.unfinished.empty()) {
      text += fmt::format(" Left out: {}.", results::count_unfinished(group_.unfinished));
    }
    work_.page.text(text);
  }

  void curves() {
    const std::vector<results::LabelledGroup> groups = {{"", &group_}};
    const std::vector<std::string> plots = {"loss", "accuracy"};
    results::CurvePicture picture;
    picture.panels = results::curve_panels(groups, plots);
    if (picture.panels.empty()) {
      return;
    }
    const std::string note = results::note_on_curves(groups);
    picture.caption = {title("loss and accuracy by epoch"),
                       fmt::format("Sweep {}, {}.", work_.stored.info.name, note)};
    add("curves", fmt::format("Loss and accuracy by epoch: {}.", note),
        results::draw_curves(picture));
  }

  void matrix(const std::vector<std::string>& names) {
    results::ConfusionPicture picture;
    picture.counts = results::mean_confusion(group_.complete);
    picture.names = names;
    std::set<std::pair<std::uint64_t, int>> repeats;
    for (const results::Record* trial : group_.complete) {
      repeats.emplace(trial->seed, trial->repeat);
    }
    const std::string of = repeats.size() == 1
                               ? std::string("one repeat")
                               : fmt::format("mean counts over {} repeats", repeats.size());
    picture.caption = {
        title("test part, confusion matrix"),
        fmt::format("Sweep {}, {}, {} test images. Empty squares are 0.", work_.stored.info.name,
                    of, group_.complete.front()->result.predictions.size())};
    if (names.size() > results::kMostCountedClasses) {
      picture.caption.source += " Too many classes for numbers.";
    }
    add("confusion", fmt::format("Confusion matrix of the test part, {}.", of),
        results::draw_confusion(picture));
    const results::Classification report = results::classify(picture.counts, names);
    work_.page.text(
        fmt::format("Precision, recall and f1 of the test part, from the confusion "
                    "matrix above ({}):",
                    of));
    work_.page.code(results::text_of(report));
    for (const std::string& note : report.notes) {
      work_.page.text("Note: " + note + ".");
    }
  }

  /// Nothing where the data can't be had: the rest of the report needs none.
  std::optional<TestImages> images_of(const results::Record& record) {
    if (work_.no_images) {
      return std::nullopt;
    }
    try {
      return TestImages(record, work_.data);
    } catch (const InputError& error) {
      work_.no_images = error.what();
      log_warning(fmt::format("no example images: {}", error.what()));
      return std::nullopt;
    }
  }

  void examples(const TestImages& images, const results::Record& record) {
    const std::string of = fmt::format(
        "Trial {} (repeat {}), in the order of the test part; framed "
        "images have another class than predicted.",
        record.fingerprint.brief(), record.repeat);
    results::ExamplesPicture picture = images.examples(kExamplesAClass);
    picture.caption = {title("first test images of each predicted class"), of};
    add("examples", fmt::format("The first test images given each class. {}", of),
        results::draw_examples(picture));
    picture = images.mistakes(kMistakeRows, kMistakesARow);
    if (picture.rows.empty()) {
      work_.page.text("No test image was given a wrong class.");
      return;
    }
    picture.caption = {title("first mistakes"), of};
    add("mistakes", fmt::format("The first test images given a wrong class. {}", of),
        results::draw_examples(picture));
  }

  Work& work_;
  const results::Group& group_;
  std::string settings_;
  std::string name_;
};

/// What is to be shown: checked before anything is written.
struct Request {
  std::vector<results::Record> records;
  results::KeyNames names;
  std::vector<results::Filter> filters;
  std::vector<const results::Record*> selected;
  results::Grouping grouping;
};

Request read_request(const ReportOptions& options, const results::StoredResults& stored) {
  std::vector<results::Record> records = planned_records(stored);
  results::KeyNames names(records);
  Request request{std::move(records), std::move(names), {}, {}, {}};
  results::Complaints complaints;
  request.filters = results::read_filters(request.names, options.where, complaints);
  complaints.throw_if_any();
  request.selected = results::select(request.records, request.filters);
  if (request.selected.empty()) {
    throw InputError(fmt::format(
        "{}: {}", options.path,
        request.records.empty() ? "no trial has ended yet" : "--where leaves no trial"));
  }
  request.grouping = results::group_trials(request.selected, stored.info.swept, {});
  const std::size_t configurations = request.grouping.groups.size();
  if (configurations > kMostConfigurations && !options.yes) {
    throw InputError(
        fmt::format("{}: pictures of {} configurations were asked for; name some with --where "
                    "KEY=VALUE, or say "
                    "--yes",
                    options.path, configurations));
  }
  return request;
}

void write_page(const Work& work) {
  results::write_whole(work.folder / "index.md", results::markdown_of(work.page));
  results::write_whole(work.folder / "index.html", results::html_of(work.page));
}

}  // namespace

int report(const ReportOptions& options) {
  const results::PictureFormat& format = results::picture_format(options.format);
  results::require_gnuplot();
  const results::StoredResults stored = load_results(options.path);
  const Request request = read_request(options, stored);
  engine::DatasetCache data(options.data_folder);
  Work work{.stored = stored,
            .keys = stored.info.swept,
            .names = request.names,
            .format = format,
            .folder = folder_of(options),
            .data = data,
            .page = {.title = "Sweep " + stored.info.name, .blocks = {}},
            .no_images = std::nullopt};
  make_folder(work.folder);
  work.page.table(results::compare_table(stored.info, request.records, {.where = options.where}));
  std::set<std::string> taken;
  for (const results::Group& group : request.grouping.groups) {
    const std::string settings =
        settings_text(request.names, work.keys, request.grouping.rows[group.row]);
    Section(work, group, settings, file_name(settings, taken)).write();
  }
  if (work.no_images) {
    work.page.text("No example images: " + *work.no_images);
  }
  write_page(work);
  fmt::print("{}\n{}\n", (work.folder / "index.md").string(),
             (work.folder / "index.html").string());
  return kExitDone;
}

}  // namespace mlpsweep::runner
