// SPDX-License-Identifier: MIT
// The rasteriser: rectangles straight, triangles span by span.
#include "gui/raster.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mqlab::gui {

namespace {

struct Box {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;

  bool empty() const { return left >= right || top >= bottom; }
};

// A value that changes evenly over a triangle.
struct Slope {
  float base = 0;
  float dx = 0;
  float dy = 0;

  float at(int x, int y) const {
    return base + dx * static_cast<float>(x) + dy * static_cast<float>(y);
  }
};

constexpr std::int64_t kOne = 256;  // subpixels in a pixel

std::int64_t fixed(float value) {
  return static_cast<std::int64_t>(std::lrint(value * static_cast<float>(kOne)));
}
// The first pixel whose centre is not before this place.
int first_centre(std::int64_t place) {
  return static_cast<int>((place + kOne / 2 - 1) >> 8);
}
std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

std::uint32_t mixed(std::uint32_t above, std::uint32_t below, std::uint32_t alpha) {
  const std::uint32_t sum = above * alpha + below * (255 - alpha) + 128;
  return (sum + (sum >> 8)) >> 8;
}

class Raster {
 public:
  Raster(const ImDrawData& data, const Coverage& atlas, ImU32 background)
      : atlas_(atlas),
        origin_(data.DisplayPos),
        wide_(static_cast<float>(atlas.width)),
        high_(static_cast<float>(atlas.height)) {
    image_.width = static_cast<int>(data.DisplaySize.x);
    image_.height = static_cast<int>(data.DisplaySize.y);
    image_.rgba.resize(static_cast<std::size_t>(image_.width) *
                       static_cast<std::size_t>(image_.height) * 4);
    for (std::size_t i = 0; i < image_.rgba.size(); i += 4) {
      image_.rgba[i] = static_cast<std::uint8_t>(background);
      image_.rgba[i + 1] = static_cast<std::uint8_t>(background >> 8);
      image_.rgba[i + 2] = static_cast<std::uint8_t>(background >> 16);
      image_.rgba[i + 3] = 255;
    }
  }

  void draw(const ImDrawList& list) {
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      clip_ = {std::max(0, static_cast<int>(command.ClipRect.x - origin_.x)),
               std::max(0, static_cast<int>(command.ClipRect.y - origin_.y)),
               std::min(image_.width, static_cast<int>(command.ClipRect.z - origin_.x)),
               std::min(image_.height, static_cast<int>(command.ClipRect.w - origin_.y))};
      if (clip_.empty()) continue;
      const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
      const ImDrawVert* vertex = list.VtxBuffer.Data + command.VtxOffset;
      for (unsigned i = 0; i + 3 <= command.ElemCount;) {
        const std::array<const ImDrawVert*, 3> corners{vertex + index[i], vertex + index[i + 1],
                                                       vertex + index[i + 2]};
        // Two triangles that share a diagonal may be one upright rectangle.
        if (i + 6 <= command.ElemCount && index[i] == index[i + 3] &&
            index[i + 2] == index[i + 4] && rectangle(corners, vertex[index[i + 5]])) {
          i += 6;
          continue;
        }
        triangle(corners[0], corners[1], corners[2]);
        i += 3;
      }
    }
  }

  Image take() { return std::move(image_); }

 private:
  std::uint32_t texel(int x, int y) const {
    x = std::clamp(x, 0, atlas_.width - 1);
    y = std::clamp(y, 0, atlas_.height - 1);
    return atlas_.alpha[static_cast<std::size_t>(y) * static_cast<std::size_t>(atlas_.width) +
                        static_cast<std::size_t>(x)];
  }

  // Between the four nearest texels; u and v count texels.
  std::uint32_t sample(float u, float v) const {
    const float left = std::floor(u - 0.5F);
    const float top = std::floor(v - 0.5F);
    const auto a = static_cast<std::uint32_t>((u - 0.5F - left) * 256.0F);
    const auto b = static_cast<std::uint32_t>((v - 0.5F - top) * 256.0F);
    const int x = static_cast<int>(left);
    const int y = static_cast<int>(top);
    const std::uint32_t above = texel(x, y) * (256 - a) + texel(x + 1, y) * a;
    const std::uint32_t below = texel(x, y + 1) * (256 - a) + texel(x + 1, y + 1) * a;
    return (above * (256 - b) + below * b + 32768) >> 16;
  }

