#include "runner/job.h"

#include <array>
#include <cstdlib>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

using Variables = std::map<std::string, std::string>;

/// While it lives, of all variables that a job is known by, those that are given and no others.
class Environment {
 public:
  explicit Environment(const Variables& given) {
    for (const char* name : kNames) {
      if (const char* value = std::getenv(name); value != nullptr) {
        before_[name] = value;
      }
    }
    become(given);
  }
  ~Environment() { become(before_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  static constexpr auto kNames =
      std::to_array({"SLURM_JOB_ID", "SLURM_CLUSTER_NAME", "SLURM_RESTART_COUNT", kRunVariable,
                     kPartVariable, "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"});

  static void become(const Variables& given) {
    for (const char* name : kNames) {
      ::unsetenv(name);
    }
    for (const auto& [name, value] : given) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }

  Variables before_;
};

std::string told(const Variables& given) {
  const Environment environment(given);
  const RunIdentity identity = run_identity();
  return identity.run + " " + std::to_string(identity.part);
}

TEST(RunIdentity, IsNamelessWithoutALauncherAndSlurm) {
  EXPECT_EQ(told({}), " 0");
}

TEST(RunIdentity, IsTheLaunchersWithAPartForEachStart) {
  EXPECT_EQ(told({{kRunVariable, "a"}, {kPartVariable, "2"}}), "a 2");
}

TEST(RunIdentity, OfASlurmJobOutlivesItsRequeuesAndCountsTheLaunchersStartsWithinEach) {
  const std::string job = "slurm-c-17 ";
  EXPECT_EQ(told({{"SLURM_JOB_ID", "17"}, {"SLURM_CLUSTER_NAME", "c"}}), job + "0");
  EXPECT_EQ(told({{"SLURM_JOB_ID", "17"},
                  {"SLURM_CLUSTER_NAME", "c"},
                  {"SLURM_RESTART_COUNT", "2"},
                  {kRunVariable, "another in each restart"},
                  {kPartVariable, "3"}}),
            job + "2003");
}

TEST(ExtraRank, IsAnyButTheFirstOfWhicheverLauncherSaysSo) {
  const auto extra = [](const Variables& given) {
    const Environment environment(given);
    return is_extra_rank();
  };
  EXPECT_FALSE(extra({}));
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    EXPECT_FALSE(extra({{name, "0"}})) << name;
    EXPECT_TRUE(extra({{name, "12"}})) << name;
  }
}

}  // namespace
}  // namespace mlpsweep::runner
