#include "results/pictures.h"

#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/picture_parts.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

/// The SVG, or nothing where gnuplot isn't installed.
std::string svg_of(const Drawing& drawing) {
  try {
    return render(drawing, picture_format("svg"));
  } catch (const InputError&) {
    return "";
  }
}
#define NEED_SVG(svg)                               \
  if ((svg).empty()) {                              \
    GTEST_SKIP() << "gnuplot-nox is not installed"; \
  }

/// Repeats of one configuration, in memory as long as the group.
struct Trials {
  explicit Trials(std::vector<Record> all) : records(std::move(all)) {
    for (const Record& record : records) {
      const bool complete = record.result.state == engine::State::kComplete;
      (complete ? group.complete : group.unfinished).push_back(&record);
    }
  }
  std::vector<Record> records;
  Group group;
};

Record with_losses(int repeat, const std::vector<double>& losses, int fold = 0) {
  Record record = make_record({.repeat = repeat});
  record.fold = fold;
  record.result.epochs.clear();
  for (const double loss : losses) {
    record.result.epochs.push_back({.train_loss = loss - 0.125,
                                    .train_accuracy = 1 - loss / 2,
                                    .validation_loss = loss,
                                    .validation_accuracy = 1 - loss});
  }
  return record;
}

std::vector<double> means(const std::vector<Interval>& line) {
  std::vector<double> all;
  for (const Interval& epoch : line) {
    all.push_back(epoch.mean);
  }
  return all;
}

// ---- curves

TEST(MeanCurve, IsTheMeanWithStudentsIntervalOverRepeats) {
  const Trials trials({with_losses(0, {0.5, 0.25}), with_losses(1, {0.75, 0.5})});
  const auto line = mean_curve(trials.group, "validation_loss");
  EXPECT_THAT(means(line), ElementsAre(0.625, 0.375));
  // t(.975, 1) = 12.706..., s = 0.1767..., sqrt(2): half = 12.706 * 0.125
  EXPECT_NEAR(line[0].high - line[0].mean, 12.706204736 * 0.125, 1e-8);
  EXPECT_EQ(line[0].n, 2U);
}

TEST(MeanCurve, OfOneRepeatHasNoBand) {
  const Trials trials({with_losses(0, {0.5, 0.25})});
  for (const Interval& epoch : mean_curve(trials.group, "train_loss")) {
    EXPECT_EQ(epoch.kind, IntervalKind::kNone);
    EXPECT_EQ(epoch.low, epoch.high);
  }
}

TEST(MeanCurve, AveragesTheFoldsOfARepeatFirst) {
  const Trials trials({with_losses(0, {0.5}, 0), with_losses(0, {0.25}, 1), with_losses(1, {1}, 0),
                       with_losses(1, {0.5}, 1)});
  const auto line = mean_curve(trials.group, "validation_loss");
  EXPECT_THAT(means(line), ElementsAre((0.375 + 0.75) / 2));
  EXPECT_EQ(line[0].n, 2U);
}

TEST(MeanCurve, TellsHowManyRepeatsStillRun) {
  const Trials trials({with_losses(0, {0.5, 0.25, 0.125}), with_losses(1, {0.75})});
  const auto line = mean_curve(trials.group, "validation_loss");
  EXPECT_THAT(means(line), ElementsAre(0.625, 0.25, 0.125));
  EXPECT_EQ(line[0].n, 2U);
  EXPECT_EQ(line[1].n, 1U);
}

TEST(MeanCurve, IsEmptyWithoutAValidationPart) {
  Record record = with_losses(0, {0.5});
  record.result.epochs[0].validation_loss = engine::kNaN;
  const Trials trials({record});
  EXPECT_THAT(mean_curve(trials.group, "validation_loss"), IsEmpty());
  EXPECT_THAT(mean_curve(trials.group, "no_such_curve"), IsEmpty());
}

TEST(CurvePanels, OneConfigurationHasTrainingDashedAndValidationSolid) {
  const Trials trials({with_losses(0, {0.5, 0.25})});
  const std::vector<LabelledGroup> groups = {{"", &trials.group}};
  const std::vector<std::string> plots = {"loss", "accuracy", "confusion"};
  const auto panels = curve_panels(groups, plots);
  ASSERT_EQ(panels.size(), 2U);
  EXPECT_FALSE(panels[0].share);
  EXPECT_TRUE(panels[1].share);
  ASSERT_EQ(panels[0].lines.size(), 2U);
  EXPECT_EQ(panels[0].lines[0].label, "training");
  EXPECT_EQ(panels[0].lines[0].form, LineForm::kDashed);
  EXPECT_EQ(panels[0].lines[1].label, "validation");
  EXPECT_NE(panels[0].lines[0].colour, panels[0].lines[1].colour);
}

