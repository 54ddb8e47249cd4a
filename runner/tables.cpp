#include "runner/tables.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"
#include "runner/exit_codes.h"
#include "runner/progress.h"
#include "runner/scored_rows.h"
#include "runner/table_presets.h"
#include "sweeps/keys.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

/// The format that shows where a table comes from.
constexpr std::string_view kWithDigest = "latex";

/// A command's records, and its options with those of the preset under them.
struct Request {
  std::vector<results::StoredResults> sweeps;
  PartChoice from;
  results::TableOptions options;
};

/// What a table of these figures reads of a record: curves where a figure may be made from them, or
/// be no figure at all. LaTeX has the records' digest, which is over all that they hold.
results::Detail detail_of(const TableCommand& command) {
  if (command.format == kWithDigest) {
    return results::Detail::kWhole;
  }
  const std::vector<std::string_view> plain = results::figure_names();
  const bool only_plain = std::all_of(
      command.options.values.begin(), command.options.values.end(), [&](const std::string& value) {
        return std::find(plain.begin(), plain.end(), value) != plain.end();
      });
  return command.preset.empty() && only_plain ? results::Detail::kFigures
                                              : results::Detail::kWithCurves;
}

Request request_of(const TableCommand& command) {
  Request request{load_all(command.from.paths, detail_of(command)), command.from, command.options};
  request.options.percent = command.percent.value_or(false);
  if (!command.preset.empty()) {
    const sweeps::TablePreset preset = find_preset(request.sweeps, command.preset);
    request.options = options_on(preset, command.options, command.percent);
    if (request.from.experiment.empty()) {
      request.from.experiment = preset.experiment;
    }
  }
  return request;
}

/// Where a table comes from: what was typed, and the digest that proves the records.
std::vector<std::string> origin_of(const Joined& joined, const std::string& command_line) {
  results::Digest digest;
  for (const results::Record& record : joined.records) {
    digest.add(record);
  }
  return {command_line, fmt::format("digest {} over {} records", digest.hex(), digest.records())};
}

/// A program reads one table, not several one after the other.
void require_one(const std::vector<Joined>& all, const std::string& format) {
  const bool for_programs = format == "csv" || format == "json";
  if (all.size() > 1 && for_programs) {
    std::vector<std::string> names;
    for (const Joined& joined : all) {
      names.push_back(joined.experiment);
    }
    throw InputError(
        fmt::format("--format {}: one table was expected; name one with --experiment: {}", format,
                    fmt::join(names, ", ")));
  }
}

void print_all(const std::vector<Joined>& all, const std::string& format,
               const std::string& command_line,
               const std::function<results::Table(const Joined&)>& make) {
  require_one(all, format);
  for (const Joined& joined : all) {
    fmt::print("{}", &joined == &all.front() ? "" : "\n");
    results::Table made = make(joined);
    if (format == kWithDigest) {
      made.comments = origin_of(joined, command_line);
    }
    print(made, format);
  }
}

/// Of several experiments those that can be compared: one of a single configuration, say, is told
/// on stderr and does not cost the others. Errors   InputError: none can be.
std::vector<Joined> comparable(std::vector<Joined> all,
                               const std::function<results::Table(const Joined&)>& make) {
  if (all.size() == 1) {
    return all;
  }
  std::vector<Joined> good;
  std::vector<std::string> refusals;
  for (Joined& joined : all) {
    try {
      static_cast<void>(make(joined));
      good.push_back(std::move(joined));
    } catch (const InputError& error) {
      refusals.push_back(fmt::format("{} is not compared: {}", joined.info.name, error.what()));
    }
  }
  if (good.empty()) {
    throw InputError(fmt::format("{}", fmt::join(refusals, "\n")));
  }
  for (const std::string& refusal : refusals) {
    log_warning(refusal);
  }
  return good;
}

}  // namespace

void print(const results::Table& table, const std::string& format) {
  std::vector<std::string_view> names;
  for (const results::TableFormat& known : results::table_formats()) {
    names.push_back(known.name);
  }
  const results::TableFormat* found = results::find_table_format(format);
  if (found == nullptr) {
    const std::string_view near = sweeps::nearest(format, names);
    throw InputError(fmt::format("--format: no format '{}'; expected one of: {}{}", format,
                                 fmt::join(names, ", "),
                                 near.empty() ? "" : fmt::format("\n  nearest: {}", near)));
  }
  fmt::print("{}", sweeps::printable(found->render(table)));
}

int table(const TableCommand& command) {
  Request request = request_of(command);
  print_all(join_parts(std::move(request.sweeps), request.from), command.format,
            command.command_line, [&](const Joined& joined) {
              results::Table table =
                  results::compare_table(joined.info, joined.records, request.options);
              if (joined.records.empty() && !joined.without_trials.empty()) {
                table.footer.push_back("No trials: " + joined.without_trials + ".");
              }
              return table;
            });
  return kExitDone;
}

int compare(const CompareCommand& command) {
  const results::FindRows find_rows = rows_from_data(command.data_folder);
  std::vector<Joined> all = with_trials(join_parts(load_all(command.from.paths), command.from));
  const auto make = [&](const Joined& joined) {
    return results::difference_table(joined.info, joined.records, command.options, find_rows);
  };
  print_all(comparable(std::move(all), make), command.format, command.command_line, make);
  return kExitDone;
}

int methods(const PartChoice& from, const std::string& format) {
  if (format != "text" && format != "latex") {
    throw InputError(fmt::format("--format: expected text or latex, got '{}'", format));
  }
  const auto markup = format == "latex" ? results::Markup::kLatex : results::Markup::kText;
  const std::vector<Joined> all = with_trials(join_parts(load_all(from.paths), from));
  for (const Joined& joined : all) {
    fmt::print("{}{}", &joined == &all.front() ? "" : "\n",
               sweeps::printable(results::methods_paragraph(joined.info, joined.records, markup)));
  }
  return kExitDone;
}

int list(const TableCommand& command) {
  Request request = request_of(command);
  // A list has no columns of keys: what a preset spreads over them tells trials apart as well.
  std::vector<std::string>& rows = request.options.rows;
  rows.insert(rows.end(), request.options.columns.begin(), request.options.columns.end());
  const bool one_part = !request.from.experiment.empty() || !request.from.reading.empty();
  std::vector<Joined> all;
  if (one_part) {
    all = join_parts(std::move(request.sweeps), request.from);
  } else {
    all.push_back(join_all(std::move(request.sweeps)));
  }
  print_all(all, command.format, command.command_line, [&](const Joined& joined) {
    return results::trial_list(joined.info, joined.records, request.options, joined.experiments);
  });
  return kExitDone;
}

}  // namespace mlpsweep::runner