  void blend(int x, int y, ImU32 color, std::uint32_t coverage) {
    const std::uint32_t alpha = mixed(color >> 24, 0, coverage);
    if (alpha == 0) return;
    std::uint8_t* pixel =
        image_.rgba.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width) +
                              static_cast<std::size_t>(x)) *
                                 4;
    for (int c = 0; c < 3; ++c) {
      pixel[c] = static_cast<std::uint8_t>(mixed((color >> (8 * c)) & 255, pixel[c], alpha));
    }
  }

  bool rectangle(const std::array<const ImDrawVert*, 3>& corners, const ImDrawVert& last) {
    const ImDrawVert& a = *corners[0];
    const ImDrawVert& b = *corners[1];
    const ImDrawVert& c = *corners[2];
    const bool upright = a.pos.y == b.pos.y && b.pos.x == c.pos.x && c.pos.y == last.pos.y &&
                         last.pos.x == a.pos.x && a.pos.x < c.pos.x && a.pos.y < c.pos.y;
    const bool plain = a.col == b.col && a.col == c.col && a.col == last.col && a.uv.y == b.uv.y &&
                       b.uv.x == c.uv.x && c.uv.y == last.uv.y;
    if (!upright || !plain) return false;
    const Box box{std::max(clip_.left, first_centre(fixed(a.pos.x - origin_.x))),
                  std::max(clip_.top, first_centre(fixed(a.pos.y - origin_.y))),
                  std::min(clip_.right, first_centre(fixed(c.pos.x - origin_.x))),
                  std::min(clip_.bottom, first_centre(fixed(c.pos.y - origin_.y)))};
    const bool flat = a.uv.x == c.uv.x && a.uv.y == c.uv.y;
    const std::uint32_t everywhere = flat ? sample(a.uv.x * wide_, a.uv.y * high_) : 0;
    const float du = (c.uv.x - a.uv.x) * wide_ / (c.pos.x - a.pos.x);
    const float dv = (c.uv.y - a.uv.y) * high_ / (c.pos.y - a.pos.y);
    for (int y = box.top; y < box.bottom; ++y) {
      const float v = a.uv.y * high_ + (static_cast<float>(y) + 0.5F - (a.pos.y - origin_.y)) * dv;
      for (int x = box.left; x < box.right; ++x) {
        const float u =
            a.uv.x * wide_ + (static_cast<float>(x) + 0.5F - (a.pos.x - origin_.x)) * du;
        blend(x, y, a.col, flat ? everywhere : sample(u, v));
      }
    }
    return true;
  }

  void triangle(const ImDrawVert* a, const ImDrawVert* b, const ImDrawVert* c) {
    std::array<std::int64_t, 3> px{fixed(a->pos.x - origin_.x), fixed(b->pos.x - origin_.x),
                                   fixed(c->pos.x - origin_.x)};
    std::array<std::int64_t, 3> py{fixed(a->pos.y - origin_.y), fixed(b->pos.y - origin_.y),
                                   fixed(c->pos.y - origin_.y)};
    std::int64_t area = (px[1] - px[0]) * (py[2] - py[0]) - (px[2] - px[0]) * (py[1] - py[0]);
    if (area == 0) return;
    if (area < 0) {
      std::swap(b, c);
      std::swap(px[1], px[2]);
      std::swap(py[1], py[2]);
      area = -area;
    }
    const auto [low_y, high_y] = std::minmax({py[0], py[1], py[2]});
    const auto [low_x, high_x] = std::minmax({px[0], px[1], px[2]});
    const Box box{std::max(clip_.left, first_centre(low_x)),
                  std::max(clip_.top, first_centre(low_y)),
                  std::min(clip_.right, first_centre(high_x) + 1),
                  std::min(clip_.bottom, first_centre(high_y) + 1)};
    if (box.empty()) return;
    const Shade shade =
        shade_of(*a, *b, *c, static_cast<float>(area) / static_cast<float>(kOne * kOne));
    for (int y = box.top; y < box.bottom; ++y) {
      std::int64_t from = box.left;
      std::int64_t to = box.right;
      for (std::size_t k = 0; k < 3 && from < to; ++k) {
        narrow(px[k], py[k], px[(k + 1) % 3], py[(k + 1) % 3], y, from, to);
      }
      for (std::int64_t x = from; x < to; ++x) paint(static_cast<int>(x), y, a->col, shade);
    }
  }

  // Cuts the span to where pixel centres of row y lie on the inner side of one edge. What lies on
  // the edge itself belongs to the triangle that has it as its left or top edge.
  static void narrow(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1, int y,
                     std::int64_t& from, std::int64_t& to) {
    const std::int64_t dx = x1 - x0;
    const std::int64_t dy = y1 - y0;
    const bool owns_edge = dy < 0 || (dy == 0 && dx > 0);
    const std::int64_t row = y * kOne + kOne / 2;
    const std::int64_t value = dx * (row - y0) + dy * x0 - dy * (kOne / 2) - (owns_edge ? 0 : 1);
    const std::int64_t step = -dy * kOne;  // inside: value + step * x >= 0
    if (step == 0) {
      if (value < 0) to = from;
    } else if (step > 0) {
      from = std::max(from, -floor_div(value, step));
    } else {
      to = std::min(to, floor_div(value, -step) + 1);
    }
  }

  struct Shade {
    bool one_color = true;
    bool one_texel = true;
    std::uint32_t coverage = 0;
    Slope u;
    Slope v;
    std::array<Slope, 4> channels;
  };

  Shade shade_of(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, float area) const {
    const float ax = a.pos.x - origin_.x - 0.5F;
    const float ay = a.pos.y - origin_.y - 0.5F;
    const auto slope = [&](float at_a, float at_b, float at_c) {
      const float to_b = at_b - at_a;
      const float to_c = at_c - at_a;
      Slope s;
      s.dx = (to_b * (c.pos.y - a.pos.y) - to_c * (b.pos.y - a.pos.y)) / area;
      s.dy = (to_c * (b.pos.x - a.pos.x) - to_b * (c.pos.x - a.pos.x)) / area;
      s.base = at_a - s.dx * ax - s.dy * ay;
      return s;
    };
    Shade shade;
    shade.one_color = a.col == b.col && a.col == c.col;
    shade.one_texel = a.uv.x == b.uv.x && a.uv.x == c.uv.x && a.uv.y == b.uv.y && a.uv.y == c.uv.y;
    if (shade.one_texel) {
      shade.coverage = sample(a.uv.x * wide_, a.uv.y * high_);
    } else {
      shade.u = slope(a.uv.x * wide_, b.uv.x * wide_, c.uv.x * wide_);
      shade.v = slope(a.uv.y * high_, b.uv.y * high_, c.uv.y * high_);
    }
    for (std::size_t k = 0; k < 4 && !shade.one_color; ++k) {
      const auto channel = [k](ImU32 color) {
        return static_cast<float>((color >> (8 * k)) & 255);
      };
      shade.channels[k] = slope(channel(a.col), channel(b.col), channel(c.col));
    }
    return shade;
  }

  void paint(int x, int y, ImU32 color, const Shade& shade) {
    if (!shade.one_color) {
      color = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        const float value = std::clamp(shade.channels[k].at(x, y) + 0.5F, 0.0F, 255.0F);
        color |= static_cast<ImU32>(value) << (8 * k);
      }
    }
    blend(x, y, color,
          shade.one_texel ? shade.coverage : sample(shade.u.at(x, y), shade.v.at(x, y)));
  }

  Coverage atlas_;
  ImVec2 origin_;
  float wide_;
  float high_;
  Box clip_;
  Image image_;
};

}  // namespace

Image rasterise(const ImDrawData& data, const Coverage& atlas, ImU32 background) {
  Raster raster(data, atlas, background);
  for (int i = 0; i < data.CmdListsCount; ++i) raster.draw(*data.CmdLists[i]);
  return raster.take();
}

}  // namespace mqlab::gui
