// The first tests of this target replace this file.
