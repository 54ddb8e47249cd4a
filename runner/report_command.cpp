#include "runner/report_command.h"

#include <algorithm>
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
#include "runner/report_sections.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const ReportOptions& options) {
  if (!options.folder.empty()) {
    return options.folder;
  }
  const fs::path path = options.path;
  return fs::is_directory(path) ? path / "report"
                                : path.parent_path() / (path.stem().string() + "-report");
}

/// What is to be shown: checked before anything is written.
struct Request {
  std::vector<results::Record> records;
  results::KeyNames names;
  std::vector<results::Filter> filters;
  std::vector<const results::Record*> selected;
  results::Grouping grouping;
  std::string lines;  ///< Full name of the key of --lines, or empty.
};

/// A key whose values can be lines must be swept.
std::string read_lines(const ReportOptions& options, const results::StoredResults& stored,
                       const results::KeyNames& names, results::Complaints& complaints) {
  if (options.lines.empty()) {
    return "";
  }
  const std::string key = names.resolve(options.lines, "--lines", complaints);
  const std::vector<std::string>& swept = stored.info.swept;
  if (!key.empty() && std::find(swept.begin(), swept.end(), key) == swept.end()) {
    complaints.add(fmt::format("--lines: '{}' has one value only; expected one of: {}", key,
                               fmt::join(swept, ", ")));
  }
  return key;
}

Request read_request(const ReportOptions& options, const results::StoredResults& stored) {
  std::vector<results::Record> records = planned_records(stored);
  results::KeyNames names(records);
  Request request{std::move(records), std::move(names), {}, {}, {}, {}};
  results::Complaints complaints;
  request.filters = results::read_filters(request.names, options.where, complaints);
  request.lines = read_lines(options, stored, request.names, complaints);
  complaints.throw_if_any();
  request.selected = results::select(request.records, request.filters);
  if (request.selected.empty()) {
    throw InputError(fmt::format(
        "{}: {}", options.path,
        request.records.empty() ? "no trial has ended yet" : "--where leaves no trial"));
  }
  request.grouping = results::group_trials(request.selected, stored.info.swept, {},
                                           results::folds_asked(request.filters));
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
  const results::StoredResults stored = load_results(options.path);
  const Request request = read_request(options, stored);
  engine::DatasetCache data(options.data_folder);
  ReportWork work{.info = stored.info,
                  .names = request.names,
                  .format = format,
                  .folder = folder_of(options),
                  .data = data,
                  .page = {.title = "Sweep " + stored.info.name, .blocks = {}},
                  .taken = {},
                  .no_images = std::nullopt};
  results::make_folder(work.folder);
  work.page.table(results::compare_table(stored.info, request.records, {.where = options.where}));
  if (!request.lines.empty()) {
    write_line_pictures(work, request);
  }
  for (const results::Group& group : request.grouping.groups) {
    write_configuration(
        work, group,
        settings_text(work.names, stored.info.swept, request.grouping.rows[group.row]));
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
