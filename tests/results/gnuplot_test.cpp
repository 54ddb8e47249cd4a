#include "results/gnuplot.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/file_io.h"

#include "sample_record.h"
#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

bool has_gnuplot() {
  try {
    require_gnuplot();
    return true;
  } catch (const InputError&) {
    return false;
  }
}
#define NEED_GNUPLOT()                              \
  if (!has_gnuplot()) {                             \
    GTEST_SKIP() << "gnuplot-nox is not installed"; \
  }

Drawing line() {
  return {300, 200, "set title 'a line'\nplot [0:1] x title 'x'\n"};
}

/// A path without programs while it lives.
class NoPrograms {
 public:
  NoPrograms() { ::setenv("PATH", folder_.path().c_str(), 1); }
  ~NoPrograms() { ::setenv("PATH", before_.c_str(), 1); }
  NoPrograms(const NoPrograms&) = delete;
  NoPrograms& operator=(const NoPrograms&) = delete;

 private:
  ScratchFolder folder_;
  std::string before_ = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
};

TEST(Gnuplot, EveryFormatIsDrawnToTheSameBytesTwice) {
  NEED_GNUPLOT();
  for (const PictureFormat& format : picture_formats()) {
    const std::string bytes = render(line(), format);
    EXPECT_THAT(bytes, StartsWith(std::string(format.begin))) << format.name;
    EXPECT_EQ(bytes, render(line(), format)) << format.name;
  }
}

TEST(Gnuplot, NoFormatHasTodaysDate) {
  NEED_GNUPLOT();
  const std::string pdf = render(line(), picture_format("pdf"));
  EXPECT_THAT(pdf, HasSubstr("/CreationDate (D:19700101000000"));
}

TEST(Gnuplot, TextsStandForThemselves) {
  NEED_GNUPLOT();
  const ScratchFolder folder;
  const std::string hole = (folder / "hole").string();
  // Also with a quote at its beginning, which gnuplot's own doubling of quotes does not survive.
  const std::string evil = "'; system(\"touch " + hole + "\") # it's `touch " + hole +
                           "` $(touch " + hole + ") \" \\ 5% a_b^2 {/X y}" +
                           "\x01 @hole\n'; system(\"touch " + hole + "\"); set title 'x";
  const Drawing drawing = {900, 300,
                           "set title " + gnuplot_text(evil) + "\nset xtics (" + gnuplot_tic(evil) +
                               " 0.5)\nplot [0:1] x title " + gnuplot_text(evil) + "\n"};
  const std::string svg = render(drawing, picture_format("svg"));
  EXPECT_FALSE(std::filesystem::exists(hole));
  EXPECT_THAT(svg, HasSubstr("it's `touch "));
  EXPECT_THAT(svg, HasSubstr("\\ 5% a_b^2 {/X y}"));
  EXPECT_THAT(svg, HasSubstr("set title 'x"));
}

TEST(Gnuplot, ItsOwnWordsAreToldWithTheFileAndNothingIsWritten) {
  NEED_GNUPLOT();
  const ScratchFolder folder;
  const Drawing wrong = {300, 200, "plot nonsense(x)\n"};
  EXPECT_THAT(message_of<MachineError>(
                  [&] { write_picture(folder / "a.svg", wrong, picture_format("svg")); }),
              AllOf(HasSubstr("a.svg: gnuplot drew no whole picture"), HasSubstr("nonsense")));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Gnuplot, ADrawingWithoutAPlotIsNoPicture) {
  NEED_GNUPLOT();
  EXPECT_THROW((void)render({300, 200, "set title 'nothing'\n"}, picture_format("png")),
               MachineError);
}

TEST(Gnuplot, WhereThereIsNoneItSaysWhatToInstall) {
  const NoPrograms none;
  EXPECT_THAT(message_of<InputError>([] { require_gnuplot(); }),
              AllOf(HasSubstr("gnuplot"), HasSubstr("apt-get install gnuplot-nox")));
  EXPECT_THROW((void)render(line(), picture_format("svg")), InputError);
}

