// SPDX-License-Identifier: MIT
//
// Nothing: a target with precompiled headers needs a source file.
