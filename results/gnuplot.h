// gnuplot as a child process: a script goes in, the bytes of a picture come out.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mlpsweep::results {

/// A picture before it has a format: everything of a gnuplot script but the terminal.
///
/// Units    Pixels of a screen (96 an inch), in which fonts and lines have their sizes.
struct Drawing {
  int width = 0;
  int height = 0;
  std::string script;
};

struct PictureFormat {
  std::string_view name;                    ///< svg, png, pdf: the file's ending as well.
  std::string (*terminal)(const Drawing&);  ///< gnuplot's "set terminal" line.
  std::string_view begin;                   ///< What a whole file of the format begins with ...
  std::string_view end;                     ///< ... and holds near its end.
};
[[nodiscard]] std::span<const PictureFormat> picture_formats();

/// Errors   InputError: no such format, with the nearest.
[[nodiscard]] const PictureFormat& picture_format(std::string_view name);

/// Errors   InputError: there is no gnuplot in the path, and what to install.
void require_gnuplot();

/// The file's bytes: the same for the same drawing, since dates are taken out.
///
/// Nothing passes through a shell, and no name of a file through gnuplot: the script is its
/// standard input, the picture its standard output, both in memory.
/// Errors   InputError: no gnuplot. MachineError: gnuplot's own words, or half a picture.
[[nodiscard]] std::string render(const Drawing& drawing, const PictureFormat& format);

/// Renders, then writes the whole file or nothing (write_whole).
/// Errors   As render and write_whole, with the file's name.
void write_picture(const std::filesystem::path& file, const Drawing& drawing,
                   const PictureFormat& format);

/// `text` as a string of gnuplot's that stands for itself: nothing in it is a command. Line feeds
/// stay, other control letters become blanks.
[[nodiscard]] std::string gnuplot_text(std::string_view text);

/// The same for a label on an axis, where gnuplot takes % for a number's format.
[[nodiscard]] std::string gnuplot_tic(std::string_view text);

}  // namespace mlpsweep::results