TEST(Gnuplot, SettingsOfTheUsersOwnAreNotRead) {
  NEED_GNUPLOT();
  const ScratchFolder home;
  write_whole(home / ".gnuplot", "set title 'from home'\n");
  const std::string before = std::getenv("HOME") == nullptr ? "/" : std::getenv("HOME");
  ::setenv("HOME", home.path().c_str(), 1);
  const std::string svg = render({300, 200, "plot [0:1] x\n"}, picture_format("svg"));
  ::setenv("HOME", before.c_str(), 1);
  EXPECT_THAT(svg, Not(HasSubstr("from home")));
}

TEST(Gnuplot, APictureThatCanNotBeWrittenLeavesTheOldOne) {
  NEED_GNUPLOT();
  const ScratchFolder folder;
  write_whole(folder / "a.svg", "old");
  // A folder stands where the temporary file would.
  std::filesystem::create_directory(folder / "a.svg.tmp");
  EXPECT_THAT(message_of<MachineError>(
                  [&] { write_picture(folder / "a.svg", line(), picture_format("svg")); }),
              HasSubstr("a.svg.tmp"));
  EXPECT_EQ(read_whole(folder / "a.svg"), "old");
}

TEST(Gnuplot, AFullDiskIsToldAndNothingHalfStays) {
  NEED_GNUPLOT();
  if (::access("/dev/full", W_OK) != 0) {
    GTEST_SKIP() << "there is no /dev/full here";
  }
  const ScratchFolder folder;
  // A device that is always full, in the place of the temporary file: opened, never replaced.
  if (::mknod((folder / "a.svg.tmp").c_str(), S_IFCHR | 0666, 0x0107) != 0) {
    GTEST_SKIP() << "no right to make a device";
  }
  const std::string message = message_of<MachineError>(
      [&] { write_picture(folder / "a.svg", line(), picture_format("svg")); });
  if (message.find("denied") != std::string::npos) {
    GTEST_SKIP() << "devices are not allowed in this folder";
  }
  EXPECT_THAT(message, AllOf(HasSubstr("a.svg.tmp"), HasSubstr("No space left")));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Gnuplot, AnUnknownFormatIsRefusedWithTheNearest) {
  EXPECT_THAT(message_of<InputError>([] { (void)picture_format("pgn"); }),
              AllOf(HasSubstr("svg, png, pdf"), HasSubstr("nearest: png")));
}

TEST(GnuplotText, WritesWhatCouldEndAStringAsNumbers) {
  EXPECT_EQ(gnuplot_text("learning_rate = 0.05"), "\"learning_rate = 0.05\"");
  EXPECT_EQ(gnuplot_text("'\"`@\\$"), "\"\\047\\042\\140\\100\\134\\044\"");
  EXPECT_EQ(gnuplot_text("a'57"), "\"a\\047\\065\\067\"") << "digits behind a number";
  EXPECT_EQ(gnuplot_text("a\nb\tc ±"), "\"a\\012b c ±\"");
  EXPECT_EQ(gnuplot_tic("5%"), "\"5%%\"");
}

extern "C" void pass_over(int /*signal*/) {}

/// Draws while its whole process group gets INT, as a terminal sends it; whether it came through.
bool draws_under_interrupts() {
  const pid_t drawer = ::fork();
  if (drawer == 0) {
    ::setpgid(0, 0);
    std::signal(SIGINT, pass_over);
    if (::fork() == 0) {
      for (int i = 0; i < 100; ++i) {
        ::kill(0, SIGINT);
        ::usleep(2000);
      }
      ::_exit(0);
    }
    try {
      for (int i = 0; i < 3; ++i) {
        (void)render(line(), picture_format("svg"));
      }
      ::_exit(0);
    } catch (const std::exception&) {
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(drawer, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Gnuplot, DrawsOnWhenTheTerminalInterruptsTheProgram) {
  NEED_GNUPLOT();
  EXPECT_TRUE(draws_under_interrupts());
}

}  // namespace
}  // namespace mlpsweep::results