TEST(CurvePanels, SeveralGroupsHaveAColourEach) {
  const Trials a({with_losses(0, {0.5, 0.25})});
  const Trials b({with_losses(0, {0.75, 0.5})});
  const std::vector<LabelledGroup> groups = {{"0.01", &a.group}, {"0.05", &b.group}};
  const std::vector<std::string> both = {"loss"};
  const auto panels = curve_panels(groups, both);
  ASSERT_EQ(panels[0].lines.size(), 4U);
  EXPECT_EQ(panels[0].lines[2].label, "0.05, training");
  EXPECT_EQ(panels[0].lines[2].colour, panels[0].lines[3].colour);
  const std::vector<std::string> one = {"validation_loss"};
  EXPECT_EQ(curve_panels(groups, one)[0].lines[1].label, "0.05");
}

TEST(NoteOnCurves, SaysWhatBandsAndDotsAre) {
  const Trials one({with_losses(0, {0.5})});
  const Trials apart({with_losses(0, {0.5}), with_losses(1, {0.5, 0.25})});
  const std::vector<LabelledGroup> single = {{"", &one.group}};
  const std::vector<LabelledGroup> two = {{"", &apart.group}};
  EXPECT_EQ(note_on_curves(single), "one repeat, so no band");
  EXPECT_THAT(note_on_curves(two), AllOf(HasSubstr("95 % band (Student's t) over 2 repeats"),
                                         HasSubstr("dotted: repeats that are still running")));
}

CurvePicture sample_picture(const Trials& trials) {
  const std::vector<LabelledGroup> groups = {{"", &trials.group}};
  const std::vector<std::string> plots = {"loss", "accuracy"};
  return {
      {"kmnist: loss, hidden = 64", "Sweep kmnist, 3 repeats."}, 1, curve_panels(groups, plots)};
}

TEST(DrawCurves, TheSvgHasEveryLineBandAndLabel) {
  const Trials trials({with_losses(0, {0.5, 0.25, 0.2}), with_losses(1, {0.55, 0.3, 0.2}),
                       with_losses(2, {0.6, 0.35, 0.3})});
  const std::string svg = svg_of(draw_curves(sample_picture(trials)));
  NEED_SVG(svg);
  EXPECT_THAT(svg, AllOf(HasSubstr("kmnist: loss, hidden = 64"), HasSubstr("loss (mean per image)"),
                         HasSubstr("accuracy (%)"), HasSubstr("Sweep kmnist, 3 repeats.")));
  EXPECT_EQ(count(svg, ">epoch<"), 2U);
  EXPECT_EQ(count(svg, ">training<"), 2U);
  EXPECT_EQ(count(svg, ">validation<"), 2U);
  EXPECT_EQ(count(svg, "<polygon"), 4U) << "a band for each of four lines";
  EXPECT_THAT(svg, Not(testing::ContainsRegex("[^a-z](nan|NaN|inf)[^a-z]")));
}

/// Pixels from the picture's top to that text.
double height_of(const std::string& svg, const std::string& text) {
  const std::size_t at = svg.find(">" + text + "<");
  EXPECT_NE(at, std::string::npos) << text;
  return std::stod(svg.substr(svg.find(',', svg.rfind("translate(", at)) + 1));
}

TEST(DrawCurves, TheAxisNameLiesClearOfNumbersAndSource) {
  const Trials trials({with_losses(0, {0.5, 0.25})});
  const std::string svg = svg_of(draw_curves(sample_picture(trials)));
  NEED_SVG(svg);
  constexpr double kLetters = 13;  // pixels
  EXPECT_GT(height_of(svg, "epoch") - height_of(svg, " 1"), kLetters);
  EXPECT_GT(height_of(svg, "Sweep kmnist, 3 repeats.") - height_of(svg, "epoch"), kLetters);
}

TEST(DrawCurves, OneRepeatHasNoBand) {
  const Trials trials({with_losses(0, {0.5, 0.25, 0.2})});
  const Drawing drawing = draw_curves(sample_picture(trials));
  EXPECT_THAT(drawing.script, Not(HasSubstr("filledcurves")));
}

TEST(DrawCurves, OneEpochIsSeen) {
  const Trials trials({with_losses(0, {0.5}), with_losses(1, {0.75})});
  const Drawing drawing = draw_curves(sample_picture(trials));
  EXPECT_THAT(drawing.script, AllOf(HasSubstr("with linespoints"), HasSubstr("with yerrorbars")));
  const std::string svg = svg_of(drawing);
  NEED_SVG(svg);
}

TEST(DrawCurves, ALossThatIsNotFiniteLeavesAGap) {
  const Trials trials({with_losses(0, {0.5, std::numeric_limits<double>::infinity(), 0.25})});
  const std::string svg = svg_of(draw_curves(sample_picture(trials)));
  NEED_SVG(svg);
  EXPECT_THAT(svg, Not(HasSubstr("inf ")));
}

TEST(DrawCurves, AFlatLineHasAnAxis) {
  const Trials trials({with_losses(0, {0, 0}), with_losses(1, {0, 0})});
  NEED_SVG(svg_of(draw_curves(sample_picture(trials))));
}

