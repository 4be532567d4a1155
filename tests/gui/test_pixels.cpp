// SPDX-License-Identifier: MIT
// Real pixels, from our own rasteriser.
#include <array>
#include <cstdlib>
#include <set>

#include <imgui_internal.h>

#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;

namespace {

using Pixel = std::array<int, 3>;

Pixel pixel(const Image& image, int x, int y) {
  const std::uint8_t* at = image.at(x, y);
  return {at[0], at[1], at[2]};
}

Pixel of(ImU32 color) {
  return {static_cast<int>(color & 255), static_cast<int>((color >> 8) & 255),
          static_cast<int>((color >> 16) & 255)};
}

bool close(const Pixel& a, const Pixel& b) {
  return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]) < 24;
}

// How many pixels of a widget differ from the paper around it.
int marks_in(const Image& image, const Widget& widget, const Pixel& paper) {
  int count = 0;
  for (int y = static_cast<int>(widget.from.y); y < static_cast<int>(widget.to.y); ++y) {
    for (int x = static_cast<int>(widget.from.x); x < static_cast<int>(widget.to.x); ++x) {
      if (!close(pixel(image, x, y), paper)) ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("a frame is not blank: paper, words, boxes and messages are where the registry says") {
  Headless window(1280, 800);
  test::open(window, test::scenario("3-not-losing/auto_ack_loss"), Time{1'400'000'000});
  for (const bool dark : {false, true}) {
    window.app().set_dark(dark);
    window.frames(3);
    const Image image = window.picture();
    REQUIRE(image.width == 1280);
    const Pixel paper = of(window.ui().theme.paper);
    CHECK(close(pixel(image, 1279, 799), paper));
    for (const char* id : {"transport.time", "transport.title", "outline.worker",
                           "world.consumer.worker", "world.queue.orders"}) {
      INFO(id);
      const Widget* widget = window.ui().find(id);
      REQUIRE(widget != nullptr);
      CHECK(marks_in(image, *widget, paper) > 60);
    }
    // A message in the buffer is a sky-blue circle.
    const Widget* message = window.ui().find("world.message.shop.3@orders/1");
    REQUIRE(message != nullptr);
    const int x = static_cast<int>((message->from.x + message->to.x) / 2);
    const int y = static_cast<int>((message->from.y + message->to.y) / 2);
    CHECK(close(pixel(image, x, y), {0x56, 0xb4, 0xe9}));
  }
}

TEST_CASE("the same session gives the same pixels") {
  std::string first;
  for (int i = 0; i < 2; ++i) {
    Headless window(1000, 700);
    test::open(window, test::scenario("3-not-losing/auto_ack_loss"), Time{10'500'000});
    const std::string png = png_of(window.picture());
    if (i == 0) first = png;
    CHECK(png == first);
    CHECK(png.substr(1, 3) == "PNG");
  }
}

TEST_CASE("a half-covered pixel is half as dark, and triangles that share an edge leave no seam") {
  ImGui::CreateContext();
  ImDrawListSharedData shared;
  ImDrawList list(&shared);
  list._ResetForNewFrame();
  const std::uint8_t white = 255;
  const Coverage atlas{&white, 1, 1};
  list.PushClipRectFullScreen();
  list.PushTextureID(nullptr);
  const ImVec2 uv{0.5F, 0.5F};
  list.PrimReserve(6, 4);
  list.PrimQuadUV({2.3F, 2}, {13.7F, 3}, {12.2F, 13}, {3, 12.6F}, uv, uv, uv, uv,
                  IM_COL32(0, 0, 0, 128));
  ImDrawData data;
  ImDrawList* lists[] = {&list};
#if IMGUI_VERSION_NUM < 18980
  data.CmdLists = lists;
  data.CmdListsCount = 1;
#else
  data.CmdLists.push_back(lists[0]);
  data.CmdListsCount = 1;
#endif
  data.DisplaySize = {16, 16};
  list.CmdBuffer[0].ClipRect = {0, 0, 16, 16};
  const Image image = rasterise(data, atlas, IM_COL32(255, 255, 255, 255));
  ImGui::DestroyContext();
  std::set<Pixel> colours;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) colours.insert(pixel(image, x, y));
  }
  // A seam would be white within, an overlap darker than one layer.
  CHECK(colours == std::set<Pixel>{{127, 127, 127}, {255, 255, 255}});
  for (int i = 4; i < 12; ++i) CHECK(pixel(image, i, i) == Pixel{127, 127, 127});
}
