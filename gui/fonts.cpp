// SPDX-License-Identifier: MIT
// Finding font files and saying which characters to take from them.
#include "gui/fonts.hpp"

#include <array>
#include <cmath>
#include <filesystem>

namespace mqlab::gui {

namespace {

constexpr const char* kFolder = "/usr/share/fonts/truetype/dejavu/";

struct ChineseFont {
  const char* path;
  int number;    // within the file
  float larger;  // so that it looks as large as the Latin letters
};
constexpr std::array<ChineseFont, 3> kChineseFonts{{
    {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0, 1.0F},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2, 1.15F},
    {"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0, 1.0F},
}};

// What a scenario may say without being asked: Greek, dashes, arrows, signs.
constexpr std::array<ImWchar, 13> kUsual{0x20,   0xff,   0x370,  0x3ff,  0x2010, 0x205e, 0x2190,
                                         0x21ff, 0x2200, 0x22ff, 0x2500, 0x25ff, 0};

const ChineseFont* find_chinese() {
  for (const ChineseFont& font : kChineseFonts) {
    std::error_code ignored;
    if (std::filesystem::exists(font.path, ignored)) return &font;
  }
  return nullptr;
}

ImFont* add(const char* file, float size, const ImWchar* ranges, const ChineseFont* chinese,
            const ImWchar* wanted) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  const std::string path = std::string(kFolder) + file;
  std::error_code ignored;
  ImFont* font = nullptr;
  if (std::filesystem::exists(path, ignored)) {
    ImFontConfig config;
    config.OversampleH = 2;
    font = atlas.AddFontFromFileTTF(path.c_str(), size, &config, ranges);
  } else {
    ImFontConfig config;
    config.SizePixels = size;
    font = atlas.AddFontDefault(&config);
  }
  if (chinese != nullptr) {
    ImFontConfig config;
    config.MergeMode = true;
    config.OversampleH = 1;
    config.FontNo = chinese->number;
    atlas.AddFontFromFileTTF(chinese->path, std::floor(size * chinese->larger), &config, wanted);
  }
  return font;
}

}  // namespace

Fonts load_fonts(float scale, std::string_view text) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  // ImGui reads the ranges when the atlas is built, below.
  ImFontGlyphRangesBuilder builder;
  builder.AddText(text.data(), text.data() + text.size());
  ImVector<ImWchar> wanted;
  builder.BuildRanges(&wanted);
  ImFontGlyphRangesBuilder all;
  all.AddRanges(kUsual.data());
  all.AddText(text.data(), text.data() + text.size());
  ImVector<ImWchar> ranges;
  all.BuildRanges(&ranges);
  const ChineseFont* chinese = find_chinese();
  const float size = std::floor(kFontSize * scale);
  Fonts fonts;
  fonts.chinese = chinese != nullptr;
  fonts.words = add("DejaVuSans.ttf", size, ranges.Data, chinese, wanted.Data);
  fonts.mono = add("DejaVuSansMono.ttf", size, ranges.Data, chinese, wanted.Data);
  fonts.bold = add("DejaVuSansMono-Bold.ttf", size, ranges.Data, chinese, wanted.Data);
  atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  atlas.Build();
  return fonts;
}

bool can_show(const ImFont& font, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 4 || i + length > text.size()) return false;
    unsigned code = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    if (code >= 0x20 && font.FindGlyphNoFallback(static_cast<ImWchar>(code)) == nullptr) {
      return false;
    }
    i += length;
  }
  return true;
}

}  // namespace mqlab::gui
