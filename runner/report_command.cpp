#include "runner/report_command.h"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/gnuplot.h"
#include "results/report_page.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/part_results.h"
#include "runner/report_sections.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

/// What the page is about: the whole sweep, or one experiment of it.
struct Subject {
  results::SweepInfo info;
  std::vector<results::Record> records;
  std::string part = {};         ///< "rates", "rates-bias-as_printed"; empty: the whole sweep ...
  bool has_experiments = false;  ///< ... of several.
};

/// A name for a folder: words of letters, digits and '_' with a dash between them.
std::string folder_name(const std::string& title) {
  std::string name;
  for (const char c : title) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    if (plain || (!name.empty() && name.back() != '-')) {
      name += plain ? c : '-';
    }
  }
  return name;
}

Subject subject_of(const PartChoice& from) {
  if (from.paths.size() != 1) {
    throw InputError("report: expected one sweep; several go with --methods only");
  }
  const results::StoredResults stored = load_results(from.paths.front());
  if (from.experiment.empty() && from.reading.empty()) {
    const bool several = part_results(stored).size() > 1;
    return {stored.info, planned_records(stored), "", several};
  }
  std::vector<Joined> parts = join_parts({stored}, from);
  if (parts.size() != 1) {
    std::vector<std::string> names;
    for (const Joined& part : parts) {
      names.push_back(part.experiment);
    }
    throw InputError(
        fmt::format("report: --reading '{}' is of several experiments; name one with "
                    "--experiment: {}",
                    from.reading, fmt::join(names, ", ")));
  }
  const std::string title = from.experiment + (from.reading.empty() ? "" : "-" + from.reading);
  return {std::move(parts.front().info), std::move(parts.front().records), folder_name(title),
          false};
}

fs::path folder_of(const ReportOptions& options, const Subject& subject) {
  if (!options.folder.empty()) {
    return options.folder;
  }
  const fs::path path = results_path(options.from.paths.front());
  const fs::path folder = fs::is_directory(path)
                              ? path / "report"
                              : path.parent_path() / (path.stem().string() + "-report");
  const fs::path part = subject.part.empty() ? folder : folder / subject.part;
  for (const fs::path& made : {folder, part}) {
    if (fs::is_symlink(made)) {
      throw InputError(
          fmt::format("{}: a symbolic link, which is only followed when it is named (-o FOLDER)",
                      made.string()));
    }
  }
  return part;
}

/// What is to be shown: checked before anything is written.
struct Request {
  results::KeyNames names;
  std::vector<results::Filter> filters;
  std::vector<const results::Record*> selected;
  results::Grouping grouping;
  std::string lines;  ///< Full name of the key of --lines, or empty.
};

/// A key whose values can be lines must be swept.
std::string read_lines(const ReportOptions& options, const Subject& subject,
                       const results::KeyNames& names, results::Complaints& complaints) {
  if (options.lines.empty()) {
    return "";
  }
  const std::string key = names.resolve(options.lines, "--lines", complaints);
  const std::vector<std::string>& swept = subject.info.swept;
  if (!key.empty() && std::find(swept.begin(), swept.end(), key) == swept.end()) {
    complaints.add(fmt::format("--lines: '{}' has one value only; expected one of: {}", key,
                               fmt::join(swept, ", ")));
  }
  return key;
}

/// Points into `subject`.
Request read_request(const ReportOptions& options, const Subject& subject) {
  Request request{results::KeyNames(subject.records), {}, {}, {}, {}};
  results::Complaints complaints;
  request.filters = results::read_filters(request.names, options.where, complaints);
  request.lines = read_lines(options, subject, request.names, complaints);
  complaints.throw_if_any();
  request.selected = results::select(subject.records, request.filters);
  if (request.selected.empty()) {
    throw InputError(fmt::format(
        "{}: {}", subject.info.name,
        subject.records.empty() ? "no trial has ended yet" : "--where leaves no trial"));
  }
  request.grouping = results::group_trials(request.selected, subject.info.swept, {},
                                           results::folds_asked(request.filters));
  const std::size_t configurations = request.grouping.groups.size();
  if (configurations > kMostConfigurations && !options.yes) {
    throw InputError(fmt::format(
        "{}: pictures of {} configurations were asked for; name some with {}--where "
        "KEY=VALUE, or say --yes",
        subject.info.name, configurations, subject.has_experiments ? "--experiment NAME or " : ""));
  }
  return request;
}

/// A picture for each combination of the other keys.
void write_line_pictures(ReportWork& work, const Request& request) {
  std::vector<std::string> others = work.info.swept;
  others.erase(std::find(others.begin(), others.end(), request.lines));
  const std::vector<std::string> key = {request.lines};
  const results::Grouping grouping =
      results::group_trials(request.selected, others, key, results::folds_asked(request.filters));
  work.page.heading("By " + work.names.heading(request.lines));
  for (std::size_t row = 0; row < grouping.rows.size(); ++row) {
    std::vector<results::LabelledGroup> groups;
    for (std::size_t column = 0; column < grouping.columns.size(); ++column) {
      if (const results::Group* group = grouping.at(row, column)) {
        groups.push_back({sweeps::text_of(grouping.columns[column].values[0]), group});
      }
    }
    write_lines(work, groups, request.lines, settings_text(work.names, others, grouping.rows[row]));
  }
}

void write_page(const ReportWork& work) {
  results::write_whole(work.folder / "index.md", results::markdown_of(work.page));
  results::write_whole(work.folder / "index.html", results::html_of(work.page));
}

}  // namespace

int report(const ReportOptions& options) {
  const results::PictureFormat& format = results::picture_format(options.format);
  results::require_gnuplot();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is told with the file, like a full disk
  const Subject subject = subject_of(options.from);
  const Request request = read_request(options, subject);
  engine::DatasetCache data(options.data_folder);
  ReportWork work{.info = subject.info,
                  .names = request.names,
                  .format = format,
                  .folder = folder_of(options, subject),
                  .data = data,
                  .page = {.title = "Sweep " + subject.info.name, .blocks = {}},
                  .taken = {},
                  .no_images = std::nullopt};
  results::make_folder(work.folder);
  work.page.table(results::compare_table(subject.info, subject.records, {.where = options.where}));
  if (!request.lines.empty()) {
    write_line_pictures(work, request);
  }
  for (const results::Group& group : request.grouping.groups) {
    write_configuration(
        work, group,
        settings_text(work.names, subject.info.swept, request.grouping.rows[group.row]));
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
