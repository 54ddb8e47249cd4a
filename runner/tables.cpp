#include "runner/tables.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/part_results.h"
#include "runner/progress.h"
#include "runner/scored_rows.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {
namespace {

/// Sweeps of a command line, or the same experiment of all of them, as one.
struct Joined {
  std::string experiment;
  std::string reading;
  std::string without_trials;  ///< As in PartResults.
  results::SweepInfo info;
  std::vector<results::Record> records;
  std::set<sweeps::Fingerprint> seen;
  std::set<std::string> checksums;
  std::size_t sweeps = 0;
};

void require_one_metric(const results::SweepInfo& one, const results::SweepInfo& other) {
  if (one.metric != other.metric || one.minimize != other.minimize) {
    throw InputError(fmt::format(
        "sweeps of one metric were expected; {} is compared by the {} {}, {} by the {} {}",
        one.name, one.minimize ? "lowest" : "highest", one.metric, other.name,
        other.minimize ? "lowest" : "highest", other.metric));
  }
}

/// The swept keys of all, and data.set where it differs: other data is another row, never another
/// repeat.
void add_keys(std::vector<std::string>& keys, const std::vector<std::string>& more) {
  for (const std::string& key : more) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      keys.push_back(key);
    }
  }
}

void add(Joined& joined, const results::SweepInfo& info, const results::StoredResults& stored,
         const std::vector<std::size_t>& records) {
  if (joined.sweeps++ == 0) {
    joined.info = info;
  } else {
    require_one_metric(joined.info, info);
    joined.info.name += " + " + info.name;
    joined.info.planned += info.planned;
    add_keys(joined.info.swept, info.swept);
  }
  for (const std::size_t at : records) {
    const results::Record& record = stored.records[at];
    if (joined.seen.insert(record.fingerprint).second) {
      joined.checksums.insert(record.data_checksum);
      joined.records.push_back(record);
    } else {
      --joined.info.planned;  // a trial that two of the sweeps share counts once
    }
  }
  if (joined.sweeps > 1 && joined.checksums.size() > 1) {
    add_keys(joined.info.swept, {"data.set"});
  }
}

void require_known(std::string_view option, const std::string& wanted,
                   const std::vector<std::string>& known) {
  if (wanted.empty() || std::find(known.begin(), known.end(), wanted) != known.end()) {
    return;
  }
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view near = sweeps::nearest(wanted, names);
  const std::string all = known.empty()
                              ? "the spec has none"
                              : fmt::format("expected one of: {}", fmt::join(known, ", "));
  throw InputError(fmt::format("--{}: no {} '{}'; {}{}", option, option, wanted, all,
                               near.empty() ? "" : fmt::format("\n  nearest: {}", near)));
}

/// One for each experiment that the command asks for, in the order in which they are met.
std::vector<Joined> join_parts(const PartChoice& command) {
  std::vector<Joined> all;
  std::vector<std::string> experiments;
  std::vector<std::string> readings;
  for (const std::string& path : command.paths) {
    const results::StoredResults stored = load_results(path);
    for (const PartResults& part : part_results(stored)) {
      if (!part.experiment.empty()) {
        add_keys(experiments, {part.experiment});
      }
      if (!part.reading.empty()) {
        add_keys(readings, {part.reading});
      }
      const bool wanted = (command.experiment.empty() || part.experiment == command.experiment) &&
                          part.reading == command.reading;
      if (!wanted) {
        continue;
      }
      auto joined = std::find_if(all.begin(), all.end(), [&](const Joined& one) {
        return one.experiment == part.experiment && one.reading == part.reading;
      });
      if (joined == all.end()) {
        joined = all.insert(
            all.end(),
            Joined{part.experiment, part.reading, part.without_trials, {}, {}, {}, {}, 0});
      }
      add(*joined, part.info, stored, part.records);
    }
  }
  require_known("experiment", command.experiment, experiments);
  require_known("reading", command.reading, readings);
  if (all.empty()) {
    throw InputError(fmt::format("experiment '{}' has no reading '{}' of its own",
                                 command.experiment, command.reading));
  }
  return all;
}

/// Those of which something can be said; the others are told with the reason.
/// Errors   InputError: none is left.
std::vector<Joined> with_trials(std::vector<Joined> all) {
  std::string reason;
  std::erase_if(all, [&reason](const Joined& joined) {
    if (!joined.records.empty() || joined.without_trials.empty()) {
      return false;
    }
    reason = fmt::format("{}: {}", joined.info.name, joined.without_trials);
    log_warning("left out: " + reason);
    return true;
  });
  if (all.empty()) {
    throw InputError(reason);
  }
  return all;
}

/// Everything that was recorded, also what is not in the plan any more.
Joined join_all(const std::vector<std::string>& paths) {
  Joined joined;
  for (const std::string& path : paths) {
    const results::StoredResults stored = load_results(path);
    std::vector<std::size_t> all(stored.records.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    add(joined, stored.info, stored, all);
  }
  return joined;
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
    made.comments = origin_of(joined, command_line);
    print(made, format);
  }
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
  fmt::print("{}", found->render(table));
}

int table(const TableCommand& command) {
  print_all(
      join_parts(command.from), command.format, command.command_line, [&](const Joined& joined) {
        results::Table table = results::compare_table(joined.info, joined.records, command.options);
        if (joined.records.empty() && !joined.without_trials.empty()) {
          table.footer.push_back("No trials: " + joined.without_trials + ".");
        }
        return table;
      });
  return kExitDone;
}

int compare(const CompareCommand& command) {
  const results::FindRows find_rows = rows_from_data(command.data_folder);
  print_all(with_trials(join_parts(command.from)), command.format, command.command_line,
            [&](const Joined& joined) {
              return results::difference_table(joined.info, joined.records, command.options,
                                               find_rows);
            });
  return kExitDone;
}

int methods(const PartChoice& from, const std::string& format) {
  if (format != "text" && format != "latex") {
    throw InputError(fmt::format("--format: expected text or latex, got '{}'", format));
  }
  const auto markup = format == "latex" ? results::Markup::kLatex : results::Markup::kText;
  const std::vector<Joined> all = with_trials(join_parts(from));
  for (const Joined& joined : all) {
    fmt::print("{}{}", &joined == &all.front() ? "" : "\n",
               results::methods_paragraph(joined.info, joined.records, markup));
  }
  return kExitDone;
}

int list(const TableCommand& command) {
  const bool one_part = !command.from.experiment.empty() || !command.from.reading.empty();
  const std::vector<Joined> all =
      one_part ? join_parts(command.from) : std::vector<Joined>{join_all(command.from.paths)};
  for (const Joined& joined : all) {
    fmt::print("{}", &joined == &all.front() ? "" : "\n");
    print(results::trial_list(joined.info, joined.records, command.options), command.format);
  }
  return kExitDone;
}

}  // namespace mlpsweep::runner
