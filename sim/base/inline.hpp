// SPDX-License-Identifier: MIT
// What the compiler is told about hot paths where it guesses wrong; measured, see docs/speed.md.
#pragma once

// For small functions of hot paths that have several callers.
#define MQLAB_ALWAYS_INLINE [[gnu::always_inline]] inline
// For what hot functions call now and then: keeps its registers and its stack out of theirs.
#define MQLAB_APART [[gnu::noinline]]
// For what hot functions hardly ever call: keeps it out of their way.
#define MQLAB_RARELY [[gnu::noinline, gnu::cold]]
