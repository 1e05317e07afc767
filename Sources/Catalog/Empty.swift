// The first part of this target replaces this file.
