#include "runner/dispatch.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "engine/isa.h"
#include "runner/exit_codes.h"
#include "runner/explain_command.h"
#include "runner/interrupts.h"
#include "runner/job.h"
#include "runner/launcher.h"
#include "runner/world.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// "key=value" texts of an option.
Pairs split_pairs(const std::vector<std::string>& texts, const std::string& option) {
  Pairs pairs;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      throw InputError(option + ": expected KEY=VALUE, got '" + text + "'");
    }
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

/// A name, or settings.
ExplainOptions explain_options(const Arguments& a) {
  const bool is_name = a.trials.size() == 1 && a.trials[0].find('=') == std::string::npos;
  return is_name ? ExplainOptions{a.path, a.trials[0], {}}
                 : ExplainOptions{a.path, "", split_pairs(a.trials, "explain")};
}

/// What `compare` shares with `table` on the command line, and its own words.
CompareCommand compare_command(const Arguments& a) {
  if (a.new_images && a.new_splits) {
    throw InputError("--new-images and --new-splits: expected one of them");
  }
  CompareCommand command = a.compare;
  command.from = a.table.from;
  command.format = a.table.format;
  command.command_line = a.table.command_line;
  command.options.rows = a.table.options.rows;
  command.options.where = a.table.options.where;
  command.options.percent = a.table.percent.value_or(false);
  command.options.to = split_pairs(a.to, "--to");
  command.options.scope = a.new_images   ? results::Scope::kNewImages
                          : a.new_splits ? results::Scope::kNewSplits
                                         : results::Scope::kSeeds;
  return command;
}

ReportOptions report_options(const Arguments& a) {
  ReportOptions options = a.report;
  options.from = a.table.from;
  options.where = a.table.options.where;
  if (a.table.format != TableCommand().format) {
    options.format = a.table.format;
  }
  return options;
}

/// The script's `mlpsweep run` gets what was said here of training.
SlurmOptions slurm_options(const Arguments& a) {
  SlurmOptions options = a.slurm;
  options.yes = a.run.yes;
  const auto add = [&](const char* option, const std::string& value) {
    options.words.insert(options.words.end(), {option, value});
  };
  if (a.run.threads > 0) {
    add("--threads", std::to_string(a.run.threads));
  }
  if (!a.isa.empty()) {
    add("--isa", a.isa);
  }
  if (!a.run.data_folder.empty()) {
    add("--data", std::filesystem::absolute(a.run.data_folder).string());
  }
  if (a.run.checkpoint_seconds != RunOptions().checkpoint_seconds) {
    add("--checkpoint", fmt::format("{}", a.run.checkpoint_seconds));
  }
  if (a.run.extend) {
    options.words.emplace_back("--extend");
  }
  if (a.run.yes) {
    options.words.emplace_back("--yes");
  }
  return options;
}

int data(const Arguments& a) {
  if (a.data_action == "list") {
    return data_list(a.data);
  }
  if (a.data_action == "check") {
    return data_check(a.data);
  }
  catch_signals();
  return data_fetch(a.data);
}

/// What only a path from the command line can be.
bool is_fault_of_name(const std::error_code& code) {
  return code == std::errc::filename_too_long || code == std::errc::too_many_symbolic_link_levels ||
         code == std::errc::not_a_directory || code == std::errc::permission_denied;
}

/// What `command` comes to; its errors are told and become exit codes.
int guarded(const std::function<int()>& command) {
  try {
    return command();
  } catch (const InputError& error) {
    tell(error.what());
    return kExitBadInput;
  } catch (const std::filesystem::filesystem_error& error) {
    tell(error.path1().string() + ": " + error.code().message());
    return is_fault_of_name(error.code()) ? kExitBadInput : kExitMachine;
  } catch (const MachineError& error) {
    tell(std::string("mlpsweep: ") + error.what());
    return kExitMachine;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mlpsweep: %s\n", words_of(error));
    return kExitMachine;
  }
}

/// What was printed may still be on its way: a table that a full disk has swallowed is no success.
int flushed(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
    return code;
  }
  std::fprintf(stderr, "mlpsweep: the output can't be written: %s\n", std::strerror(errno));
  return code == kExitDone ? kExitMachine : code;
}

int launch_ranks(const Arguments& a) {
  if (started_by_a_launcher()) {
    throw InputError("--ranks: this process is one of several already (mpirun or srun started it)");
  }
  return launch(a.run.ranks, without_ranks(a.words));
}

/// Tells the launcher, if there is one.
int told(int code) {
  if (!is_extra_rank()) {
    tell_launcher_outcome(code);
  }
  return code;
}

/// The commands that train, on every rank.
int train(const std::string& name, Arguments& a) {
  if (a.run.ranks > 0) {
    return launch_ranks(a);
  }
  catch_signals();
  std::optional<SignOfLife> sign;
  if (!is_extra_rank()) {
    sign.emplace();
  }
  // Before MPI: a rank that refuses ends the job while nobody waits for it.
  const int fault = guarded([&] {
    engine::use_isa(a.isa);
    return kExitDone;
  });
  if (fault != kExitDone) {
    return told(fault);
  }
  World world;
  // Errors become exit codes here, while the job can still be told of them.
  return world.end(told(flushed(guarded([&] {
    if (name == "run") {
      return run(world, a.run);
    }
    a.reproduce.run = a.run;
    return reproduce(world, a.reproduce);
  }))));
}

int run_command(const std::string& name, Arguments& a) {
  if (name == "run" || name == "reproduce") {
    return train(name, a);
  }
  if (is_extra_rank()) {
    return kExitDone;
  }
  a.table.options.where = split_pairs(a.where, "--where");
  if (name == "check")
    return check(a.plan);
  if (name == "plan") {
    engine::use_isa(a.isa);
    return plan(a.plan);
  }
  if (name == "data")
    return data(a);
  if (name == "keys")
    return keys();
  if (name == "table")
    return table(a.table);
  if (name == "compare")
    return compare(compare_command(a));
  if (name == "list")
    return list(a.table);
  if (name == "gradcheck")
    return gradcheck(a.gradcheck);
  if (name == "report")
    return a.methods ? methods(a.table.from, a.table.format) : report(report_options(a));
  if (name == "show")
    return show(a.path, a.trial);
  if (name == "merge")
    return merge(a.merge);
  if (name == "slurm")
    return slurm(slurm_options(a));
  if (name == "status")
    return status(a.status);
  if (name == "explain")
    return explain(explain_options(a));
  return verify(a.path);
}

}  // namespace

void tell(const std::string& text) {
  std::fprintf(stderr, "%s\n", sweeps::printable(text).c_str());
}

int dispatch(const std::string& command, Arguments& arguments) {
  return flushed(guarded([&] { return run_command(command, arguments); }));
}

}  // namespace mlpsweep::runner
