package dev.stoker.infrastructure.demo;

import java.util.Arrays;
import java.util.List;

/** A named block of 32-bit numbers; a class, since arrays make no value. */
final class Tensor {
  private final String name;
  private final List<Integer> shape;
  private final float[] values;

  Tensor(String name, List<Integer> shape, float[] values) {
    this.name = name;
    this.shape = List.copyOf(shape);
    this.values = values.clone();
  }

  static Tensor ones(String name, int size) {
    float[] values = new float[size];
    Arrays.fill(values, 1);
    return new Tensor(name, List.of(size), values);
  }

  String name() {
    return name;
  }

  List<Integer> shape() {
    return shape;
  }

  int bytes() {
    return values.length * Float.BYTES;
  }

  float valueAt(int index) {
    return values[index];
  }

  int size() {
    return values.length;
  }
}