TEST(DrawCurves, ManyEpochsAreThinnedOut) {
  const Trials trials({with_losses(0, std::vector<double>(20'000, 0.5))});
  EXPECT_LT(draw_curves(sample_picture(trials)).script.size(), 250'000U);
}

TEST(DrawCurves, NothingToDrawIsABug) {
  EXPECT_THROW((void)draw_curves({}), std::logic_error);
}

// ---- confusion matrix

TEST(DrawConfusion, TheSvgHasEveryCountAndName) {
  const ConfusionPicture picture = {{"title", "source"}, {"T-shirt", "50 %"}, {97, 4, 0, 99}};
  const std::string svg = svg_of(draw_confusion(picture));
  NEED_SVG(svg);
  EXPECT_THAT(svg, AllOf(HasSubstr(">97<"), HasSubstr(">4<"), HasSubstr(">99<"),
                         HasSubstr("predicted class"), HasSubstr("true class"),
                         HasSubstr("share of the true class (%)")));
  EXPECT_EQ(count(svg, "T-shirt"), 2U);
  EXPECT_EQ(count(svg, "50 %<"), 2U);
  EXPECT_EQ(count(svg, ">0<"), 0U) << "squares without an image stay empty";
}

TEST(DrawConfusion, MeansHaveADecimal) {
  const ConfusionPicture picture = {{"", ""}, {"0", "1"}, {96.5, 4, 0.5, 99}};
  EXPECT_THAT(draw_confusion(picture).script, AllOf(HasSubstr(" 96.5 "), HasSubstr(" 4.0 ")));
}

TEST(DrawConfusion, AClassWithoutImagesDividesByNothing) {
  const ConfusionPicture picture = {{"", ""}, {"0", "1"}, {0, 0, 1, 2}};
  EXPECT_THAT(draw_confusion(picture).script, Not(HasSubstr("nan")));
}

TEST(DrawConfusion, ManyClassesHaveColoursOnly) {
  const std::size_t classes = kMostCountedClasses + 1;
  ConfusionPicture picture;
  for (std::size_t k = 0; k < classes; ++k) {
    picture.names.push_back(std::to_string(k));
  }
  picture.counts.assign(classes * classes, 1);
  const Drawing drawing = draw_confusion(picture);
  EXPECT_THAT(drawing.script, Not(HasSubstr("with labels")));
  NEED_SVG(svg_of(drawing));
}

TEST(DrawConfusion, OtherShapesAreABug) {
  EXPECT_THROW((void)draw_confusion({{}, {"0", "1"}, {1, 2, 3}}), std::logic_error);
}

// ---- examples

ExamplesPicture two_examples() {
  ExamplesPicture picture{.caption = {"title", "source"}, .height = 2, .width = 3, .rows = {}};
  picture.rows.push_back(
      {"predicted 5",
       {{{0, 50, 100, 150, 200, 250}, "5", "5", true}, {{9, 8, 7, 6, 5, 4}, "0", "5", false}}});
  return picture;
}

TEST(DrawExamples, TheSvgHasImagesAndClasses) {
  const std::string svg = svg_of(draw_examples(two_examples()));
  NEED_SVG(svg);
  EXPECT_EQ(count(svg, "<image "), 2U);
  EXPECT_EQ(count(svg, "image-rendering:pixelated"), 2U);
  EXPECT_THAT(svg, AllOf(HasSubstr("predicted 5"), HasSubstr("true 5"), HasSubstr("true 0")));
}

TEST(DrawExamples, MistakesAreFramedInAnotherColour) {
  const std::string script = draw_examples(two_examples()).script;
  EXPECT_EQ(count(script, "linewidth 2.4"), 1U);
  EXPECT_THAT(script, HasSubstr(std::string(kColours[1])));
}

TEST(DrawExamples, PixelsStandRowByRow) {
  EXPECT_THAT(draw_examples(two_examples()).script,
              HasSubstr("$image0 << EOD\n0 50 100\n150 200 250\nEOD\n"));
}

TEST(DrawExamples, OtherSizesAndNoImagesAreBugs) {
  ExamplesPicture picture = two_examples();
  picture.rows[0].examples[0].pixels.pop_back();
  EXPECT_THROW((void)draw_examples(picture), std::logic_error);
  EXPECT_THROW((void)draw_examples({}), std::logic_error);
}

TEST(FirstGiven, KeepsTheOrderOfTheSet) {
  const std::vector<std::uint8_t> predictions = {1, 0, 1, 1, 0};
  EXPECT_THAT(first_given(predictions, 1, 2), ElementsAre(0, 2));
  EXPECT_THAT(first_given(predictions, 7, 2), IsEmpty());
}

TEST(FirstMistakes, AreWhereLabelAndPredictionDiffer) {
  const std::vector<std::uint8_t> predictions = {1, 0, 1, 1, 0};
  const std::vector<std::uint8_t> labels = {1, 1, 0, 1, 1};
  EXPECT_THAT(first_mistakes(predictions, labels, 2), ElementsAre(1, 2));
}

}  // namespace
}  // namespace mlpsweep::results
