// The program: words of the command line in, an exit code out.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/errors.h"
#include "engine/isa.h"
#include "runner/commands.h"
#include "runner/exit_codes.h"
#include "runner/inspect.h"
#include "runner/interrupts.h"
#include "runner/mpi_link.h"
#include "runner/tables.h"
#include "runner/version.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {
namespace {

struct Arguments {
  RunOptions run;
  std::string isa;
  PlanOptions plan;
  std::string path;
  std::string trial;
  bool exit_code = false;
  TableCommand table;
  std::vector<std::string> where;
};

/// "key=value" pairs of --where.
void split_where(Arguments& arguments) {
  for (const std::string& pair : arguments.where) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      throw InputError("--where: expected KEY=VALUE, got '" + pair + "'");
    }
    arguments.table.options.where.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
}

void add_run(CLI::App& app, Arguments& a) {
  CLI::App* run =
      app.add_subcommand("run", "Start, resume or extend a sweep; alone, or under mpirun or srun");
  run->add_option("spec", a.run.target, "A spec, or the directory of a sweep to go on with")
      ->required();
  run->add_option("settings", a.run.overrides,
                  "KEY=VALUE or KEY=V1,V2 instead of what the spec says");
  run->add_option("-o,--output", a.run.folder, "The sweep's directory (default runs/NAME)");
  run->add_option("--threads", a.run.threads,
                  "Threads of each rank (default: the cores it is given)")
      ->check(CLI::Range(1, 4096));
  run->add_option("--isa", a.isa, "Hold the arithmetic to one instruction set: avx2 or avx512");
  run->add_option("--data", a.run.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
  run->add_flag("--extend", a.run.extend,
                "Go on although recorded trials are no longer in the spec");
  run->add_flag("--yes", a.run.yes, "More than a million trials are meant");
}

void add_spec_commands(CLI::App& app, Arguments& a) {
  CLI::App* check = app.add_subcommand("check", "Every fault of a spec at once");
  check->add_option("spec", a.plan.spec)->required();
  check->add_option("settings", a.plan.overrides, "KEY=VALUE or KEY=V1,V2");
  check->add_flag("--yes", a.plan.yes, "More than a million trials are meant");
  CLI::App* plan = app.add_subcommand(
      "plan", "The trials of a spec with parameters and operations; trains nothing");
  plan->add_option("spec", a.plan.spec)->required();
  plan->add_option("settings", a.plan.overrides, "KEY=VALUE or KEY=V1,V2");
  plan->add_option("--data", a.plan.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
  plan->add_flag("--yes", a.plan.yes, "More than a million trials are meant");
  app.add_subcommand("keys",
                     "Every setting: type, range, default, meaning; and what goes together");
}

void add_table_options(CLI::App& command, Arguments& a) {
  command.add_option("path", a.table.paths, "Directories of sweeps, or results.h5 files")
      ->required();
  command.add_option("--where", a.where, "KEY=VALUE: only these trials")->allow_extra_args(false);
  command.add_option("--format", a.table.format, "text, markdown, csv, latex or json");
  command.add_option("--experiment", a.table.experiment, "Only this experiment of the spec");
  command.add_option("--reading", a.table.reading,
                     "Another reading than the one that is judged, as \"NAME: MEMBER\"");
  command.add_flag("--percent", a.table.options.percent, "Accuracies as per cent");
}

void add_result_commands(CLI::App& app, Arguments& a) {
  CLI::App* table =
      app.add_subcommand("table", "Compare configurations: mean, 95 % interval and n over repeats");
  add_table_options(*table, a);
  table
      ->add_option("--rows", a.table.options.rows,
                   "Keys that make the rows (default: all swept ones)")
      ->delimiter(',')
      ->allow_extra_args(false);
  table->add_option("--columns", a.table.options.columns, "Keys that make the columns")
      ->delimiter(',')
      ->allow_extra_args(false);
  table
      ->add_option("--values", a.table.options.values,
                   "Figures, e.g. test_accuracy,validation_loss")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_table_options(*app.add_subcommand("list", "One row a trial"), a);
  CLI::App* show = app.add_subcommand("show", "All that is known of one trial");
  show->add_option("path", a.path, "A sweep's directory, or a results.h5")->required();
  show->add_option("trial", a.trial, "The first letters of its fingerprint")->required();
  CLI::App* status = app.add_subcommand("status", "How far a sweep has come, also while it runs");
  status->add_option("path", a.path, "A sweep's directory")->required();
  status->add_flag("--exit-code", a.exit_code,
                   "Exit with 0 all ended, 1 some failed, 75 some wait");
  CLI::App* verify = app.add_subcommand("verify", "The digest over all records");
  verify->add_option("path", a.path, "A sweep's directory, or a results.h5")->required();
}

/// Only `run` is for many ranks; under mpirun or srun the other commands, and all refusals, speak
/// once.
bool is_extra_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    const char* rank = std::getenv(name);
    if (rank != nullptr) {
      return std::string(rank) != "0";
    }
  }
  return false;
}

int dispatch(const std::string& name, Arguments& a) {
  if (name == "run") {
    catch_signals();
    engine::use_isa(
        a.isa);  // before MPI: a rank that refuses ends the job while nobody waits for it
    const World world;
    return run(world, a.run);
  }
  if (is_extra_rank()) {
    return kExitDone;
  }
  split_where(a);
  if (name == "check")
    return check(a.plan);
  if (name == "plan")
    return plan(a.plan);
  if (name == "keys")
    return keys();
  if (name == "table")
    return table(a.table);
  if (name == "list")
    return list(a.table);
  if (name == "show")
    return show(a.path, a.trial);
  if (name == "status")
    return status(a.path, a.exit_code);
  return verify(a.path);
}

int guarded(const std::string& name, Arguments& arguments) {
  try {
    return dispatch(name, arguments);
  } catch (const InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return kExitBadInput;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mlpsweep: %s\n", error.what());
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

/// A word that is no command, told with the nearest that is one; CLI11 only says that one is
/// required.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') {
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) {
    return std::nullopt;
  }
  std::string text = "mlpsweep: no command '" + std::string(argv[1]) + "'; expected one of:";
  for (const std::string_view name : names) {
    text.append(" ").append(name);
  }
  const std::string_view near = sweeps::nearest(argv[1], names);
  return near.empty() ? text : text.append("\n  nearest: ").append(near);
}

int main_of(int argc, char** argv) {
  CLI::App app("mlpsweep sweeps multi-layer perceptrons over a grid, on a laptop or a cluster.");
  app.set_version_flag("--version", kProgram);
  app.require_subcommand(1);
  Arguments arguments;
  add_run(app, arguments);
  add_spec_commands(app, arguments);
  add_result_commands(app, arguments);
  if (const auto wrong = unknown_command(app, argc, argv); wrong && !is_extra_rank()) {
    std::fprintf(stderr, "%s\n", wrong->c_str());
    return kExitBadInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (is_extra_rank()) {
      return kExitBadInput;
    }
    return app.exit(error) == 0 ? kExitDone : kExitBadInput;
  }
  return flushed(guarded(app.get_subcommands().front()->get_name(), arguments));
}

}  // namespace
}  // namespace mlpsweep::runner

int main(int argc, char** argv) {
  return mlpsweep::runner::main_of(argc, argv);
}
