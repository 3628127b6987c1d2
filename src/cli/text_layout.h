// Plain text for people: wrapping, pairs and tables that fit a width. All texts are UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chemoterm::cli {

// Columns that `text` takes on a terminal: none for combining marks, two for East Asian wide
// characters and emoji.
std::size_t DisplayWidth(std::string_view text);

// Lines of at most `width` columns, broken at blanks (and inside a word that alone is longer). Line
// feeds stay.
std::vector<std::string> Wrap(std::string_view text, std::size_t width);

using Pair = std::pair<std::string, std::string>;

// "name   value" lines with aligned values; long values go on under themselves. Every line starts
// with `indent` blanks.
std::string LayoutPairs(const std::vector<Pair>& pairs, std::size_t indent, std::size_t width);

struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;  // each as long as `head`
};

// The table with its widest columns wrapped until it fits; a column without any text is left out.
// Empty when it cannot fit with readable columns: then show the rows as pairs.
std::string LayoutTable(const Table& table, std::size_t width);

}  // namespace chemoterm::cli
