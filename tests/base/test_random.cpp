// SPDX-License-Identifier: MIT
// Streams of random bits: the published sequences, no bias, and independence of names.
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/random.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

TEST_CASE("splitmix64 gives its published sequence") {
  SplitMix words(1234567);
  CHECK(words.next() == 6457827717110365317ULL);
  CHECK(words.next() == 3203168211198807973ULL);
  CHECK(words.next() == 9817491932198370423ULL);
  CHECK(words.next() == 4593380528125082431ULL);
}

TEST_CASE("xoshiro256++ gives its published sequence") {
  RandomStream stream(RandomStream::State{1, 2, 3, 4});
  const std::vector<std::uint64_t> published{41943041ULL,
                                             58720359ULL,
                                             3588806011781223ULL,
                                             3591011842654386ULL,
                                             9228616714210784205ULL,
                                             9973669472204895162ULL,
                                             14011001112246962877ULL,
                                             12406186145184390807ULL,
                                             15849039046786891736ULL,
                                             10450023813501588000ULL};
  for (const std::uint64_t expected : published) CHECK(stream.next() == expected);
}

TEST_CASE("a stream is known by its seed and its name") {
  RandomStream shop(42, "shop");
  CHECK(shop.next() == 2511658629100375458ULL);
  CHECK(shop.next() == 4450493280909226096ULL);
  CHECK(RandomStream(42, "shop").next() != RandomStream(42, "shop2").next());
  CHECK(RandomStream(42, "shop").next() != RandomStream(43, "shop").next());
  CHECK(RandomStream(0, "").next() == 3532757294073162577ULL);
}

TEST_CASE("a draw below n favours no value") {
  RandomStream stream(7, "dice");
  std::vector<int> seen(6);
  for (int i = 0; i < 60'000; ++i) ++seen[stream.below(6)];
  for (const int count : seen) {
    CHECK(count > 9'600);
    CHECK(count < 10'400);
  }
}

TEST_CASE("a draw below three quarters of the whole range is not biased towards small values") {
  // Without rejection a third of the values would come up twice as often as the others.
  const std::uint64_t n = 3 * (std::uint64_t{1} << 62);
  RandomStream stream(7, "wide");
  std::vector<int> seen(3);
  for (int i = 0; i < 30'000; ++i) {
    const std::uint64_t value = stream.below(n);
    REQUIRE(value < n);
    ++seen[value % 3];
  }
  for (const int count : seen) {
    CHECK(count > 9'700);
    CHECK(count < 10'300);
  }
}

TEST_CASE("a draw below one is zero, and the widest draw is allowed") {
  RandomStream stream(7, "edge");
  CHECK(stream.below(1) == 0);
  CHECK(stream.below(std::numeric_limits<std::uint64_t>::max()) <
        std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("uniform doubles lie in [0, 1) and fill it") {
  RandomStream stream(7, "unit");
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double u = stream.uniform01();
    REQUIRE(u >= 0.0);
    REQUIRE(u < 1.0);
    sum += u;
  }
  CHECK(sum / 10'000 > 0.49);
  CHECK(sum / 10'000 < 0.51);
}

TEST_CASE("a chance of none or all is certain, and one in ten is about one in ten") {
  RandomStream stream(7, "loss");
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) {
    REQUIRE_FALSE(stream.chance({0, 10}));
    REQUIRE(stream.chance({10, 10}));
    lost += stream.chance({1, 10}) ? 1 : 0;
  }
  CHECK(lost > 900);
  CHECK(lost < 1'100);
}

TEST_CASE("a decimal becomes the ratio a person means") {
  CHECK(*ratio_of(0.0) == Ratio{0, 1});
  CHECK(*ratio_of(1.0) == Ratio{1, 1});
  CHECK(*ratio_of(0.05) == Ratio{5, 100});
  CHECK(*ratio_of(0.1) == Ratio{1, 10});
  CHECK(*ratio_of(0.001) == Ratio{1, 1000});
  CHECK(*ratio_of(1.0 / 3) == Ratio{3002399751580330ULL, 9007199254740992ULL});
}

TEST_CASE("a probability outside of 0 to 1 is refused") {
  CHECK(ratio_of(1.5).error().text() == "1.5 is not a probability (from 0 to 1)");
  CHECK_FALSE(ratio_of(-0.1));
  CHECK_FALSE(ratio_of(std::numeric_limits<double>::quiet_NaN()));
}
