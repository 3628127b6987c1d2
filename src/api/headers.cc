// The precompiled headers belong to this file (src/CMakeLists.txt).
